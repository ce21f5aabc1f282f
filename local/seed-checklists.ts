import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checklistKey, checklistsPrefix, latestChecklistKey } from "../core/bucket-layout.ts";
import { readChecklist } from "../core/checklist.ts";
import type { Store } from "../core/ports/store.ts";
import { writeJson } from "../core/store-json.ts";

const samples = join(import.meta.dirname, "..", "checklists");

/** Puts the sample checklists of a language into a bucket that has none, so that the first call is scored. Resolves to how many. */
export async function seedChecklists(store: Store, tenant: string, locale: "ru" | "en"): Promise<number> {
  for await (const _any of store.list(checklistsPrefix(tenant))) return 0;
  const folder = join(samples, locale);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  for (const file of files) {
    const checklist = readChecklist(JSON.parse(await readFile(join(folder, file), "utf8")));
    await writeJson(store, checklistKey(tenant, checklist.id, checklist.version), checklist, {
      ifAbsent: true,
    });
    await writeJson(store, latestChecklistKey(tenant, checklist.id), { version: checklist.version });
  }
  return files.length;
}
