import { randomUUID } from "node:crypto";
import { dirtyMarkKey } from "./bucket-layout.ts";
import type { Store } from "./ports/store.ts";
import { writeJson } from "./store-json.ts";

/**
 * Says that the row of a call was written, or removed, on a day that is over: the row first, its mark second. A mark too many does no harm.
 * No two are ever equal: a row that becomes again what it was before would otherwise leave the mark that a compaction is about to remove.
 */
export async function leaveDirtyMark(store: Store, tenant: string, callId: string): Promise<void> {
  const writing = randomUUID().replaceAll("-", "").slice(0, 16);
  await writeJson(store, dirtyMarkKey(tenant, callId, writing), { callId });
}

/** The call that a mark speaks of; undefined of a file that is no mark. */
export function markedCall(key: string): string | undefined {
  return /([^/]+)\.[0-9a-f]{16}\.json$/.exec(key)?.[1];
}
