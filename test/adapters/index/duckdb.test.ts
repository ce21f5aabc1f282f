import { mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type DuckDbCallIndex, duckDbCallIndex } from "../../../adapters/index/duckdb.ts";
import { openEngine } from "../../../adapters/index/duckdb-engine.ts";
import { callTableKey, indexRowKey } from "../../../core/bucket-layout.ts";
import { setClock } from "../../../core/clock.ts";
import type { Store } from "../../../core/ports/store.ts";
import { memoryStore } from "../../fakes/store.ts";
import { callIdOn, callRow, putLateRows, putRows, TENANT } from "../../index/call-rows.ts";

const DAYS = ["2026-11-16", "2026-11-17"] as const;
const [DAY, NEXT_DAY] = DAYS;
const PERIOD = { tenant: TENANT, from: DAY, to: NEXT_DAY };
const clock = setClock("2026-11-20T09:00:00Z");

let folder: string;
let store: Store;
let opened: DuckDbCallIndex[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-index-test-"));
  store = memoryStore({ clock });
  opened = [];
});

afterEach(async () => {
  for (const index of opened) await index.close();
  await rm(folder, { recursive: true, force: true });
});

function open(options: { store?: Store; cacheMaxBytes?: number } = {}): DuckDbCallIndex {
  const index = duckDbCallIndex({
    store,
    clock,
    timeZoneOf: async () => "Europe/Moscow",
    cacheDir: folder,
    ...options,
  });
  opened.push(index);
  return index;
}

/** The store, and every key that was read or listed. */
function watched(): { store: Store; keys: string[] } {
  const keys: string[] = [];
  const watch: Store = {
    ...store,
    get: (key) => {
      keys.push(key);
      return store.get(key);
    },
    list: (prefix) => {
      keys.push(prefix);
      return store.list(prefix);
    },
  };
  return { store: watch, keys };
}

/** The store, whose next table that is written waits for leave. */
function pausing() {
  const reached = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const paused: Store = {
    ...store,
    put: async (key, body, options) => {
      if (key.endsWith(".parquet")) {
        reached.resolve();
        await leave.promise;
      }
      return store.put(key, body, options);
    },
  };
  return { store: paused, reached: reached.promise, goOn: leave.resolve };
}

const percents = async (index: DuckDbCallIndex) =>
  (await index.find(PERIOD)).rows.map(({ percent }) => percent);

it("changes nothing with the slower one of two compactions", async () => {
  const [one, other] = [callRow(callIdOn(DAY, "a")), callRow(callIdOn(DAY, "b"))];
  await putRows(store, one, other);
  const quick = open();
  await quick.compactDay(TENANT, DAY);
  await putLateRows(store, { ...one, percent: 1 });
  const slow = pausing();
  const late = open({ store: slow.store }).compactDay(TENANT, DAY);
  await slow.reached;
  await putLateRows(store, { ...other, percent: 2 });
  expect(await quick.compactDay(TENANT, DAY)).toEqual({ state: "compacted", rows: 2 });
  slow.goOn();
  expect(await late).toEqual({ state: "overtaken" });
  expect(await quick.dirtyDays(TENANT)).toEqual([]);
  expect(await percents(quick)).toEqual([1, 2]);
});

it("sees a row that becomes again what it was while a compaction has something else in its hands", async () => {
  const row = callRow(callIdOn(DAY, "a"));
  await putRows(store, row);
  const index = open();
  await index.compactDay(TENANT, DAY);
  await putLateRows(store, { ...row, percent: 10 });
  await putLateRows(store, { ...row, percent: 20 });
  const slow = pausing();
  const compaction = open({ store: slow.store }).compactDay(TENANT, DAY);
  await slow.reached;
  await putLateRows(store, { ...row, percent: 10 });
  slow.goOn();
  expect(await compaction).toEqual({ state: "compacted", rows: 1 });
  expect(await percents(index)).toEqual([10]);
  expect(await index.dirtyDays(TENANT)).toEqual([DAY]);
  await index.compactDay(TENANT, DAY);
  expect(await percents(index)).toEqual([10]);
});

it("fetches a table once, and anew when it was compacted since", async () => {
  const row = callRow(callIdOn(DAY, "a"));
  await putRows(store, row);
  await open().compactDay(TENANT, DAY);
  const seen = watched();
  const index = open({ store: seen.store });
  const fetched = () => seen.keys.filter((key) => key.endsWith(".parquet")).length;
  await index.aggregate(PERIOD);
  await index.aggregate({ ...PERIOD, groupBy: ["agent"] });
  expect(fetched()).toBe(1);
  await index.close();
  await index.aggregate(PERIOD);
  expect(fetched()).toBe(1);
  await putLateRows(store, { ...row, percent: 5 });
  await index.compactDay(TENANT, DAY);
  expect(await percents(index)).toEqual([5]);
  expect(await index.aggregate(PERIOD)).toMatchObject([{ averagePercent: 5 }]);
});

