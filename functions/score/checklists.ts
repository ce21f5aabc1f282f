import * as z from "zod";
import { checklistsPrefix } from "../../core/bucket-layout.ts";
import { type Checklist, readChecklist } from "../../core/checklist.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, readText } from "../../core/store-json.ts";

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
    const text = key === undefined ? undefined : await readText(store, key);
    try {
      if (text === undefined) throw new RangeError("no such version");
      known.checklists.push(readChecklist(JSON.parse(text)));
    } catch {
      known.broken += 1;
    }
  }
  return known;
}
