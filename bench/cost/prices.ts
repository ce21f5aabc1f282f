/** List prices, free tiers left out: they belong to an account, which may have other work as well. */

export interface Price {
  /** US dollars, or what `currency` says, for one unit. */
  each: number;
  unit: string;
  currency?: "RUB";
  /** When the list was published, or else when the price was written down here. */
  date: string;
  /** Where the vendor's list is. */
  page: string;
  /** True: the list's price for the region was found quoted by others. The vendors' own pages were not read. */
  verified: boolean;
}

export const region = "eu-central-1";

const MILLION = 1e6;
const GB = 1e9;

const s3 = { date: "2026-08-31", page: "https://aws.amazon.com/s3/pricing/", verified: true };
const lambda = { date: "2026-11", page: "https://aws.amazon.com/lambda/pricing/", verified: true };
const cloudWatch = { date: "2026-11", page: "https://aws.amazon.com/cloudwatch/pricing/", verified: true };

export const prices = {
  s3Write: { ...s3, each: 0.0054 / 1000, unit: "PUT, POST or LIST" },
  s3Read: { ...s3, each: 0.0043 / 10_000, unit: "GET or HEAD" },
  s3Byte: { ...s3, each: 0.0245 / GB, unit: "byte kept for a month" },
  lambdaRun: { ...lambda, each: 0.2 / MILLION, unit: "run" },
  lambdaGbSec: { ...lambda, each: 0.0000133334, unit: "GB-second on arm64", verified: false },
  sqsRequest: {
    each: 0.4 / MILLION,
    unit: "request of up to 64 KB",
    date: "2026-03",
    page: "https://aws.amazon.com/sqs/pricing/",
    verified: false,
  },
  gatewayRequest: {
    each: 1.2 / MILLION,
    unit: "request to an HTTP API",
    date: "2026-11",
    page: "https://aws.amazon.com/api-gateway/pricing/",
    verified: false,
  },
  schedulerRun: {
    each: 1 / MILLION,
    unit: "invocation by EventBridge Scheduler",
    date: "2026-11",
    page: "https://aws.amazon.com/eventbridge/pricing/",
    verified: false,
  },
  logByte: { ...cloudWatch, each: 0.63 / GB, unit: "byte of logs taken in" },
  metricMonth: { ...cloudWatch, each: 0.3, unit: "custom metric for a month, by the hour", verified: false },
  alarmMonth: { ...cloudWatch, each: 0.1, unit: "alarm on a metric for a month" },
  dashboardMonth: { ...cloudWatch, each: 3, unit: "dashboard for a month" },
  trace: { ...cloudWatch, each: 5 / MILLION, unit: "trace of X-Ray" },
  byteOut: {
    each: 0.09 / GB,
    unit: "byte sent to the internet",
    date: "2026-08-31",
    page: "https://aws.amazon.com/ec2/pricing/on-demand/",
    verified: true,
  },
  speechMinute: {
    each: 1.2,
    unit: "minute of a channel, SaluteSpeech",
    currency: "RUB",
    date: "2026-11",
    page: "https://developers.sber.ru/docs/ru/salutespeech/integration-entities",
    verified: false,
  },
  promptToken: {
    each: 0.15 / MILLION,
    unit: "token of a question, gpt-4o-mini",
    date: "2026-05",
    page: "https://openai.com/api/pricing/",
    verified: true,
  },
  cachedToken: {
    each: 0.075 / MILLION,
    unit: "the same, known from a question before",
    date: "2026-05",
    page: "https://openai.com/api/pricing/",
    verified: true,
  },
  completionToken: {
    each: 0.6 / MILLION,
    unit: "token of an answer, gpt-4o-mini",
    date: "2026-05",
    page: "https://openai.com/api/pricing/",
    verified: true,
  },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
