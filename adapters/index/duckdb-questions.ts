import { indexRowKey } from "../../core/bucket-layout.ts";
import { type CallAggregation, type CallFilter, type CallQuery, cursorOf } from "../../core/call-query.ts";
import type { CallGroup, CallPage } from "../../core/ports/call-index.ts";
import type { Store } from "../../core/ports/store.ts";
import { columnNames } from "./duckdb-columns.ts";
import { type DaySums, questionOf } from "./duckdb-day-sums.ts";
import type { Engine, Parameters } from "./duckdb-engine.ts";
import { partialSumsStatement } from "./duckdb-groups.ts";
import { readRows } from "./duckdb-live-rows.ts";
import { merged, type PartialSums } from "./duckdb-merge.ts";
import { pageStatement } from "./duckdb-page.ts";

/** Everything of a period that is to be looked through. */
export interface Holding {
  tenant: string;
  from: string;
  to: string;
  files: DayFile[];
  /** Calls that the files know in a former state. */
  masked: readonly string[];
  /** Whether the table of live rows has any of this period. */
  hasLive: boolean;
}

interface DayFile {
  day: string;
  path: string;
  /** Holds calls in a former state. */
  isMasked: boolean;
}

/** The rows of the page are read from the bucket: they are what the columns were made of, and few. */
export async function answerFind(
  engine: Engine,
  store: Store,
  daySums: DaySums,
  query: CallQuery,
  holding: Holding,
): Promise<CallPage> {
  const { order: _order, limit, cursor: _cursor, ...filter } = query;
  const total = await countOf(engine, daySums, filter, holding);
  const source = sourceOf(holding);
  const { sql, parameters } = pageStatement(query, source.sql);
  const found = (await engine.rows(sql, { ...source.parameters, ...parameters })).map((record) => ({
    callId: String(record.call_id),
    value: typeof record.value === "number" ? record.value : null,
  }));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (!last) return { rows: [], next: null, total };
  const places = page.map(({ callId }) => ({ callId, key: indexRowKey(query.tenant, callId) }));
  const rows = await readRows(store, places);
  return { rows, next: found.length > page.length ? cursorOf(query, last) : null, total };
}

async function countOf(
  engine: Engine,
  daySums: DaySums,
  filter: CallFilter,
  holding: Holding,
): Promise<number> {
  const partials = await partialSums(engine, daySums, { ...filter, groupBy: [] }, holding, "count");
  return partials.reduce((sum, { calls }) => sum + Number(calls), 0);
}

export async function answerAggregate(
  engine: Engine,
  daySums: DaySums,
  asked: CallAggregation,
  holding: Holding,
): Promise<CallGroup[]> {
  return merged(asked, await partialSums(engine, daySums, asked, holding, "all"));
}

/** Day by day: those of files that were summed up before for the same question are at hand. */
async function partialSums(
  engine: Engine,
  daySums: DaySums,
  asked: CallAggregation,
  holding: Holding,
  which: "all" | "count",
): Promise<PartialSums[]> {
  const question = questionOf(asked, which);
  const known: PartialSums[] = [];
  const files = holding.files.filter(({ path, isMasked }) => {
    const sums = isMasked ? undefined : daySums.get(path, question);
    known.push(...(sums ?? []));
    return sums === undefined;
  });
  if (files.length === 0 && !holding.hasLive) return known;
  const source = sourceOf({ ...holding, files });
  const { sql, parameters } = partialSumsStatement(asked, source.sql, which);
  const fresh = await engine.rows(sql, { ...source.parameters, ...parameters });
  const byDay = Map.groupBy(fresh, ({ sum_day }) => sum_day);
  for (const { day, path, isMasked } of files)
    if (!isMasked) daySums.set(path, question, byDay.get(day) ?? []);
  return [...known, ...fresh];
}

const READ = "hive_partitioning = true, hive_types_autocast = false, union_by_name = true";

/** All calls of the holding, each once. */
function sourceOf({ tenant, from, to, files, masked, hasLive }: Holding): {
  sql: string;
  parameters: Parameters;
} {
  const names = columnNames.join(", ");
  const [clean, changed] = [
    files.filter(({ isMasked }) => !isMasked),
    files.filter(({ isMasked }) => isMasked),
  ];
  const parts: string[] = [];
  let parameters: Parameters = {};
  if (clean.length > 0) {
    parts.push(`SELECT day, ${names} FROM read_parquet($clean, ${READ})`);
    parameters = { ...parameters, clean: clean.map(({ path }) => path) };
  }
  if (changed.length > 0) {
    parts.push(
      `SELECT day, ${names} FROM read_parquet($changed, ${READ}) WHERE call_id NOT IN (SELECT unnest($masked))`,
    );
    parameters = { ...parameters, changed: changed.map(({ path }) => path), masked };
  }
  if (hasLive || parts.length === 0) {
    parts.push(`SELECT day, ${names} FROM live WHERE tenant = $tenant AND day BETWEEN $from AND $to`);
    parameters = { ...parameters, tenant, from, to };
  }
  return { sql: parts.join(" UNION ALL "), parameters };
}
