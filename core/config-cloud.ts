import * as z from "zod";
import { ConfigurationError } from "./errors.ts";

/** What the environment says of a bucket and of queues in a cloud. */

export interface CloudVariables {
  optional(name: string): string | undefined;
  optionalAddress(name: string): string | undefined;
  parsed<T>(name: string, schema: z.ZodType<T>, fallback: string): T;
}

const DEFAULT_REGION = "us-east-1";

/** Hosts with one region only, so that nobody has to look it up (the clouds' own documentation). */
const regionOfHost: Readonly<Record<string, string>> = {
  "s3.cloud.ru": "ru-central-1",
  "storage.yandexcloud.net": "ru-central1",
  "s3.yandexcloud.net": "ru-central1",
  "message-queue.api.cloud.yandex.net": "ru-central1",
};

const YANDEX_QUEUES = "message-queue.api.cloud.yandex.net";

/** The longest name of a queue, 80 characters (SQS docs, CreateQueue), less that of the longest stage and its dead letters. */
const MAX_PREFIX = 80 - "transcribe-dlq".length;

const QueuePrefix = z
  .string()
  .regex(
    new RegExp(`^[A-Za-z0-9_-]{1,${MAX_PREFIX}}$`),
    `1 to ${MAX_PREFIX} of A-Z a-z 0-9 _ - are expected`,
  );
const Protocol = z.enum(["json", "query"], "json or query is expected");
const Conditions = z.enum(["probe", "emulate"], "probe or emulate is expected");

/** Undefined: the embedded bucket in DATA_DIR. */
export function readBucket(variables: CloudVariables) {
  const endpoint = variables.optionalAddress("AWS_ENDPOINT_URL_S3");
  if (endpoint === undefined) return undefined;
  return {
    bucket: variables.optional("BUCKET") ?? "call-quality",
    endpoint,
    conditionalWrites: variables.parsed("S3_CONDITIONAL_WRITES", Conditions, "probe"),
    ...access(endpoint, variables),
  };
}

/** Undefined: the embedded queues in DATA_DIR. */
export function readQueues(variables: CloudVariables) {
  const endpoint = variables.optionalAddress("AWS_ENDPOINT_URL_SQS");
  if (endpoint === undefined) return undefined;
  // Yandex speaks the older protocol only (Yandex docs, message-queue/api-ref).
  const spoken = new URL(endpoint).hostname === YANDEX_QUEUES ? "query" : "json";
  return {
    endpoint,
    namePrefix: variables.parsed("QUEUE_PREFIX", QueuePrefix, "call-quality-"),
    protocol: variables.parsed("SQS_PROTOCOL", Protocol, spoken),
    ...access(endpoint, variables),
  };
}

function access(endpoint: string, { optional }: CloudVariables) {
  const accessKeyId = optional("AWS_ACCESS_KEY_ID");
  const secretAccessKey = optional("AWS_SECRET_ACCESS_KEY");
  // Belongs to keys that end by themselves, such as those of a function's role.
  const sessionToken = optional("AWS_SESSION_TOKEN");
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    const [missing, given] = accessKeyId
      ? ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"]
      : ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    throw new ConfigurationError(
      "config.missing",
      `${missing} is missing: it belongs to ${given}; set both, or neither where the machine has a role of its own`,
    );
  }
  const region = optional("AWS_REGION") ?? regionAt(endpoint);
  if (!accessKeyId || !secretAccessKey) return { region };
  return { region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } };
}

/** AWS names the region in its hosts (AWS docs, "Service endpoints"). */
function regionAt(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  const [, ofAws] =
    /^(?:s3|sqs)\.(?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname) ?? [];
  return regionOfHost[hostname] ?? ofAws ?? DEFAULT_REGION;
}
