/**
 * The three ways a stage can end badly (docs/architecture.md), plus the one for whoever runs the service.
 * Messages of these classes are logged as they are: they never hold secrets, personal data or
 * bodies of replies. The message of any other error is not logged at all.
 */

/** Not now, but later: a rate limit, a recording that is not there yet. Sent again, no attempt is spent. */
export class RetryLaterError extends Error {
  override readonly name = "RetryLaterError";
  readonly afterSec: number;
  readonly code: string;

  constructor(code: string, afterSec: number, message: string) {
    super(message);
    this.code = code;
    this.afterSec = afterSec;
  }
}

/** Wrong with this call for good: it ends as a named outcome that digests count. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Wrong with us: a refused key, no money at the vendor, a wrong model name, a missing variable.
 * The message must survive until it is mended, so this is never an outcome of a call.
 * Its sentence says what to do and names the variable.
 */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A vendor failed in a way that passes: 5xx, a reset connection, HTML instead of JSON. Tried again by the queue. */
export class VendorError extends Error {
  override readonly name = "VendorError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type OwnError = RetryLaterError | PermanentError | ConfigurationError | VendorError;

export function isOwnError(error: unknown): error is OwnError {
  return (
    error instanceof RetryLaterError ||
    error instanceof PermanentError ||
    error instanceof ConfigurationError ||
    error instanceof VendorError
  );
}
