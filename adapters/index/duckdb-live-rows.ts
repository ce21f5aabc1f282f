import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CallRow } from "../../core/call-row.ts";
import { daysBetween } from "../../core/days.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import { columnNames, columns, columnsLine } from "./duckdb-columns.ts";
import type { Engine } from "./duckdb-engine.ts";
import { fromLines } from "./duckdb-parquet.ts";
import { inParallel, type Period, type RowVersion } from "./duckdb-snapshot.ts";

/**
 * The table `live`: rows that stand for themselves, as the last `hold` of their period said. An error may leave half a change behind: then the
 * engine is of no use any more.
 */
export interface LiveRows {
  hold(period: Period, rows: readonly RowVersion[]): Promise<void>;
}

/** Deleted rows are freed when the table is written anew. */
const DELETED_BEFORE_REWRITE = 10_000;

const DAY = "substr(call_id, 1, 4) || '-' || substr(call_id, 5, 2) || '-' || substr(call_id, 7, 2)";

export async function liveRows(engine: Engine, store: Store, directory: string): Promise<LiveRows> {
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await engine.run(`CREATE TABLE live (tenant VARCHAR, day VARCHAR, ${typed.join(", ")})`);
  /** By tenant and day. */
  const held = new Map<string, Versions>();
  let deleted = 0;

  async function forget(tenant: string, callIds: readonly string[]): Promise<void> {
    if (callIds.length === 0) return;
    await engine.run("DELETE FROM live WHERE tenant = $tenant AND call_id IN (SELECT unnest($callIds))", {
      tenant,
      callIds,
    });
    deleted += callIds.length;
    if (deleted < DELETED_BEFORE_REWRITE) return;
    await engine.run("CREATE OR REPLACE TABLE live AS SELECT * FROM live");
    deleted = 0;
  }

  async function add(tenant: string, rows: readonly CallRow[]): Promise<void> {
    if (rows.length === 0) return;
    await withLines(directory, rows, (file) =>
      engine.run(
        `INSERT INTO live SELECT $tenant, ${DAY}, ${columnNames.join(", ")} FROM (${fromLines(file)})`,
        { tenant },
      ),
    );
  }

  return {
    async hold({ tenant, from, to }, rows) {
      const byDay = Map.groupBy(rows, ({ day }) => day);
      for (const day of daysBetween(from, to)) {
        const place = `${tenant}/${day}`;
        const before: Versions = held.get(place) ?? new Map();
        const now: Versions = new Map((byDay.get(day) ?? []).map(({ callId, version }) => [callId, version]));
        const gone = [...before.keys()].filter((callId) => !now.has(callId));
        await forget(tenant, gone);
        const stale = (byDay.get(day) ?? []).filter(
          ({ callId, version }) => version === null || before.get(callId) !== version,
        );
        for (const some of chunksOf(stale, ROWS_AT_ONCE)) {
          const fresh = await readRows(store, some);
          const known = some.flatMap(({ callId }) => (before.has(callId) ? [callId] : []));
          await forget(tenant, known);
          await add(tenant, fresh);
        }
        if (now.size === 0) held.delete(place);
        else held.set(place, now);
      }
    },
  };
}

/** By the id of the call. */
type Versions = Map<string, string | null>;

/** Rows that are in memory together, at some ten kilobytes each. */
export const ROWS_AT_ONCE = 2000;

export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_value, n) => items.slice(n * size, (n + 1) * size));
}

/** Those that are still there. */
export async function readRows(
  store: Store,
  rows: readonly Pick<RowVersion, "key" | "callId">[],
): Promise<CallRow[]> {
  const read = await inParallel(rows, async ({ key, callId }) => {
    const row = (await readJson(store, key, CallRow))?.value;
    // Its place says which call it is, whatever somebody wrote into a copy of it.
    return row ? { ...row, callId } : undefined;
  });
  return read.flatMap((row) => row ?? []);
}

/** The rows in a file that DuckDB can read, for as long as the work takes. */
export async function withLines<Result>(
  directory: string,
  rows: readonly CallRow[],
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const file = join(directory, `${randomUUID()}.ndjson`);
  try {
    await writeFile(file, rows.map((row) => `${columnsLine(row)}\n`).join(""));
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}
