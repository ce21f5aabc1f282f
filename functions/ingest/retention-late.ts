import { indexRowKey, lateCallKey, lateCallsPrefix } from "../../core/bucket-layout.ts";
import { CallId, dayIn, dayOfCall } from "../../core/call.ts";
import { ON_ITS_WAY_MS } from "../../core/call-folders.ts";
import type { Clock } from "../../core/clock.ts";
import type { ListedObject, Store } from "../../core/ports/store.ts";
import { lastDays, retentionOf } from "../../core/removal.ts";
import type { Settings } from "../../core/settings.ts";
import { exists, writeJson } from "../../core/store-json.ts";

/**
 * Calls that come when their day is kept no longer, and has been gone through: an old message, a past day that is fetched, a recording that was sent in late.
 * Each leaves a mark before anything of it is stored, so that its day is gone through once more.
 */

/** Says of which days nothing is kept any more: `text` nothing at all, `audio` no recording. */
export function keptNoLonger(day: string, settings: Settings, now: Date): { audio: boolean; text: boolean } {
  const last = lastDays(retentionOf(settings), dayIn(settings.timeZone, now));
  return { audio: day <= (last.audio ?? ""), text: day <= (last.text ?? "") };
}

export async function leaveLateMark(store: Store, tenant: string, callId: string): Promise<void> {
  await writeJson(store, lateCallKey(tenant, callId), { callId });
}

/** The marks, by the day of their call. */
export async function lateCalls(store: Store, tenant: string): Promise<Map<string, ListedObject[]>> {
  const prefix = lateCallsPrefix(tenant);
  const marks: ListedObject[] = [];
  for await (const mark of store.list(prefix))
    if (CallId.safeParse(callIdOfMark(mark)).success) marks.push(mark);
  return Map.groupBy(marks, (mark) => dayOfCall(callIdOfMark(mark)));
}

/**
 * The marks that are to go when their day has been gone through. Asked before: a call that comes to an end meanwhile may not have been seen. The mark of one
 * that has not come to an end, or of which nothing stands yet, is still wanted.
 */
export async function marksToDrop(
  marks: readonly ListedObject[],
  { store, tenant, clock, now }: { store: Store; tenant: string; clock: Clock; now: Date },
): Promise<string[]> {
  const keys: string[] = [];
  for (const mark of marks) {
    const isOld = now.getTime() - clock.fromSystem(mark.modifiedAt).getTime() > ON_ITS_WAY_MS;
    if (isOld || (await exists(store, indexRowKey(tenant, callIdOfMark(mark))))) keys.push(mark.key);
  }
  return keys;
}

function callIdOfMark({ key }: ListedObject): string {
  return key.slice(key.lastIndexOf("/") + 1).replace(/\.json$/, "");
}
