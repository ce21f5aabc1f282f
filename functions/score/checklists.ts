import * as z from "zod";
import { checklistsPrefix } from "../../core/bucket-layout.ts";
import { type Checklist, readChecklist } from "../../core/checklist.ts";
import type { Store } from "../../core/ports/store.ts";
import { readBytes, readJson } from "../../core/store-json.ts";

const Latest = z.object({ version: z.number().int().positive() });

export interface KnownChecklists {
  checklists: Checklist[];
  /** How many could not be read. */
  broken: number;
}

/**
 * Every checklist of the tenant in the version that is in force: the one that `latest.json` points at, or the highest where there
 * is no pointer.
 */
export async function loadChecklists(store: Store, tenant: string): Promise<KnownChecklists> {
  const byId = new Map<string, { versions: Map<number, string>; latestKey: string | null }>();
  for await (const { key } of store.list(checklistsPrefix(tenant))) {
    const [, id, file] = /^checklists\/[^/]+\/([^/]+)\/(latest|\d+)\.json$/.exec(key) ?? [];
    if (id === undefined || file === undefined) continue;
    const entry = byId.get(id) ?? { versions: new Map(), latestKey: null };
    if (file === "latest") entry.latestKey = key;
    else entry.versions.set(Number(file), key);
    byId.set(id, entry);
  }
  const known: KnownChecklists = { checklists: [], broken: 0 };
  for (const { versions, latestKey } of byId.values()) {
    const pointed =
      latestKey === null ? undefined : (await readJson(store, latestKey, Latest))?.value.version;
    const key = versions.get(pointed ?? Math.max(...versions.keys()));
    const checklist = key === undefined ? undefined : await readKnown(store, key);
    if (checklist) known.checklists.push(checklist);
    else known.broken += 1;
  }
  return known;
}

/** Checked once for each content, since a checklist stays the same for months and is looked at for every call. */
const checked = new WeakMap<Store, Map<string, { etag: string; checklist: Checklist | undefined }>>();

/** Undefined when it is not there or not what a checklist must be. */
async function readKnown(store: Store, key: string): Promise<Checklist | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const ofStore = checked.get(store) ?? new Map();
  checked.set(store, ofStore);
  const earlier = ofStore.get(key);
  if (earlier?.etag === object.etag) {
    await object.body.cancel();
    return earlier.checklist;
  }
  const checklist = parsed(new TextDecoder().decode(await readBytes(object)));
  ofStore.set(key, { etag: object.etag, checklist });
  return checklist;
}

function parsed(text: string): Checklist | undefined {
  try {
    return readChecklist(JSON.parse(text));
  } catch {
    return undefined;
  }
}
