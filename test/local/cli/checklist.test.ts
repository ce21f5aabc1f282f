import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as z from "zod";
import { filesStore } from "../../../adapters/store/files.ts";
import { readChecklist } from "../../../core/checklist.ts";
import { addVersion, listVersions, putInForce } from "../../../core/checklist-versions.ts";
import { readJson, writeJson } from "../../../core/store-json.ts";
import { loadChecklists } from "../../../functions/score/checklists.ts";
import { designChecklist } from "../../core/design-checklist.ts";
import { memoryStore } from "../../fakes/store.ts";
import { runScript } from "../processes.ts";
import { workbook } from "./workbook.ts";

const sheet = [
  ["Чек-лист: Первая продажа", null, null, null],
  ["Этап", "Критерий", "Вес", "Фразы"],
  ["Контакт", "Поздоровался", 10, "добрый день; здравствуйте"],
  [null, "Назвал <себя> & компанию", 5, "меня зовут"],
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-checklist-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const cqa = (...args: string[]) =>
  runScript("local/cqa.mjs", ["checklist", ...args], {
    cwd: folder,
    env: { DATA_DIR: join(folder, "data") },
  });

const put = async (name: string, content: string | Uint8Array) => {
  await writeFile(join(folder, name), content);
  return name;
};

const bucket = () => filesStore({ directory: join(folder, "data", "bucket") });
const inForce = async () =>
  (await loadChecklists(bucket(), "default")).checklists.map(({ id, version, status }) => [
    id,
    version,
    status,
  ]);

it("checks a workbook, a CSV of a Russian Windows, a list and JSON, and stores nothing", async () => {
  const files = [
    await put("a.xlsx", workbook(sheet)),
    // «Пункт;Вес» and «Раз;15» in Windows-1251.
    await put("b.csv", Buffer.from("cff3edeaf23bc2e5f10ad0e0e73b3135", "hex")),
    await put("c.md", "# Первая продажа\n- Поздоровался (15)\n"),
    await put("d.json", `\ufeff${JSON.stringify(designChecklist)}`),
  ];
  const ended = await Promise.all(files.map((file) => cqa("check", file)));
  expect(ended.map(({ code, stdout }) => [code, stdout.trim()])).toEqual([
    [0, "ok: Первая продажа, 2 criteria, sum of weights 15"],
    [0, "ok: b, 1 criteria, sum of weights 15"],
    [0, "ok: Первая продажа, 1 criteria, sum of weights 15"],
    [0, "ok: Первая продажа, 4 criteria, sum of weights 35"],
  ]);
  expect(await readdir(folder)).not.toContain("data");
});

it("ends with code 1 and every mistake with its place", async () => {
  const bad = workbook([
    ["Критерий", "Вес"],
    ["Поздоровался", "много"],
    [null, 5],
  ]);
  const { code, stdout, stderr } = await cqa("check", await put("bad.xlsx", bad));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("bad.xlsx is not as it must be:\n  row 2, «Вес»: «много» is no weight");
  expect(stderr).toContain("\n  row 3: a criterion needs a text");
});

it.each([
  ["old.xls", "save an .xls or a Google sheet as .xlsx"],
  ["broken.xlsx", "is no workbook that can be read"],
  ["missing.csv", "is no file that can be read"],
])("says what to do with %s", async (name, message) => {
  if (!name.startsWith("missing")) await put(name, "PK no workbook");
  const { code, stderr } = await cqa("check", name);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

// Nine processes one after the other.
it("imports a draft that judges nothing, publishes it, and keeps every version as it was", {
  timeout: 60_000,
}, async () => {
  const file = await put("sales.xlsx", workbook(sheet));
  const first = await cqa("import", file, "--id", "sales");
  expect(first.stdout).toContain("npx cqa checklist publish sales@1");
  expect(await inForce()).toEqual([["sales", 1, "draft"]]);
  const draft = await readFile(join(folder, "data/bucket/checklists/default/sales/1.json"), "utf8");

  expect((await cqa("import", file, "--id", "sales")).stdout).toContain("sales@1 has this content already");
  expect((await cqa("publish", "sales@1")).stdout).toContain("sales@2 is in force");
  expect(await inForce()).toEqual([["sales", 2, "published"]]);
  expect(await readFile(join(folder, "data/bucket/checklists/default/sales/1.json"), "utf8")).toBe(draft);

  await put("sales.xlsx", workbook([...sheet, [null, "Поблагодарил", 5, "спасибо"]]));
  expect((await cqa("import", file, "--id", "sales", "--publish")).stdout).toContain("sales@3 is in force");
  expect((await cqa("publish", "sales@2")).stdout).toContain("sales@2 is in force");
  const list = await cqa("list");
  expect(list.stdout.match(/@\d.*in force/g)).toEqual([expect.stringMatching(/^@2 /)]);
  const shown = JSON.parse((await cqa("show", "sales")).stdout);
  expect([shown.version, JSON.parse((await cqa("show", "sales@3")).stdout).criteria.length]).toEqual([2, 3]);
});

it("writes JSON that it reads again, when a file is named", async () => {
  const file = await put("c.md", "# Первая продажа\n- Поздоровался (15)\n");
  await cqa("import", file, "--name", "Наш", "--id", "ours", "--publish", "--out", "out.json");
  const checklist = readChecklist(JSON.parse(await readFile(join(folder, "out.json"), "utf8")));
  expect(checklist).toMatchObject({ id: "ours", name: "Наш", status: "published" });
  expect(await readdir(folder)).not.toContain("data");
});

it("keeps whom a checklist is for when a sheet brings new criteria", async () => {
  await cqa(
    "import",
    await put("d.json", JSON.stringify({ ...designChecklist, passPercent: 75 })),
    "--publish",
  );
  await cqa("import", await put("sales.xlsx", workbook(sheet)), "--id", "first-sale", "--publish");
  const shown = JSON.parse((await cqa("show", "first-sale")).stdout);
  expect(shown).toMatchObject({ version: 2, passPercent: 75, appliesTo: { callTypes: ["first-sale"] } });
  expect(shown.criteria).toHaveLength(2);
});

it("says that a version is not there", async () => {
  const { code, stderr } = await cqa("show", "sales@7");
  expect(code).toBe(1);
  expect(stderr).toContain("npx cqa checklist list");
});

const checklist = readChecklist(designChecklist);

it("gives two people who import at once a version each", async () => {
  const store = memoryStore();
  const added = await Promise.all(
    ["Одна", "Другая"].map((name) => addVersion(store, "default", { ...checklist, name })),
  );
  expect(added.map((one) => one.checklist.version).sort()).toEqual([1, 2]);
  expect(await listVersions(store, "default")).toEqual([
    { id: "first-sale", versions: [1, 2], inForce: 2, isRemoved: false },
  ]);
});

it("leaves a version in force that nobody pointed at, when a draft comes", async () => {
  const store = memoryStore();
  await writeJson(store, "checklists/default/first-sale/3.json", checklist);
  await addVersion(store, "default", { ...checklist, name: "Новый", status: "draft" });
  const latest = await readJson(store, "checklists/default/first-sale/latest.json", z.unknown());
  expect(latest?.value).toEqual({ version: 3 });
  expect((await loadChecklists(store, "default")).checklists).toMatchObject([{ version: 3 }]);
});

it("mends a version that cannot be read by a new one", async () => {
  const store = memoryStore();
  await store.put("checklists/default/first-sale/3.json", "{");
  const { checklist: added, isNew } = await addVersion(store, "default", checklist);
  await putInForce(store, "default", added.id, added.version);
  expect([added.version, isNew]).toEqual([4, true]);
  expect((await loadChecklists(store, "default")).checklists).toMatchObject([{ version: 4 }]);
});
