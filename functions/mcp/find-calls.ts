import { sha256 } from "../../core/call.ts";
import {
  CallQueryError,
  type CallQueryInput,
  cursorOf,
  MAX_PAGE,
  readCallQuery,
} from "../../core/call-query.ts";
import { type CallRow, startedMs } from "../../core/call-row.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";

export interface FoundCalls {
  rows: CallRow[];
  next: string | null;
  /** Null where all of them would have to be looked through to know. */
  total: number | null;
}

/** So many pages are looked through for one answer; the next question goes on behind them. */
const MOST_PAGES = 20;

/**
 * One page of the calls that fit, also by what the index cannot be asked for. Its cursor belongs to the question: with another one it is refused.
 * @throws CallQueryError
 */
export async function findCalls(
  index: CallIndex,
  { cursor, ...query }: CallQueryInput & { limit: number },
  keeps: ((row: CallRow) => boolean) | undefined,
  question: unknown,
): Promise<FoundCalls> {
  const mark = sha256(JSON.stringify(question)).slice(0, 12);
  const sealed = (next: string | null) => next && `${mark}.${next}`;
  let at = cursor === undefined ? undefined : opened(cursor, mark);
  const page = (limit: number) =>
    index.find({ ...query, limit, ...(at === undefined ? {} : { cursor: at }) });
  if (!keeps) {
    const { rows, next, total } = await page(query.limit);
    return { rows, next: sealed(next), total };
  }
  const rows: CallRow[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const found = await page(MAX_PAGE);
    for (const [place, row] of found.rows.entries()) {
      if (!keeps(row)) continue;
      rows.push(row);
      if (rows.length < query.limit) continue;
      const isLast = place === found.rows.length - 1 && found.next === null;
      return { rows, next: isLast ? null : sealed(behind(row, query)), total: null };
    }
    if (found.next === null) return { rows, next: null, total: cursor === undefined ? rows.length : null };
    at = found.next;
  }
  return { rows, next: sealed(at ?? null), total: null };
}

function behind(row: CallRow, query: CallQueryInput): string {
  const asked = readCallQuery(query);
  const value = asked.order.by === "percent" ? row.percent : startedMs(row);
  return cursorOf(asked, { value, callId: row.callId });
}

function opened(cursor: string, mark: string): string {
  const [own, inner] = cursor.split(/\.(.*)/s);
  if (own !== mark || inner === undefined)
    throw new CallQueryError("query.cursor", "cursor: it belongs to another question; leave it out");
  return inner;
}