it("reads no row again that has not changed", async () => {
  await putRows(store, callRow(callIdOn(DAY, "a")), callRow(callIdOn(DAY, "b")));
  const seen = watched();
  const index = open({ store: seen.store });
  await index.aggregate(PERIOD);
  seen.keys.length = 0;
  await putRows(store, callRow(callIdOn(DAY, "b"), { percent: 1 }), callRow(callIdOn(DAY, "c")));
  expect(await index.aggregate(PERIOD)).toMatchObject([{ calls: 3 }]);
  expect(seen.keys.filter((key) => key.endsWith(".json")).sort()).toEqual(
    ["b", "c"].map((name) => indexRowKey(TENANT, callIdOn(DAY, name))),
  );
});

it("looks at the bucket once for questions that were asked together", async () => {
  await putRows(store, callRow(callIdOn(DAY, "a")));
  const seen = watched();
  const index = open({ store: seen.store });
  const asked = () =>
    Promise.all([index.aggregate(PERIOD), index.aggregate({ ...PERIOD, groupBy: ["day"] })]);
  const listed = () => seen.keys.filter((key) => key === `index/default/${DAY}/`).length;
  await asked();
  expect(listed()).toBe(1);
  await asked();
  expect(listed()).toBe(2);
});

it("removes tables that were not needed lately when its folder is too large", async () => {
  await putRows(store, ...DAYS.map((day) => callRow(callIdOn(day, "a"))));
  const index = open({ cacheMaxBytes: 1 });
  for (const day of DAYS) await index.compactDay(TENANT, day);
  const filesOf = async (day: string) => readdir(join(folder, `tenant=${TENANT}`, `day=${day}`));
  await index.aggregate({ ...PERIOD, to: DAY });
  const [name = ""] = await filesOf(DAY);
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(join(folder, `tenant=${TENANT}`, `day=${DAY}`, name), longAgo, longAgo);
  await index.aggregate({ ...PERIOD, from: NEXT_DAY });
  expect(await filesOf(DAY)).toEqual([]);
  expect(await filesOf(NEXT_DAY)).toHaveLength(1);
  await index.close();
  expect(await index.aggregate(PERIOD)).toMatchObject([{ calls: 2 }]);
});

it("keeps nothing in its folder but tables", async () => {
  await putRows(store, callRow(callIdOn(DAY, "a")), callRow(callIdOn("2026-11-20", "b")));
  const index = open();
  await index.compactDay(TENANT, DAY);
  await index.find({ ...PERIOD, to: "2026-11-20" });
  const names = await readdir(folder, { recursive: true });
  const files = [];
  for (const name of names) if ((await stat(join(folder, name))).isFile()) files.push(name);
  expect(files).toEqual([
    expect.stringMatching(/^tenant=default\/day=2026-11-16\/[0-9a-f]{20}-\d+\.parquet$/),
  ]);
});

it("goes on with rows when somebody removes the tables", async () => {
  await putRows(store, callRow(callIdOn(DAY, "a")));
  const index = open();
  await index.compactDay(TENANT, DAY);
  expect(await percents(index)).toEqual([72.5]);
  await store.delete(callTableKey(TENANT, DAY));
  expect(await percents(index)).toEqual([72.5]);
  expect(await index.dirtyDays(TENANT)).toEqual([DAY]);
});

it("names a row that nobody can read, and answers again when it is mended", async () => {
  const row = callRow(callIdOn(DAY, "a"));
  const key = indexRowKey(TENANT, row.callId);
  await store.put(key, '{ "percent": "many" }');
  const index = open();
  await expect(index.aggregate(PERIOD)).rejects.toMatchObject({
    code: "store.unreadable",
    message: expect.stringContaining(key),
  });
  await expect(index.compactDay(TENANT, DAY)).rejects.toMatchObject({ code: "store.unreadable" });
  await putRows(store, row);
  expect(await percents(index)).toEqual([72.5]);
});

it("takes what looks like SQL for what it is", async () => {
  const name = "'); DROP TABLE live; --";
  await putRows(store, callRow(callIdOn(DAY, "a"), { agentId: name, departments: [name], summary: name }));
  const index = open();
  const asked = { ...PERIOD, agentIds: [name], departments: [name], text: name };
  expect((await index.find(asked)).total).toBe(1);
  await index.compactDay(TENANT, DAY);
  expect((await index.find(asked)).total).toBe(1);
  expect((await index.find({ ...asked, agentIds: [`${name}'`] })).total).toBe(0);
});

it.each([
  ["reading outside of its folder", "SELECT * FROM read_text('/etc/hostname')"],
  ["asking another machine", "SELECT * FROM read_parquet('https://example.com/calls.parquet')"],
  ["fetching an extension", "INSTALL httpfs"],
  ["changing its own settings", "SET enable_external_access = true"],
])("keeps DuckDB from %s", async (_what, sql) => {
  const engine = await openEngine({ directory: folder });
  try {
    await expect(engine.rows(sql)).rejects.toThrow(/Permission Error|disabled|locked|HTTPFS/i);
  } finally {
    engine.close();
  }
});
