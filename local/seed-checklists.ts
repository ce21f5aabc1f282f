import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checklistKey, checklistsPrefix, latestChecklistKey } from "../core/bucket-layout.ts";
import { readChecklist } from "../core/checklist.ts";
import type { Store } from "../core/ports/store.ts";
import { writeJson } from "../core/store-json.ts";

const samples = join(import.meta.dirname, "..", "checklists");

/**
 * Puts the sample for a first sale into a bucket that has no checklist, so that the first call is scored. One only: with several the kind of each
 * call has to be told first, and which kinds a company has it says itself, by importing their checklists. Resolves to how many were put.
 */
export async function seedChecklists(store: Store, tenant: string, locale: "ru" | "en"): Promise<number> {
  for await (const _any of store.list(checklistsPrefix(tenant))) return 0;
  const text = await readFile(join(samples, locale, "first-sale.json"), "utf8");
  const checklist = readChecklist(JSON.parse(text));
  const { id, version } = checklist;
  await writeJson(store, checklistKey(tenant, id, version), checklist, { ifAbsent: true });
  await writeJson(store, latestChecklistKey(tenant, id), { version });
  return 1;
}
