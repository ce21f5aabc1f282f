import type { Clock } from "./clock.ts";

/** Five tries within ten seconds. */
const PAUSES_MS = [200, 800, 3000, 6000];

/**
 * Writes down what was paid for or cannot be taken back: a hiccup of the bucket at this moment would cost it a second time, so the
 * write is tried again at once, several times. What it does must be safe to repeat, since a failed try may have gone through.
 *
 * @throws what the last try threw
 */
export async function insist<Result>(
  clock: Pick<Clock, "realMs">,
  write: () => Promise<Result>,
): Promise<Result> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await write();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, clock.realMs(pauseMs)));
    }
  }
  return write();
}
