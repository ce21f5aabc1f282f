import { expect, it } from "vitest";
import { checklistKey, latestChecklistKey } from "../../core/bucket-layout.ts";
import { Checklist } from "../../core/checklist.ts";
import { readJson } from "../../core/store-json.ts";
import { seedChecklists } from "../../local/seed-checklists.ts";
import { memoryStore } from "../fakes/store.ts";

it("puts one sample into a bucket without checklists, ready to score by", async () => {
  const store = memoryStore();
  const added = await seedChecklists(store, "default", "ru");
  const keys = await Array.fromAsync(store.list(""), ({ key }) => key);
  expect(added).toBe(1);
  expect(keys).toEqual([
    checklistKey("default", "first-sale", 1),
    latestChecklistKey("default", "first-sale"),
  ]);
  const sample = await readJson(store, checklistKey("default", "first-sale", 1), Checklist);
  expect(sample?.value).toMatchObject({ id: "first-sale", version: 1, status: "published" });
});

it("leaves a bucket with any checklist as it is, though it be a draft", async () => {
  const store = memoryStore();
  await store.put("checklists/default/ours/1.json", '{"status":"draft"}');
  expect(await seedChecklists(store, "default", "ru")).toBe(0);
  expect(await Array.fromAsync(store.list(""), ({ key }) => key)).toEqual(["checklists/default/ours/1.json"]);
});

it("looks only at the tenant's own checklists", async () => {
  const store = memoryStore();
  await store.put("checklists/other/ours/1.json", "{}");
  expect(await seedChecklists(store, "default", "ru")).toBeGreaterThan(0);
});
