import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { callTableKey, callTablePrefix, dirtyPrefix, indexRowKey } from "../../core/bucket-layout.ts";
import { dayIn, dayOfCall } from "../../core/call.ts";
import { daysBetween } from "../../core/days.ts";
import type { Compaction } from "../../core/ports/call-index.ts";
import type { Store, StoredObject } from "../../core/ports/store.ts";
import { columnNames, columns } from "./duckdb-columns.ts";
import { type Engine, openEngine } from "./duckdb-engine.ts";
import { chunksOf, ROWS_AT_ONCE, readRows, withLines } from "./duckdb-live-rows.ts";
import { fromLines, writeParquet } from "./duckdb-parquet.ts";
import {
  hasRows,
  inParallel,
  marksUnder,
  type RowVersion,
  rowsOfDay,
  tablesUnder,
} from "./duckdb-snapshot.ts";

/** Machines do not agree on the time to the second, and whoever writes a row just before midnight leaves no mark. */
const CLOSED_AFTER_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Whether everybody who writes a row of this day leaves a mark by now. */
export function isClosed(day: string, timeZone: string, now: Date): boolean {
  return dayIn(timeZone, new Date(now.getTime() - CLOSED_AFTER_MS)) > day;
}

/**
 * One closed day: the rows of marked calls anew, all others as its table has them; without a table all rows. The table is replaced only as it was
 * read, and only then exactly those marks are removed that were seen before anything else was looked at. So a run that stops anywhere
 * leaves the marks, and of two at once the slower one changes nothing.
 */
export async function compact(
  store: Store,
  tenant: string,
  day: string,
  directory: string,
): Promise<Compaction> {
  const marks = await marksUnder(store, `${dirtyPrefix(tenant)}${day}/`);
  const key = callTableKey(tenant, day);
  const table = await store.get(key);
  if (table && marks.size === 0) {
    await table.body.cancel();
    return { state: "clean" };
  }
  const changed = table
    ? [...marks.keys()].map((callId) => ({ callId, key: indexRowKey(tenant, callId) }))
    : await rowsOfDay(store, tenant, day);
  if (table || changed.length > 0) {
    const made = await makeTable(store, table, changed, directory);
    const { written } = await store.put(key, made.content, {
      contentType: "application/vnd.apache.parquet",
      ...(table ? { ifMatch: table.etag } : { ifAbsent: true }),
    });
    if (!written) return { state: "overtaken" };
    await removeMarks(store, marks);
    return { state: "compacted", rows: made.rows };
  }
  // Marks of calls that are gone, on a day that has no others.
  await removeMarks(store, marks);
  return { state: "clean" };
}

async function removeMarks(store: Store, marks: ReadonlyMap<string, string[]>): Promise<void> {
  await inParallel([...marks.values()].flat(), (mark) => store.delete(mark));
}

/** In an engine of its own, whose memory is given back, and which keeps no question waiting. */
async function makeTable(
  store: Store,
  table: StoredObject | undefined,
  changed: readonly Pick<RowVersion, "callId" | "key">[],
  directory: string,
): Promise<{ content: Uint8Array; rows: number }> {
  const before = join(directory, `${randomUUID()}.parquet`);
  const after = join(directory, `${randomUUID()}.parquet`);
  const engine = await openEngine({ directory });
  try {
    const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    await engine.run(`CREATE TABLE made (${typed.join(", ")})`);
    if (table) {
      await pipeline(table.body, createWriteStream(before));
      await takeOver(
        engine,
        before,
        changed.map(({ callId }) => callId),
      );
    }
    for (const some of chunksOf(changed, ROWS_AT_ONCE)) {
      const rows = await readRows(store, some);
      if (rows.length === 0) continue;
      await withLines(directory, rows, (file) => engine.run(`INSERT INTO made ${fromLines(file)}`));
    }
    const [count] = await engine.rows("SELECT count(*)::DOUBLE AS rows FROM made");
    // Two tables are never equal, so that a condition on the one that was read holds for no other.
    await writeParquet(engine, "SELECT * FROM made", after, randomUUID());
    return { content: await readFile(after), rows: Number(count?.rows) };
  } finally {
    engine.close();
    await rm(before, { force: true });
    await rm(after, { force: true });
  }
}

/** Columns that the table does not have yet stay empty. */
async function takeOver(engine: Engine, file: string, without: readonly string[]): Promise<void> {
  const described = await engine.rows("DESCRIBE SELECT * FROM read_parquet($file)", { file });
  const there = new Set(described.map(({ column_name }) => column_name));
  const names = columnNames.filter((name) => there.has(name)).join(", ");
  await engine.run(
    `INSERT INTO made (${names}) SELECT ${names} FROM read_parquet($file) WHERE call_id NOT IN (SELECT unnest($without))`,
    { file, without },
  );
}

/** Days before these are known by their marks alone. */
export const LOOK_BACK_DAYS = 62;
const LISTS_AT_ONCE = 8;

export interface EmptyDays {
  has(tenant: string, day: string): boolean;
  add(tenant: string, day: string): void;
}

export async function findDirtyDays(
  store: Store,
  tenant: string,
  timeZone: string,
  now: Date,
  empty: EmptyDays,
): Promise<string[]> {
  const marks = await marksUnder(store, dirtyPrefix(tenant));
  const dirty = new Set([...marks.keys()].map(dayOfCall));
  const compacted = new Set((await tablesUnder(store, callTablePrefix(tenant))).map(({ day }) => day));
  const first = dayIn(timeZone, new Date(now.getTime() - LOOK_BACK_DAYS * DAY_MS));
  const recent = daysBetween(first, dayIn(timeZone, now)).filter(
    (day) =>
      isClosed(day, timeZone, now) && !compacted.has(day) && !dirty.has(day) && !empty.has(tenant, day),
  );
  await inParallel(
    recent,
    async (day) => {
      if (await hasRows(store, tenant, day)) dirty.add(day);
      else empty.add(tenant, day);
    },
    LISTS_AT_ONCE,
  );
  return [...dirty].filter((day) => isClosed(day, timeZone, now)).sort();
}
