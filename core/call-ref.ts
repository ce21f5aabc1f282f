import { sha256 } from "./call.ts";
import { endedCalls } from "./call-folders.ts";
import type { Store } from "./ports/store.ts";

/**
 * A call's id in few characters, for where there is room for no more, such as a button of a messenger (64 bytes): its day and the beginning of
 * a hash, `20261120-3f9a1c2b7d04`. It follows from the id alone, so nothing is written down for it, and nothing is left over when calls are removed.
 */
export function callRef(callId: string): string {
  return `${callId.slice(0, 8)}-${sha256(callId).slice(0, 12)}`;
}

const REF = /^(\d{4})(\d{2})(\d{2})-[0-9a-f]{12}$/;

/** The day that a reference names; undefined of a text that is none. */
export function dayOfCallRef(ref: string): string | undefined {
  const [, year, month, day] = REF.exec(ref) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

export function isCallRef(text: string): boolean {
  return REF.test(text);
}

/** The call that a reference means, among those of its day that have come to an end; undefined when it is gone, or the text is none. */
export async function findCallByRef(store: Store, tenant: string, ref: string): Promise<string | undefined> {
  const day = dayOfCallRef(ref);
  if (day === undefined) return undefined;
  const ended = await endedCalls(store, tenant, day);
  return [...ended].find((callId) => callRef(callId) === ref);
}
