import type { Fault, SandboxReply } from "../../local/sandbox/server.ts";
import { type Play, told, toldUntilMended } from "./play.ts";
import { rowOf } from "./row.ts";

/** How the language model is made to fail. */

export const row = rowOf("score");

export const CHAT = "chat/completions";

/** One that meets these faults, one request each. */
export function meets(faults: Fault[], more: Partial<Play> = {}) {
  return () => told({ ...more, fault: ({ model }) => model.fail(CHAT, ...faults) });
}

/** One that meets the fault at every request until an hour later somebody mends it. */
export function untilMended(fault: Fault, more: Partial<Play> = {}) {
  return () => toldUntilMended(({ model }) => model, CHAT, fault, more);
}

export const refusal = (status: number, message: string, code: string | null = null): SandboxReply => ({
  status,
  body: { error: { message, code } },
});
