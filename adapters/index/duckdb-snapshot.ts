import { callTablePrefix, dirtyPrefix, indexDayPrefix, indexRowKey } from "../../core/bucket-layout.ts";
import { dayOfCall } from "../../core/call.ts";
import { daysBetween } from "../../core/days.ts";
import { markedCall } from "../../core/dirty-mark.ts";
import type { ListedObject, Store } from "../../core/ports/store.ts";

/** What the bucket holds of a period: which tables, and which rows stand for themselves since no table has them (yet, or as they are now). */
export interface Snapshot {
  tables: Table[];
  /** Calls that the tables know in a former state. */
  masked: string[];
  rows: RowVersion[];
}

export interface Table {
  day: string;
  key: string;
  version: string;
  sizeBytes: number;
}

export interface RowVersion {
  day: string;
  callId: string;
  key: string;
  /** The same as before: so is the row. Null when that cannot be told and the row is to be read again. */
  version: string | null;
}

export interface Period {
  tenant: string;
  from: string;
  to: string;
}

/** Requests that are under way together. */
export const REQUESTS_AT_ONCE = 32;

/**
 * Marks first, tables second: a mark that is gone by then was taken into a table that is looked at after it. `isEmpty` remembers closed days
 * without any row, which only a mark can bring to life.
 */
export async function lookAt(
  store: Store,
  { tenant, from, to }: Period,
  isEmpty: (day: string) => boolean,
  foundEmpty: (day: string) => void,
): Promise<Snapshot> {
  const begin = sameBeginning(from, to);
  const inPeriod = (day: string) => from <= day && day <= to;
  const marks = await marksUnder(store, `${dirtyPrefix(tenant)}${begin}`, inPeriod);
  const tables = await tablesUnder(store, `${callTablePrefix(tenant)}day=${begin}`, inPeriod);

  const compacted = new Set(tables.map(({ day }) => day));
  const marked = [...marks].map(([callId, names]): RowVersion => {
    const version = names.sort().join(" ");
    return { day: dayOfCall(callId), callId, key: indexRowKey(tenant, callId), version };
  });
  const uncompacted = daysBetween(from, to).filter((day) => !compacted.has(day));
  const listed = await inParallel(uncompacted, async (day) => {
    const hasMarks = marked.some((row) => row.day === day);
    if (!hasMarks && isEmpty(day)) return [];
    const rows = await rowsOfDay(store, tenant, day);
    if (rows.length === 0 && !hasMarks) foundEmpty(day);
    return rows;
  });
  const changed = marked.filter(({ day }) => compacted.has(day));
  return { tables, masked: changed.map(({ callId }) => callId), rows: [...changed, ...listed.flat()] };
}

/** The marks of each marked call, by their names. */
export async function marksUnder(
  store: Store,
  prefix: string,
  inPeriod: (day: string) => boolean = () => true,
): Promise<Map<string, string[]>> {
  const marks = new Map<string, string[]>();
  for await (const { key } of store.list(prefix)) {
    const callId = markedCall(key);
    if (callId === undefined || !inPeriod(dayOfCall(callId))) continue;
    marks.set(callId, [...(marks.get(callId) ?? []), key]);
  }
  return marks;
}

export async function tablesUnder(
  store: Store,
  prefix: string,
  inPeriod: (day: string) => boolean = () => true,
): Promise<Table[]> {
  const tables: Table[] = [];
  for await (const object of store.list(prefix)) {
    const day = /\/day=(\d{4}-\d{2}-\d{2})\/calls\.parquet$/.exec(object.key)?.[1];
    if (day === undefined || !inPeriod(day)) continue;
    const version = object.etag ?? `${object.modifiedAt.getTime()}-${object.sizeBytes}`;
    tables.push({ day, key: object.key, version, sizeBytes: object.sizeBytes });
  }
  return tables;
}

export async function rowsOfDay(store: Store, tenant: string, day: string): Promise<RowVersion[]> {
  const rows: RowVersion[] = [];
  for await (const row of listRows(store, tenant, day)) rows.push(row);
  return rows;
}

/** Looks no further than to the first one. */
export async function hasRows(store: Store, tenant: string, day: string): Promise<boolean> {
  for await (const _row of listRows(store, tenant, day)) return true;
  return false;
}

async function* listRows(store: Store, tenant: string, day: string): AsyncGenerator<RowVersion> {
  const prefix = indexDayPrefix(tenant, day);
  for await (const object of store.list(prefix)) {
    const callId = /^([A-Za-z0-9._-]+)\.json$/.exec(object.key.slice(prefix.length))?.[1];
    // Somebody's notes in this folder are no calls.
    if (callId === undefined || dayOfCall(callId) !== day) continue;
    yield { day, callId, key: object.key, version: versionOf(object) };
  }
}

/** Times are as coarse as a second on some hosts: of what was written just now they say nothing. */
const TIME_IS_COARSE_MS = 2000;

function versionOf({ etag, modifiedAt, sizeBytes }: ListedObject): string | null {
  if (etag !== undefined) return etag;
  if (Date.now() - modifiedAt.getTime() < TIME_IS_COARSE_MS) return null;
  return `${modifiedAt.getTime()}-${sizeBytes}`;
}

function sameBeginning(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

/** In the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = REQUESTS_AT_ONCE,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
