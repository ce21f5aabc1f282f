import { callsPrefix, dayPrefix, indexDayPrefix } from "./bucket-layout.ts";
import type { Store } from "./ports/store.ts";

/** What stands of one call, as a list of the bucket shows it. */
export interface CallFolder {
  callId: string;
  /** Where it stands, with a slash at its end. */
  prefix: string;
  /** Below the folder, e.g. `scorecard/first-sale@3.json`. */
  names: string[];
  /** When the newest of them was written, by the store's clock. */
  modifiedAt: Date;
}

/** A message lives for 14 days at most: a call that has not moved for so long is not on its way any more. */
export const ON_ITS_WAY_MS = 14 * 86_400_000;

/** Every call of a day. A folder's keys come together, so no more than one call is in memory. */
export async function* callFolders(store: Store, tenant: string, day: string): AsyncGenerator<CallFolder> {
  yield* foldersUnder(store, dayPrefix(tenant, day), /^()([^/]+)\/(.+)$/);
}

/** Every call of the tenant, the oldest day first. */
export async function* everyCallFolder(store: Store, tenant: string): AsyncGenerator<CallFolder> {
  yield* foldersUnder(store, callsPrefix(tenant), /^(\d{4}-\d{2}-\d{2}\/)([^/]+)\/(.+)$/);
}

async function* foldersUnder(store: Store, prefix: string, place: RegExp): AsyncGenerator<CallFolder> {
  let folder: CallFolder | undefined;
  for await (const { key, modifiedAt } of store.list(prefix)) {
    const [, day, callId, name] = place.exec(key.slice(prefix.length)) ?? [];
    // Something that a person put beside the calls.
    if (day === undefined || callId === undefined || name === undefined) continue;
    const own = `${prefix}${day}${callId}/`;
    if (folder?.prefix !== own) {
      if (folder) yield folder;
      folder = { callId, prefix: own, names: [], modifiedAt };
    }
    folder.names.push(name);
    if (modifiedAt > folder.modifiedAt) folder.modifiedAt = modifiedAt;
  }
  if (folder) yield folder;
}

/** The ids of the day's calls that have come to an end. */
export async function endedCalls(store: Store, tenant: string, day: string): Promise<Set<string>> {
  const prefix = indexDayPrefix(tenant, day);
  const ended = new Set<string>();
  for await (const { key } of store.list(prefix)) {
    if (key.endsWith(".json")) ended.add(key.slice(prefix.length, -".json".length));
  }
  return ended;
}
