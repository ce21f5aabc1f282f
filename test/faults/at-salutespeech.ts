import type { Fault, SandboxReply } from "../../local/sandbox/server.ts";
import { type Play, told, toldUntilMended } from "./play.ts";
import { rowOf } from "./row.ts";

/** How SaluteSpeech is made to fail. */

export const row = rowOf("transcribe");

/** How long the driver waits where the vendor falls silent. */
export const PATIENCE_SEC = 0.4;

/** One that meets these faults, one request each, at this place. */
export function at(path: string, faults: Fault[], more: Partial<Play> = {}) {
  return () => told({ ...more, fault: ({ saluteSpeech }) => saluteSpeech.fail(path, ...faults) });
}

/** One that meets the fault at every request until somebody mends it, an hour later where nothing else is said. */
export function untilMended(
  path: string,
  fault: Fault,
  more: Partial<Play> & { mendedAfterSec?: number } = {},
) {
  return () => toldUntilMended(({ saluteSpeech }) => saluteSpeech, path, fault, more);
}

export const refusal = (status: number): SandboxReply => ({ status, body: { status, message: "refused" } });
