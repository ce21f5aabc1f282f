import { stageNames } from "../../events/pipeline.ts";
import { type FunctionName, functions, isTraced } from "../../stacks/functions.ts";
import { AWS_ANSWERS_MS, type Counted, everySec, MB_PER_CORE } from "./play.ts";
import { type PriceName, prices } from "./prices.ts";
import { add, sumOf, type Tally, type Worker } from "./tally.ts";

/** So many units of something that has a price. */
export type Bill = Map<PriceName, number>;

export interface MonthlyBill {
  callsPerDay: number;
  /** Of one call. */
  perCall: Bill;
  /** Of a month, whatever comes: schedules, pollers, alarms, the digest of each day. */
  fixed: Bill;
}

export const DAYS = 30;
const DAY_SEC = 86_400;
/** Those that calls set to work. */
export const callWorkers: readonly Worker[] = ["webhook", ...stageNames];
/** Metrics of calls are paid for in the hours in which there are calls. */
const BUSY_SHARE = 10 / 24;
/**
 * With a limit on concurrent runs five long polls are always under way at a queue (Lambda docs, "Configuring scaling behavior for SQS event
 * source mappings": fewer only without such a limit), each for up to 20 s (SQS docs, long polling).
 */
const POLLERS = 5;
const LONG_POLL_SEC = 20;
/** What Lambda writes by itself in JSON for each run (platform.start, platform.report), and the gateway for each request. Taken from their docs. */
const PLATFORM_LOG_BYTES = { run: 600, request: 180 };
/** Loading a bundle and its settings, paid for as any other time. `npm run bench:cold` measures it. */
const INIT_MS = 500;
/** What a list gives at once (S3 docs, ListObjectsV2). */
const PAGE_KEYS = 1000;
/** The sweep looks through 48 hours: today, yesterday and a part of the day before; today is half full on average. */
const SWEPT_DAYS = 2.5;

export function reckon(counted: Counted, deployment: { alarms: number; dashboards: number }): MonthlyBill {
  const { day, callsPerDay, tallies, left, log, sentBytes } = counted;
  const calls = day.calls.length;
  const tallyOf = (worker: Worker) => tallies.get(worker);

  const ofCalls: Bill = new Map();
  for (const worker of callWorkers) addRuns(ofCalls, worker, tallyOf(worker), log);
  const notices = tallyOf("webhook")?.runs ?? 0;
  add(ofCalls, "gatewayRequest", notices);
  add(ofCalls, "logByte", notices * PLATFORM_LOG_BYTES.request);
  add(ofCalls, "byteOut", sentBytes);
  const keptBytes = sumOf(left.bytes) - (left.bytes.get("reports") ?? 0);
  add(ofCalls, "s3Byte", keptBytes);
  add(ofCalls, "speechMinute", left.speechSec / 60);
  add(ofCalls, "promptToken", left.promptTokens - left.cachedTokens);
  add(ofCalls, "cachedToken", left.cachedTokens);
  add(ofCalls, "completionToken", left.completionTokens);

  const fixed: Bill = new Map();
  for (const name of ["sweep", "schedule"] as const) {
    const tally = tallyOf(name);
    const runs = (DAYS * DAY_SEC) / everySec[name];
    addTimes(fixed, runs / (tally?.runs ?? 1), (bill) => addRuns(bill, name, tally, log));
    add(fixed, "schedulerRun", runs);
  }
  const folderKeys = calls === 0 ? 0 : left.objects / calls;
  const sweptPages = (folderKeys * callsPerDay * SWEPT_DAYS) / PAGE_KEYS;
  add(fixed, "s3Write", sweptPages * ((DAYS * DAY_SEC) / everySec.sweep));
  addTimes(fixed, DAYS, (bill) => {
    addRuns(bill, "digest", tallyOf("digest"), log);
    // Every row of the day is read, and only a part of them was played.
    const rows = tallyOf("digest")?.objects.get("GET row of the index") ?? 0;
    if (calls > 0) add(bill, "s3Read", rows * (callsPerDay / calls - 1));
    add(bill, "s3Byte", left.bytes.get("reports") ?? 0);
  });
  add(fixed, "sqsRequest", (stageNames.length * POLLERS * DAYS * DAY_SEC) / LONG_POLL_SEC);
  add(fixed, "alarmMonth", deployment.alarms);
  add(fixed, "dashboardMonth", deployment.dashboards);
  const isIdle = calls === 0;
  add(fixed, "metricMonth", counted.metrics.length * (isIdle ? 1 / 24 : BUSY_SHARE));

  return { callsPerDay, perCall: calls === 0 ? new Map() : times(ofCalls, 1 / calls), fixed };
}

