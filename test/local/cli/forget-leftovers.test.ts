import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sqliteQueue } from "../../../adapters/queue/sqlite.ts";
import {
  callKey,
  callTableKey,
  digestKey,
  indexRowKey,
  scorecardKey,
  seenUploadKey,
  uploadFingerprint,
  uploadKey,
} from "../../../core/bucket-layout.ts";
import { dayOfCall, sha256 } from "../../../core/call.ts";
import { setClock } from "../../../core/clock.ts";
import type { Store } from "../../../core/ports/store.ts";
import { removeTexts } from "../../../core/remove-call.ts";
import { holdsPhone, isSamePhone } from "../../../core/same-phone.ts";
import { exists, readText, writeJson } from "../../../core/store-json.ts";
import { base, closeDeps, configure, settingsOf } from "../../../functions/deps.ts";
import { index } from "../../../functions/deps-index.ts";
import { recordCall } from "../../../functions/report/call-row.ts";
import { type ForgetOptions, runForget } from "../../../local/cli/forget.ts";
import { everything, putCallOnItsWay, putWholeCall, SECRET } from "../../functions/ingest/retention-world.ts";
import { callIdOn, putScored } from "../../functions/report/report-world.ts";
import { makeWorld, type World } from "../../functions/world.ts";

/** What is left of a person after `npx cqa forget`, wherever it lies and whatever went wrong. */

const CLIENT = "+7 (999) 000-01-01";
const ID = callIdOn("2026-11-19", 1);
const OTHER = callIdOn("2026-11-19", 2);

let folder: string;
let printed: string[];
let world: World;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-forget-"));
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  const { clock } = open();
  world = { ...makeWorld(), store: base().store, clock, settingsOf: () => settingsOf("default") };
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  closeDeps();
  await rm(folder, { recursive: true, force: true });
});

function open() {
  const clock = setClock("2026-11-21T10:00:00Z");
  return { clock, config: configure({ env: { DATA_DIR: join(folder, "data") }, clock }) };
}

const forget = async (options: ForgetOptions = { client: CLIENT }, callId?: string) => {
  await runForget(callId, options, open().config);
  return printed.join("\n");
};

/** Every file under the folder, as bytes. */
async function everyFile(): Promise<{ name: string; text: string }[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (name) => ({ name, text: await readFile(name, "utf8") })));
}

it("is in no file at all, of bucket, index or queue [privacy:forget-leftovers]", async () => {
  await putWholeCall(world, ID);
  const { store } = base();
  const calls = await index();
  const day = dayOfCall(ID);
  expect(await calls.compactDay("default", day)).toMatchObject({ state: "compacted" });
  const question = { tenant: "default", from: day, to: day };
  expect(JSON.stringify(await calls.find(question))).toMatch(SECRET);
  const copies = join(folder, "data/index-cache/tenant=default", `day=${day}`);
  expect(existsSync(copies)).toBe(true);
  await calls.close();
  const queue = sqliteQueue({
    file: join(folder, "data/queues.sqlite"),
    queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }],
  });
  await queue.send("ingest", [{ body: JSON.stringify({ key: "uploads/default/Секретова.mp3" }) }]);
  const [message] = await queue.receive("ingest", { max: 1, waitSec: 0, visibilitySec: 60 });
  await queue.delete("ingest", [message?.handle ?? ""]);
  queue.close();

  await forget();
  const left = await everyFile();
  expect(left.filter(({ text, name }) => SECRET.test(text + name)).map(({ name }) => name)).toEqual([]);
  expect(existsSync(copies)).toBe(false);
  expect(await exists(store, callTableKey("default", day))).toBe(false);
  // Whoever asks about that day gets its numbers as before.
  const found = await (await index()).find(question);
  expect(found.rows).toMatchObject([{ callId: ID, percent: 72, summary: null }]);
});

it("leaves no copy of an old table on this machine once the day was made anew, nor the files of a run that was killed", async () => {
  await putWholeCall(world, ID);
  const calls = await index();
  const day = dayOfCall(ID);
  await calls.compactDay("default", day);
  await calls.find({ tenant: "default", from: day, to: day });
  const copies = join(folder, "data/index-cache/tenant=default", `day=${day}`);
  expect(await readdir(copies)).toHaveLength(1);
  const leftover = join(folder, "data/index-cache", `${randomUUID()}.ndjson`);
  await writeFile(leftover, "Секрет");
  await utimes(leftover, new Date(0), new Date(0));
  const removed = { at: "2026-11-21T10:00:00.000Z", why: "retention", keptDays: 1 } as const;
  await removeTexts(base().store, "default", ID, removed);
  expect(await calls.compactDay("default", day)).toMatchObject({ state: "compacted", rows: 1 });
  expect(existsSync(copies)).toBe(false);
  await calls.close();
  expect((await calls.find({ tenant: "default", from: day, to: day })).rows).toMatchObject([
    { summary: null },
  ]);
  expect(existsSync(leftover)).toBe(false);
  await calls.close();
});

