import { ConfigurationError, isOwnError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { NOT_IMPLEMENTED } from "../../core/ports/store.ts";

/** How long to leave a host alone that asks for fewer requests even after the SDK's own attempts. */
const SLOW_DOWN_SEC = 30;

/** Carries what the body of a write threw past the translation: that is no answer of the bucket. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super("the body of a write failed");
    this.thrown = thrown;
  }
}

/** Runs requests and translates their errors: the SDK's messages hold keys, hosts and parts of replies. */
export async function translated<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw ownError(error);
  }
}

export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "$metadata" in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}

/** S3's own code; an answer to HEAD has no body and therefore none. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Absent is the object, not the bucket: that one is a mistake of ours. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && !isNamed(error, "NoSuchBucket");
}

function ownError(error: unknown): unknown {
  if (error instanceof BodyError) return error.thrown;
  if (isOwnError(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const status = statusOf(error);
  if (isNamed(error, "NoSuchBucket", "InvalidBucketName"))
    return new ConfigurationError("store.no_bucket", "there is no such bucket: check BUCKET, or create it");
  if (isNamed(error, "RequestTimeTooSkewed"))
    return new ConfigurationError(
      "store.clock_skewed",
      "the bucket's host says that this machine's clock is wrong: set it",
    );
  if (status === 301 || isNamed(error, "AuthorizationHeaderMalformed") || isRegionMissing(error))
    return new ConfigurationError("store.wrong_region", "the bucket is not in this region: check AWS_REGION");
  if (isUnauthorized(error, status))
    return new ConfigurationError(
      "store.unauthorized",
      "the bucket refused the key, or the key may not read, write, list and delete there: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and BUCKET",
    );
  if (status === 501) return notImplemented();
  if (status === 429 || status === 503 || isNamed(error, "SlowDown"))
    return new RetryLaterError("store.slow_down", SLOW_DOWN_SEC, "the bucket asks for fewer requests");
  if (status !== undefined)
    return new VendorError("store.unavailable", `the bucket answered with status ${status}`);
  return new VendorError(
    "store.unreachable",
    "the bucket's host does not answer: if this lasts, check AWS_ENDPOINT_URL_S3",
  );
}

/** A condition that the host does not know. The names of status 400 are what S3-compatible hosts make up for it. */
export function isConditionRefused(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 501) return true;
  return (
    (status === 400 || status === 405) &&
    isNamed(error, "NotImplemented", "NotSupported", "InvalidArgument", "InvalidRequest", "MethodNotAllowed")
  );
}

export function notImplemented(): ConfigurationError {
  return new ConfigurationError(
    NOT_IMPLEMENTED,
    "the bucket's host lacks something that is needed, such as conditional writes: check AWS_ENDPOINT_URL_S3, and see what `npx cqa check-store` says",
  );
}

function isUnauthorized(error: unknown, status: number | undefined): boolean {
  if (status === 401 || status === 403) return true;
  // The last two have status 400; the first is the SDK's, before any request.
  return isNamed(error, "CredentialsProviderError", "ExpiredToken", "InvalidToken");
}

/** The SDK has no class for it. */
function isRegionMissing(error: unknown): boolean {
  return error instanceof Error && error.message === "Region is missing";
}