/** How long a run is billed: its share of a processor, what it waited for vendors, and for S3 and SQS one request after the other. */
export function billedMs(worker: Worker, { cpuMs, vendorMs, coldRuns, s3, sqs }: Tally): number {
  const { memoryMb } = functions[functionOf(worker)];
  const ownMs = cpuMs * Math.max(1, MB_PER_CORE / memoryMb);
  // The event source mapping receives and deletes, not the function.
  const asked =
    sumOf(s3) + sumOf(sqs) - (sqs.get("ReceiveMessage") ?? 0) - (sqs.get("DeleteMessageBatch") ?? 0);
  return ownMs + vendorMs + asked * AWS_ANSWERS_MS + coldRuns * INIT_MS;
}

export function functionOf(worker: Worker): FunctionName {
  return worker === "digest" ? "report" : worker;
}

function addRuns(bill: Bill, worker: Worker, tally: Tally | undefined, log: Counted["log"]): void {
  if (!tally) return;
  const { runs, s3, sqs } = tally;
  const name = functionOf(worker);
  for (const [operation, count] of s3) {
    // S3 deletes for nothing.
    if (operation === "DELETE") continue;
    add(bill, operation === "GET" || operation === "HEAD" ? "s3Read" : "s3Write", count);
  }
  add(bill, "sqsRequest", sumOf(sqs));
  add(bill, "lambdaRun", runs);
  add(bill, "lambdaGbSec", ((billedMs(worker, tally) / 1000) * functions[name].memoryMb) / 1024);
  // X-Ray takes the first request of each second and one in twenty of the rest.
  if (isTraced(name)) add(bill, "trace", runs);
  // The log does not tell a digest from a row: both are the report stage's, and the row's part is by far the larger.
  const ownBytes = worker === "digest" ? 0 : (log.get(name)?.bytes ?? 0);
  add(bill, "logByte", ownBytes + runs * PLATFORM_LOG_BYTES.run);
}

function addTimes(bill: Bill, factor: number, fill: (bill: Bill) => void): void {
  const once: Bill = new Map();
  fill(once);
  for (const [name, units] of times(once, factor)) add(bill, name, units);
}

function times(bill: Bill, factor: number): Bill {
  return new Map([...bill].map(([name, units]) => [name, units * factor]));
}

/** Whom the money goes to; null: a vendor, which is paid whatever the infrastructure. */
export const serviceOf: Readonly<Record<PriceName, string | null>> = {
  lambdaRun: "Lambda",
  lambdaGbSec: "Lambda",
  s3Write: "S3 requests",
  s3Read: "S3 requests",
  s3Byte: "S3 storage, one month",
  sqsRequest: "SQS",
  gatewayRequest: "API Gateway",
  schedulerRun: "Scheduler",
  logByte: "CloudWatch logs",
  metricMonth: "CloudWatch metrics",
  alarmMonth: "CloudWatch alarms",
  dashboardMonth: null,
  trace: "X-Ray",
  byteOut: "Data to vendors",
  speechMinute: null,
  promptToken: null,
  cachedToken: null,
  completionToken: null,
};

/** US dollars by service, of the own infrastructure alone. */
export function dollarsByService(bill: Bill): Map<string, number> {
  const dollars = new Map<string, number>();
  for (const [name, units] of bill) {
    const service = serviceOf[name];
    if (service !== null) add(dollars, service, units * prices[name].each);
  }
  return dollars;
}
