import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { ConfigurationError, isOwnError, VendorError } from "../../core/errors.ts";
import type { QueueDefinition } from "../../core/ports/queue.ts";

/** A protocol other than JSON is a class of the SDK. */
export type SqsProtocol = "json" | NonNullable<SQSClientConfig["protocol"]>;

export interface SqsConnectionOptions {
  queues: readonly QueueDefinition[];
  /** Every request goes here, whatever host a queue's URL names. Absent: AWS's own endpoint of the region. */
  endpoint?: string;
  /** Absent: AWS_REGION. */
  region?: string;
  /** Absent: the SDK looks for them (environment, role of the function). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Absent: JSON, which AWS speaks. The older one is `queryProtocol`. */
  protocol?: SqsProtocol;
  /** How often the SDK tries a request before it gives up. */
  maxAttempts?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A long poll lasts 20 s; a connection that is silent for longer than that is dead. */
const REQUEST_TIMEOUT_MS = 30_000;

export function connectToSqs(options: SqsConnectionOptions): SQSClient {
  const configuration: SQSClientConfig = {
    maxAttempts: options.maxAttempts ?? 3,
    // Signed requests go to the configured host only, never to one that a reply or a queue's URL names.
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
  if (options.endpoint !== undefined) configuration.endpoint = options.endpoint;
  if (options.region !== undefined) configuration.region = options.region;
  if (options.credentials !== undefined) configuration.credentials = options.credentials;
  if (options.protocol !== undefined && options.protocol !== "json")
    configuration.protocol = options.protocol;
  return new SQSClient(configuration);
}

const refusedKey = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "InvalidAccessKeyId",
  "ExpiredToken",
  "ExpiredTokenException",
  "AuthFailure",
  "CredentialsProviderError",
  "OptInRequired",
  "RequestExpired",
]);
const refusedAction = new Set(["AccessDenied", "AccessDeniedException", "KmsAccessDenied"]);
const throttled = new Set([
  "RequestThrottled",
  "Throttling",
  "ThrottlingException",
  "OverLimit",
  "KmsThrottled",
]);

/** The service's name for what went wrong, the same for both protocols. */
export function nameOfSqsError(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const name = error.name.replace(/^AWS\.SimpleQueueService\./, "");
  return name === "NonExistentQueue" ? "QueueDoesNotExist" : name;
}

/** What an error of the SDK means to the operator; its own text may quote the request and is not passed on. */
export function explainSqsError(error: unknown): unknown {
  if (isOwnError(error) || error instanceof RangeError || !(error instanceof Error)) return error;
  const name = nameOfSqsError(error);
  if (name === "QueueDoesNotExist") {
    return new ConfigurationError(
      "queue.missing",
      "a queue of the pipeline does not exist at AWS_ENDPOINT_URL_SQS: deploy the queues, or check AWS_REGION and whose AWS_ACCESS_KEY_ID it is",
    );
  }
  // Before the status is looked at: Yandex throttles with 403 (Yandex docs, message-queue/api-ref/common-errors).
  if (throttled.has(name)) {
    return new VendorError("queue.throttled", "the queue service asks for fewer requests; it is tried again");
  }
  if (refusedAction.has(name)) {
    return new ConfigurationError(
      "queue.forbidden",
      "the owner of AWS_ACCESS_KEY_ID may not do this on the queue: give it the right to send, receive, delete and look",
    );
  }
  if (refusedKey.has(name) || isRefused(error)) {
    return new ConfigurationError(
      "queue.unauthorized",
      "the queue service refuses the key: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the clock of this machine",
    );
  }
  if (error.message === "Region is missing") {
    return new ConfigurationError("queue.no_region", "the queue service needs a region: set AWS_REGION");
  }
  const status = httpStatusOf(error);
  return new VendorError(
    "queue.unavailable",
    `the queue service failed (${status === undefined ? "no answer" : `status ${status}`}); it is tried again`,
  );
}

function isRefused(error: Error): boolean {
  const status = httpStatusOf(error);
  return status === 401 || status === 403;
}

function httpStatusOf(error: Error): number | undefined {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null)
    return undefined;
  const status = (error.$metadata as { httpStatusCode?: unknown }).httpStatusCode;
  return typeof status === "number" ? status : undefined;
}
