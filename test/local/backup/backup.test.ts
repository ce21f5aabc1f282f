import { existsSync } from "node:fs";
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sqliteQueue } from "../../../adapters/queue/sqlite.ts";
import { filesStore } from "../../../adapters/store/files.ts";
import { backUp } from "../../../local/backup/backup.ts";
import { afterQueues, inOrderOfCall } from "../../../local/backup/backup-order.ts";
import { allKeys, keysOf } from "../../../local/backup/bucket-files.ts";
import { copyOver } from "../../../local/backup/copy-file.ts";
import { restore } from "../../../local/backup/restore.ts";
import { lockDataDir } from "../../../local/data-dir-lock.ts";

const CALL = "calls/default/2026-11-20/20261120-bitrix24-A";
const KEYS = [
  `${CALL}/call.json`,
  `${CALL}/recording.mp3`,
  `${CALL}/transcript.json`,
  `${CALL}/published/transcription.json`,
  `${CALL}/scorecard/first-sale@1.json`,
  "index/default/2026-11-20/20261120-bitrix24-A.json",
  "index/default/sweep.json",
  "index/default/retention.json",
  "index/default/uploads/seen-0.json",
  "index/default/uploads/0.json",
  "index/default/appealed/20261120-bitrix24-A.json",
  "reports/default/2026-11-20/digest.json",
  "checklists/default/first-sale/1.json",
  "settings/default.json",
  "bot/default/updates.json",
  "uploads/default/Звонок с выставки.mp3",
];
const DERIVED = [
  "index/calls/tenant=default/day=2026-11-20/calls.parquet",
  "index/dirty/default/2026-11-20/20261120-bitrix24-A.0123456789abcdef.json",
];
const queues = [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }];

let root: string;
let dataDir: string;
let folder: string;
let newDir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "backup-"));
  [dataDir, folder, newDir] = [join(root, "data"), join(root, "backup"), join(root, "new")];
  const store = filesStore({ directory: join(dataDir, "bucket") });
  for (const key of [...KEYS, ...DERIVED]) await store.put(key, `of ${key}`);
  const queue = sqliteQueue({ file: join(dataDir, "queues.sqlite"), queues });
  await queue.send("ingest", [{ body: "one" }, { body: "two" }]);
  queue.close();
});

afterEach(() => rm(root, { recursive: true, force: true }));

const run = (has = { bucket: true, queues: true }) => backUp({ dataDir, folder, has, now: new Date() });
const back = (unfinished = false) => restore({ dataDir: newDir, folder, unfinished });

async function keysUnder(bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of allKeys(bucket)) keys.push(key);
  return keys.sort();
}

it("brings everything back but what is derived, with its times, and has the derived made anew", async () => {
  const past = new Date("2026-11-01T10:00:00.123Z");
  await utimes(join(dataDir, "bucket", KEYS[0]!), past, past);
  expect(await run()).toMatchObject({ copied: KEYS.length, kept: 0, removed: 0, messages: 2 });
  expect(await back()).toMatchObject({ messages: 2 });
  const restored = await keysUnder(join(newDir, "bucket"));
  const isMark = (key: string) => key.startsWith("index/dirty/default/2026-11-20/20261120-bitrix24-A.");
  expect(restored.filter(isMark)).toHaveLength(1);
  expect(restored.filter((key) => !isMark(key))).toEqual([...KEYS].sort());
  for (const key of KEYS) expect(await readFile(join(newDir, "bucket", key), "utf8")).toBe(`of ${key}`);
  expect((await stat(join(newDir, "bucket", KEYS[0]!))).mtime.toISOString()).toBe(past.toISOString());
  const queue = sqliteQueue({ file: join(newDir, "queues.sqlite"), queues });
  expect(await queue.stats("ingest")).toMatchObject({ visible: 2 });
  queue.close();
});

it("has the messages that a running service sent last, which are not in the file itself yet", async () => {
  const queue = sqliteQueue({ file: join(dataDir, "queues.sqlite"), queues });
  await queue.send("ingest", [{ body: "three" }]);
  expect(existsSync(join(dataDir, "queues.sqlite-wal"))).toBe(true);
  expect(await run()).toMatchObject({ messages: 3 });
  queue.close();
});

it("copies only what has changed, and forgets what was to be forgotten", async () => {
  await run();
  const store = filesStore({ directory: join(dataDir, "bucket") });
  await store.put("settings/default.json", "of settings/default.json, changed");
  await store.delete(`${CALL}/recording.mp3`);
  expect(await run()).toMatchObject({ copied: 1, kept: KEYS.length - 2, removed: 1 });
  const kept = await keysUnder(join(folder, "bucket"));
  expect(kept).toEqual(KEYS.filter((key) => !key.endsWith("recording.mp3")).sort());
});

