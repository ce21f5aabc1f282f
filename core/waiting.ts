import * as z from "zod";

/**
 * `waiting.json`: why a call has not moved on. `later`: it waits for something and its message comes back by itself.
 * `failed`: its message failed and is delivered again, in the end to the dead letters.
 */
export const Waiting = z.object({
  stage: z.string(),
  state: z.enum(["later", "failed"]),
  /** An own error's code, or the name of any other. */
  code: z.string(),
  /** An own error's sentence, or the place in the code; never a vendor's words. */
  problem: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
  /** When the message comes back; null when the queue decides. */
  until: z.string().nullable(),
});
export type Waiting = z.infer<typeof Waiting>;

/** A call that waits for longer leaves a sign of life this often, and not at every look. */
const SIGN_EVERY_SEC = 600;

/** Whether an event of this age that waits `afterSec` more is to leave a sign of life now. No look has to be remembered for it. */
export function leavesSign(ageSec: number, afterSec: number): boolean {
  return Math.floor((ageSec + afterSec) / SIGN_EVERY_SEC) > Math.floor(ageSec / SIGN_EVERY_SEC);
}
