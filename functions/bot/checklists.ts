import * as z from "zod";
import { checklistsPrefix } from "../../core/bucket-layout.ts";
import { type Checklist, readChecklist } from "../../core/checklist.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";

const Latest = z.object({ version: z.number().int().positive() });

/** The checklists in force, by name. One that cannot be read is left out: whoever asks cannot mend it. */
export async function checklistsInForce(store: Store, tenant: string): Promise<Checklist[]> {
  const versions = new Map<string, number[]>();
  const pointers = new Map<string, string>();
  for await (const { key } of store.list(checklistsPrefix(tenant))) {
    const [, id, file] = /^checklists\/[^/]+\/([^/]+)\/(latest|\d+)\.json$/.exec(key) ?? [];
    if (id === undefined || file === undefined) continue;
    if (file === "latest") pointers.set(id, key);
    else versions.set(id, [...(versions.get(id) ?? []), Number(file)]);
  }
  const found: Checklist[] = [];
  for (const [id, all] of versions) {
    const pointer = pointers.get(id);
    const pointed = pointer && (await readJson(store, pointer, Latest))?.value.version;
    const version = pointed && all.includes(pointed) ? pointed : Math.max(...all);
    const checklist = await checklistAt(store, tenant, id, version);
    if (checklist) found.push(checklist);
  }
  return found.sort((a, b) => a.name.localeCompare(b.name, "ru"));
}

async function checklistAt(store: Store, tenant: string, id: string, version: number) {
  const key = `${checklistsPrefix(tenant)}${id}/${version}.json`;
  const json = (await readJson(store, key, z.unknown()).catch(() => undefined))?.value;
  try {
    return json === undefined ? undefined : readChecklist(json);
  } catch {
    return undefined;
  }
}