it("holds a recording once where the disk can, and is not touched when the live one goes", async () => {
  await run();
  const copy = join(folder, "bucket", `${CALL}/recording.mp3`);
  expect((await stat(copy)).nlink).toBe(2);
  expect((await stat(join(folder, "bucket", `${CALL}/call.json`))).nlink).toBe(1);
  await rm(dataDir, { recursive: true });
  expect(await readFile(copy, "utf8")).toBe(`of ${CALL}/recording.mp3`);
});

it("copies every file in one step after the queues, or before them, and never in two", async () => {
  const bucket = join(dataDir, "bucket");
  const order: string[] = [];
  for (const step of afterQueues) for await (const key of keysOf(bucket, step)) order.push(key);
  const before = ["retention.json", "sweep.json", "uploads/seen-0.json"].map(
    (name) => `index/default/${name}`,
  );
  expect([...order, ...before].sort()).toEqual([...KEYS].sort());
  const at = (part: string) => order.findIndex((key) => key.includes(part));
  const firstWrittenLast = ["digest.json", "index/default/2026-11-20", "scorecard", "transcript.json"];
  const rest = ["recording", "call.json", "uploads/0.json", "Звонок", "checklists"];
  const places = [...firstWrittenLast, ...rest].map(at);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

it("goes on when most files are gone because their time was over, since the calls are still there", async () => {
  const store = filesStore({ directory: join(dataDir, "bucket") });
  const parts = ["transcript.json", "recording.mp3", "published/model-0.json", "published/model-1.json"];
  for (let n = 0; n < 20; n += 1)
    for (const part of ["call.json", ...parts]) await store.put(`${CALL}${n}/${part}`, "{}");
  await run();
  for (let n = 0; n < 20; n += 1) for (const part of parts) await store.delete(`${CALL}${n}/${part}`);
  expect(await run()).toMatchObject({ removed: 80 });
});

it("is not taken over by another folder of calls", async () => {
  const store = filesStore({ directory: join(dataDir, "bucket") });
  for (let n = 0; n < 30; n += 1) await store.put(`${CALL}${n}/call.json`, "{}");
  await run();
  for (let n = 0; n < 30; n += 1) await store.delete(`${CALL}${n}/call.json`);
  await expect(run()).rejects.toMatchObject({ code: "backup.other_bucket" });
});

it("of an unfinished run announces again what the older queues do not have", async () => {
  await run();
  const store = filesStore({ directory: join(dataDir, "bucket") });
  await store.put("index/default/uploads/seen-1.json", "sent after the queues were copied");
  // The power goes when the queues are copied and have not got their name.
  const note = join(folder, "backup.json");
  await copyFile(
    join(dataDir, "bucket/index/default/uploads/seen-1.json"),
    join(folder, "bucket/index/default/uploads/seen-1.json"),
  );
  await writeFile(note, (await readFile(note, "utf8")).replace("complete", "running"));
  await back(true);
  const restored = await keysUnder(join(newDir, "bucket"));
  expect(restored.filter((key) => /sweep\.json|seen-|retention/.test(key))).toEqual([]);
  expect(restored).toContain("index/default/uploads/0.json");
});

it("is finished by the next run when the disk was full in the middle of a file", async () => {
  const options = { partial: join(root, "file.partial"), mayLink: false };
  const [from, to] = [join(dataDir, "bucket", KEYS[0]!), join(root, "copy.json")];
  await writeFile(to, "the copy of yesterday");
  const full = async (_from: string, path: string) => {
    await writeFile(path, "of calls");
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  };
  await expect(copyOver(from, to, { ...options, copy: full })).rejects.toThrow("no space left");
  expect(await readFile(to, "utf8")).toBe("the copy of yesterday");
  expect(await copyOver(from, to, options)).toMatchObject({ state: "copied" });
  expect(await readFile(to, "utf8")).toBe(`of ${KEYS[0]}`);
});

it("takes markers of effects after the artefacts, so that less is done again", () => {
  expect(inOrderOfCall([`${CALL}/published/alert.json`, `${CALL}/call.json`])[1]).toContain("published");
});

it.each([
  ["the data folder itself", () => backUp({ ...options(), folder: dataDir }), "backup.same_folder"],
  [
    "a folder inside it",
    () => backUp({ ...options(), folder: join(dataDir, "backup") }),
    "backup.same_folder",
  ],
  ["a folder around it", () => backUp({ ...options(), folder: root }), "backup.same_folder"],
  [
    "a data folder without a bucket",
    () => backUp({ ...options(), dataDir: join(root, "wrong") }),
    "backup.nothing",
  ],
])("refuses %s", async (_what, act, code) => {
  await expect(act()).rejects.toMatchObject({ code });
  expect(existsSync(join(root, "wrong"))).toBe(false);
});

const options = () => ({ dataDir, folder, has: { bucket: true, queues: true }, now: new Date() });

it("refuses a folder with other people's files", async () => {
  await mkdir(folder);
  await writeFile(join(folder, "thesis.docx"), "");
  await expect(run()).rejects.toMatchObject({ code: "backup.not_ours" });
});

it("refuses to empty a good backup when DATA_DIR is another one's", async () => {
  const store = filesStore({ directory: join(dataDir, "bucket") });
  for (let call = 0; call < 30; call += 1)
    await store.put(`calls/default/2026-11-21/${call}/call.json`, "{}");
  await run();
  await rm(join(dataDir, "bucket", "calls"), { recursive: true });
  await expect(run()).rejects.toMatchObject({ code: "backup.other_bucket" });
  expect(await keysUnder(join(folder, "bucket"))).toHaveLength(KEYS.length + 30);
});

it("refuses a second run to the same folder at once", async () => {
  await run();
  const lock = lockDataDir(folder);
  await expect(run()).rejects.toMatchObject({ code: "backup.in_use" });
  lock.release();
});

it("never writes over data, and does not begin while a service runs on the folder", async () => {
  await run();
  await mkdir(join(newDir, "bucket/calls"), { recursive: true });
  await back();
  await expect(back()).rejects.toMatchObject({ code: "backup.data_dir_not_empty" });
  const lock = lockDataDir(newDir);
  await expect(back()).rejects.toMatchObject({ code: "config.data_dir_in_use" });
  lock.release();
});

it("keeps the older queues when a run is cut off, and restores it only when told so", async () => {
  await run();
  const queue = new DatabaseSync(join(dataDir, "queues.sqlite"));
  queue.exec("DELETE FROM messages");
  queue.close();
  // A folder where a file was: the copy of the bucket fails after that of the queues.
  const inTheWay = join(folder, "bucket/settings/default.json");
  await rm(inTheWay);
  await mkdir(join(inTheWay, "in the way"), { recursive: true });
  await expect(run()).rejects.toThrow();
  await expect(back()).rejects.toMatchObject({ code: "backup.unfinished" });
  await rm(inTheWay, { recursive: true });
  expect(await back(true)).toMatchObject({ messages: 2 });
});

it.each([
  ["no backup", async () => mkdir(folder), "backup.none"],
  [
    "a backup of a later version",
    async () => {
      await run();
      await writeFile(join(folder, "backup.json"), '{"format":2}');
    },
    "backup.none",
  ],
  [
    "damaged queues",
    async () => {
      await run();
      await writeFile(join(folder, "queues.sqlite"), "SQLite format 3\0, cut off");
    },
    "backup.damaged_queues",
  ],
])("restores nothing from %s", async (_what, prepare, code) => {
  await prepare();
  await expect(back()).rejects.toMatchObject({ code });
  expect(existsSync(join(newDir, "queues.sqlite"))).toBe(false);
});

it("restores the queues alone where the bucket is a cloud's, and leaves it out", async () => {
  expect(await run({ bucket: false, queues: true })).toMatchObject({ copied: 0, messages: 2 });
  expect(existsSync(join(folder, "bucket"))).toBe(false);
  await back();
  expect(existsSync(join(newDir, "queues.sqlite"))).toBe(true);
});

it("does without a file that somebody never stops writing, and takes one whose writer has stopped", async () => {
  const [from, to, partial] = [join(root, "long.mp3"), join(root, "copy.mp3"), join(root, "partial")];
  await writeFile(from, "begun");
  let writesLeft = 3;
  const copy = async (source: string, target: string) => {
    await copyFile(source, target);
    if (writesLeft-- > 0) await appendFile(source, ", and on");
  };
  expect(await copyOver(from, to, { partial, mayLink: false, copy })).toEqual({ state: "restless" });
  expect([existsSync(to), existsSync(partial)]).toEqual([false, false]);
  writesLeft = 2;
  expect(await copyOver(from, to, { partial, mayLink: false, copy })).toMatchObject({ state: "copied" });
  expect(await readFile(to, "utf8")).toBe(`begun${", and on".repeat(5)}`);
});
