import { type CallQuery, type PageEnd, readCursor } from "../../core/call-query.ts";
import { conditionsOf } from "./duckdb-conditions.ts";
import type { Parameters } from "./duckdb-engine.ts";

export interface Statement {
  sql: string;
  parameters: Parameters;
}

const ORDER_COLUMNS = { startedAt: "started_at", percent: "percent" } as const;

/** The page's calls in their order, and one more where there is a next page; beside each what it is ordered by. */
export function pageStatement(query: CallQuery, source: string): Statement {
  const { by, direction } = query.order;
  const conditions = conditionsOf(query);
  const behind = behindStatement(query, readCursor(query));
  const column = ORDER_COLUMNS[by];
  const value = by === "startedAt" ? "epoch_ms(started_at)::DOUBLE" : "percent";
  return {
    sql: `SELECT call_id, ${value} AS value FROM (${source}) WHERE ${conditions.sql} AND ${behind.sql}
      ORDER BY ${column} ${direction === "asc" ? "ASC" : "DESC"} NULLS LAST, call_id ASC LIMIT $most`,
    parameters: { ...conditions.parameters, ...behind.parameters, most: query.limit + 1 },
  };
}

function behindStatement({ order }: CallQuery, end: PageEnd | undefined): Statement {
  if (!end) return { sql: "TRUE", parameters: {} };
  const parameters = { lastId: end.callId };
  if (end.value === null) return { sql: "(percent IS NULL AND call_id > $lastId)", parameters };
  const column = ORDER_COLUMNS[order.by];
  const last = order.by === "startedAt" ? "make_timestamp_ms($lastValue::BIGINT)" : "$lastValue::DOUBLE";
  const further = order.direction === "asc" ? ">" : "<";
  return {
    sql: `(${column} ${further} ${last} OR (${column} = ${last} AND call_id > $lastId) OR ${column} IS NULL)`,
    parameters: { ...parameters, lastValue: end.value },
  };
}
