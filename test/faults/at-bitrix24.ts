import type { Fault, SandboxReply } from "../../local/sandbox/server.ts";
import { type Play, told, toldUntilMended } from "./play.ts";
import { rowOf } from "./row.ts";

/** How a Bitrix24 portal is made to fail. */

export const row = rowOf("ingest");

/** How long the driver waits where the portal falls silent. */
export const PATIENCE_SEC = 0.4;

/** One that meets these faults, one request each, at this place. */
export function at(path: string, faults: Fault[], more: Partial<Play> = {}) {
  return () => told({ ...more, fault: ({ bitrix24 }) => bitrix24.fail(path, ...faults) });
}

/** One that meets the fault at every request until an hour later somebody mends it. */
export function untilMended(path: string, fault: Fault) {
  return () => toldUntilMended(({ bitrix24 }) => bitrix24, path, fault);
}

export const refusal = (status: number, error: string): SandboxReply => ({ status, body: { error } });
