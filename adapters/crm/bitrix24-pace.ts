import type { Clock } from "../../core/clock.ts";
import { RetryLaterError } from "../../core/errors.ts";

export interface Bitrix24Pace {
  /**
   * Resolves when the next request may go out, first come first served. Rejects with the signal's reason when it is
   * aborted before; the turn is then the next one's.
   * @throws RetryLaterError `crm.paced` when the turn is more than half a minute away
   */
  turn(signal?: AbortSignal): Promise<void>;
  /** The portal has refused a request for being one too many: it has counted more than we have. */
  isBehind(): void;
}

/** Of the portal's 50: the rest is for other programs on the same address. */
const BUCKET_SIZE = 40;
/** Two requests a second. */
const MS_PER_REQUEST = 500;
const FULL_MS = BUCKET_SIZE * MS_PER_REQUEST;
const LONGEST_WAIT_SEC = 30;

/**
 * The portal's leaky bucket, kept on our side as well: 50 requests at once, drained at 2 a second, for each portal and source
 * address (Bitrix24 docs, limits; Enterprise plans allow 250 and 5, which is not made use of). One for each portal and process:
 * what other processes on the same address send is not known here, and shows only as refusals.
 */
export function bitrix24Pace(clock: Clock): Bitrix24Pace {
  /** When the bucket will be empty. A time, not a count, for it needs nobody to do the draining. */
  let emptyAtMs = 0;
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const nowMs = () => clock.now().getTime();
  /** How long the bucket takes to drain. Never fuller than full, not even when a clock has been set back. */
  const drainMs = () => Math.min(Math.max(emptyAtMs - nowMs(), 0), FULL_MS);
  /** How long until there is room for so many requests more. */
  const waitMs = (requests: number) => Math.max(drainMs() + requests * MS_PER_REQUEST - FULL_MS, 0);

  function takeTurn(): void {
    emptyAtMs = nowMs() + Math.min(drainMs() + MS_PER_REQUEST, FULL_MS);
  }

  /** One timer, for whoever stands first. When it rings it is their turn, even on a clock that stands still. */
  function callFirst(): void {
    clearTimeout(timer);
    if (waiting.length === 0) return;
    timer = setTimeout(
      () => {
        takeTurn();
        waiting.shift()?.();
        callFirst();
      },
      Math.ceil(clock.realMs(waitMs(1))),
    );
  }

  function standInLine(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        const place = waiting.indexOf(go);
        waiting.splice(place, 1);
        if (place === 0) callFirst();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      if (waiting.push(go) === 1) callFirst();
    });
  }

  return {
    async turn(signal) {
      signal?.throwIfAborted();
      const afterMs = waitMs(waiting.length + 1);
      if (waiting.length === 0 && afterMs === 0) return takeTurn();
      if (afterMs > LONGEST_WAIT_SEC * 1000) {
        throw new RetryLaterError(
          "crm.paced",
          Math.ceil(afterMs / 1000),
          `more requests wait for Bitrix24 than it takes in ${LONGEST_WAIT_SEC} s`,
        );
      }
      return standInLine(signal);
    },

    isBehind() {
      emptyAtMs = nowMs() + FULL_MS;
    },
  };
}
