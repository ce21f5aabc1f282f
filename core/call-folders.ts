import { dayPrefix, indexDayPrefix } from "./bucket-layout.ts";
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

/** Every call of a day. A folder's keys come together, so no more than one call is in memory. */
export async function* callFolders(store: Store, tenant: string, day: string): AsyncGenerator<CallFolder> {
  const prefix = dayPrefix(tenant, day);
  let folder: CallFolder | undefined;
  for await (const { key, modifiedAt } of store.list(prefix)) {
    const [, callId, name] = /^([^/]+)\/(.+)$/.exec(key.slice(prefix.length)) ?? [];
    // Something that a person put beside the calls.
    if (callId === undefined || name === undefined) continue;
    if (folder?.callId !== callId) {
      if (folder) yield folder;
      folder = { callId, prefix: `${prefix}${callId}/`, names: [], modifiedAt };
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