it("is finished by the same command after a crash at any point", { timeout: 60_000 }, async () => {
  for (let writesLeft = 0; ; writesLeft += 1) {
    await putWholeCall(world, ID);
    const { store } = base();
    await store.put(digestKey("default", "2026-11-19"), "Секрет сводки");
    let left = writesLeft;
    const step = () => {
      left -= 1;
      if (left < 0) throw new Error("the power went");
    };
    const real: Pick<Store, "put" | "delete"> = { put: store.put, delete: store.delete };
    Object.assign(store, {
      put: async (...given: Parameters<Store["put"]>) => {
        step();
        return real.put(...given);
      },
      delete: async (key: string) => {
        step();
        return real.delete(key);
      },
    });
    const isWhole = await runForget(undefined, { client: CLIENT }, configOf()).then(
      () => true,
      () => false,
    );
    Object.assign(store, real);
    await runForget(undefined, { client: CLIENT }, configOf());
    const rest = await everything({ ...world, store });
    expect(rest, `after ${writesLeft} writes`).not.toMatch(SECRET);
    expect(rest).toContain('"percent": 72');
    if (isWhole) break;
    expect(writesLeft).toBeLessThan(60);
    for await (const { key } of store.list("")) await store.delete(key);
  }
});

const configOf = () => ({ dataDir: join(folder, "data"), tenant: "default", s3: undefined }) as never;

it("does not delete the next recording that was put in under the same name", async () => {
  const { store } = base();
  const key = "uploads/default/запись.mp3";
  const fingerprint = uploadFingerprint(key, sha256("первая"));
  const callId = "20261119-upload-0a1b";
  const upload = { source: "upload", nativeId: fingerprint, title: "запись.mp3" } as const;
  await recordCall(await putScored(world, callId, {}, upload), world);
  await writeJson(store, uploadKey("default", fingerprint), { callId, key });
  await store.put(key, "вторая");
  await writeJson(store, seenUploadKey("default", key), { sizeBytes: 12, modifiedAt: "", hash: "2" });
  await forget({}, callId);
  expect(await readText(store, key)).toBe("вторая");
  expect(await exists(store, uploadKey("default", fingerprint))).toBe(false);
  expect(await exists(store, seenUploadKey("default", key))).toBe(true);
});

it("finds an uploaded call by the number in the name of its file", async () => {
  const title = "2026-11-19_10-15_79990000101_исх.mp3";
  const upload = { source: "upload", nativeId: "f", clientPhone: null, title } as const;
  await recordCall(await putScored(world, ID, { summary: "Секрет" }, upload), world);
  expect(await forget()).toContain(`${ID}  removed`);
  expect(await everything(world)).not.toMatch(SECRET);
});

it("does not stop at a file that nobody can read, and names it", async () => {
  await putWholeCall(world, ID);
  await putWholeCall(world, OTHER);
  const { store } = base();
  await store.put(callKey("default", callIdOn("2026-11-18", 7)), "{ half");
  await store.put(scorecardKey("default", ID, "first-sale", 1), "{ half");
  const said = await forget();
  expect(said).toContain(`${callIdOn("2026-11-18", 7)}  left: nobody can read its call.json`);
  expect(said).toContain(`${ID}  left: only in part`);
  expect(said).toContain(`${OTHER}  removed`);
  expect(process.exitCode).toBe(1);
  // All else of it is gone all the same.
  expect(await readText(store, indexRowKey("default", ID))).not.toMatch(SECRET);
  // Once it is mended, the same command finds it, though the phone is gone.
  await store.delete(scorecardKey("default", ID, "first-sale", 1));
  printed.length = 0;
  expect(await forget()).toContain(ID);
  expect(await everything(world)).not.toMatch(SECRET);
});

it("takes a call that has stood still for longer than a message lives, and leaves one that may move", async () => {
  await putCallOnItsWay(world, ID);
  await putCallOnItsWay(world, OTHER);
  const { store } = base();
  const { list } = store;
  Object.assign(store, {
    async *list(prefix: string) {
      for await (const object of list(prefix))
        yield object.key.includes(ID)
          ? { ...object, modifiedAt: new Date("2026-11-01T00:00:00Z") }
          : { ...object, modifiedAt: new Date("2026-11-20T00:00:00Z") };
    },
  });
  await runForget(undefined, { client: CLIENT }, configOf());
  expect(printed.slice(0, 2)).toEqual([expect.stringContaining(`${OTHER}  left`), `${ID}  removed`]);
});

it.each<[string, string, boolean]>([
  ["+7 912 345-67-89", "89123456789", true],
  ["9123456789", "+79123456789", true],
  ["8 (912) 345 67 89", "+7 912 345-67-89 доб. 123", true],
  ["+7 912 345-67-89,,12", "79123456789", true],
  ["8 10 375 29 123 45 67", "+375291234567", true],
  ["00375291234567", "+375 29 123-45-67", true],
  ["+1 912 345 6789", "+7 912 345-67-89", false],
  ["+375 29 123-45-67", "+7 529 123-45-67", false],
  ["234-56-78", "+7 343 234-56-78", false],
  ["102", "102", true],
  ["", "", false],
  ["скрыт", "+79123456789", false],
])("%s and %s are one number: %s", (one, other, isOne) => {
  expect([isSamePhone(one, other), isSamePhone(other, one)]).toEqual([isOne, isOne]);
});

it("takes no part of a number for the number", () => {
  expect(holdsPhone("заказ 102 от 2026-11-19.mp3", "102")).toBe(false);
  expect(holdsPhone("79123456789.mp3", "8 912 345 67 89")).toBe(true);
});
