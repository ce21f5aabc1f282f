import { ConfigurationError, isOwnError, RetryLaterError, VendorError } from "./errors.ts";
import type { Llm } from "./ports/llm.ts";
import { PAUSED } from "./vendor-health.ts";

/** A rate limit that passes within this time is waited for; a longer one is worth a request to the other model. */
const LONGEST_RATE_LIMIT_SEC = 60;

/**
 * Asks the first model, and the second one only when the first is down: it failed, refuses us, is paused, or wants a long
 * pause. Whatever the first answers is an answer, a refusal and a conversation that is too long for it included.
 *
 * When the second cannot answer either, the error is the first's, for that is what must be mended; only where both merely want a
 * pause, the shorter one is enough. A conversation too long for the second alone therefore waits for the first.
 */
export function withFallback(first: Llm, second: Llm): Llm {
  return {
    async ask(request) {
      try {
        return await first.ask(request);
      } catch (error) {
        if (!isDown(error)) throw error;
        return await second.ask(request).catch((secondError: unknown) => {
          throw isOwnError(secondError) ? ofBoth(error, secondError) : secondError;
        });
      }
    },
  };
}

function isDown(error: unknown): boolean {
  if (error instanceof VendorError || error instanceof ConfigurationError) return true;
  if (!(error instanceof RetryLaterError)) return false;
  const isLongLimit = error.code.endsWith(".rate_limited") && error.afterSec > LONGEST_RATE_LIMIT_SEC;
  return isLongLimit || error.code.endsWith(PAUSED);
}

function ofBoth(first: unknown, second: Error): unknown {
  if (!(first instanceof RetryLaterError && second instanceof RetryLaterError)) return first;
  return second.afterSec < first.afterSec
    ? new RetryLaterError(first.code, second.afterSec, first.message)
    : first;
}
