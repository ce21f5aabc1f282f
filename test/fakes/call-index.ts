import { callTablePrefix, dirtyPrefix, indexDayPrefix } from "../../core/bucket-layout.ts";
import { dayIn, dayOfCall } from "../../core/call.ts";
import {
  type CallAggregation,
  type CallDimension,
  type CallFilter,
  type CallQuery,
  cursorOf,
  readCallAggregation,
  readCallQuery,
  readCursor,
} from "../../core/call-query.ts";
import { CallRow, comparableText, searchTextOf, startedMs } from "../../core/call-row.ts";
import type { Clock } from "../../core/clock.ts";
import { daysBetween } from "../../core/days.ts";
import { markedCall } from "../../core/dirty-mark.ts";
import type { CallGroup, CallIndex, CallIndexUpkeep } from "../../core/ports/call-index.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";

interface MemoryIndexOptions {
  store: Store;
  clock: Pick<Clock, "now">;
  timeZoneOf(tenant: string): Promise<string>;
}

/** Reads every row of the period each time and sums plain arrays. Its compaction takes notice and makes nothing. */
export function memoryCallIndex({
  store,
  clock,
  timeZoneOf,
}: MemoryIndexOptions): CallIndex & CallIndexUpkeep {
  const compacted = new Set<string>();

  async function keysUnder(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.list(prefix)) keys.push(key);
    return keys;
  }

  async function rowsOf(filter: CallFilter): Promise<CallRow[]> {
    const rows: CallRow[] = [];
    for (const day of daysBetween(filter.from, filter.to)) {
      for (const key of await keysUnder(indexDayPrefix(filter.tenant, day))) {
        const row = await readJson(store, key, CallRow);
        const callId = key
          .split("/")
          .at(-1)!
          .replace(/\.json$/, "");
        if (row) rows.push({ ...row.value, callId });
      }
    }
    return rows.filter((row) => fits(row, filter));
  }

  const isClosed = async (tenant: string, day: string) =>
    dayIn(await timeZoneOf(tenant), new Date(clock.now().getTime() - 3_600_000)) > day;

  return {
    async find(asked) {
      const query = readCallQuery(asked);
      const end = readCursor(query);
      const all = (await rowsOf(query)).sort((a, b) => compareRows(query, endOf(query, a), endOf(query, b)));
      const behind = end ? all.filter((row) => compareRows(query, end, endOf(query, row)) < 0) : all;
      const rows = behind.slice(0, query.limit);
      const last = rows.at(-1);
      const next = behind.length > rows.length && last ? cursorOf(query, endOf(query, last)) : null;
      return { rows, next, total: all.length };
    },

    async aggregate(asked) {
      const query = readCallAggregation(asked);
      const members = (await rowsOf(query)).flatMap((row) => membersOf(row, query));
      const groups = Map.groupBy(members, ({ key }) => JSON.stringify(key));
      const filled = query.groupBy.length === 0 ? [members] : [...groups.values()];
      return filled.map((list) => groupOf(query, list)).sort((a, b) => compareKeys(query, a, b));
    },

    async dirtyDays(tenant) {
      const days = new Set(
        (await keysUnder(dirtyPrefix(tenant))).map((key) => dayOfCall(markedCall(key) ?? "")),
      );
      for (const key of await keysUnder(`index/${tenant}/`)) {
        const day = key.split("/")[2] ?? "";
        if (/^\d{4}-\d\d-\d\d$/.test(day) && !compacted.has(callTablePrefix(tenant) + day)) days.add(day);
      }
      const closed: string[] = [];
      for (const day of days) if (await isClosed(tenant, day)) closed.push(day);
      return closed.sort();
    },

    async compactDay(tenant, day) {
      if (!(await isClosed(tenant, day))) return { state: "open" };
      const marks = await keysUnder(`${dirtyPrefix(tenant)}${day}/`);
      const rows = (await keysUnder(indexDayPrefix(tenant, day))).length;
      const place = callTablePrefix(tenant) + day;
      for (const mark of marks) await store.delete(mark);
      if (compacted.has(place) ? marks.length === 0 : rows === 0) return { state: "clean" };
      compacted.add(place);
      return { state: "compacted", rows };
    },
  };
}

function fits(row: CallRow, filter: CallFilter): boolean {
  const { percentFrom, percentTo, criterion, checklist, text } = filter;
  const among = <Value>(list: readonly Value[] | undefined, value: Value | null) =>
    list === undefined || (value !== null && list.includes(value));
  const anyAmong = (list: readonly string[] | undefined, values: readonly string[]) =>
    list === undefined || values.some((value) => list.includes(value));
  return (
    among(filter.agentIds, row.agentId) &&
    anyAmong(filter.departments, row.departments) &&
    among(filter.directions, row.direction) &&
    among(filter.lines, row.line) &&
    among(filter.statuses, row.status) &&
    among(filter.codes, row.code) &&
    anyAmong(filter.tags, row.tags) &&
    among(filter.callTypes, row.callType) &&
    (checklist === undefined ||
      (row.checklistId === checklist.id &&
        (checklist.version ?? row.checklistVersion) === row.checklistVersion)) &&
    (percentFrom === undefined || (row.percent !== null && row.percent >= percentFrom)) &&
    (percentTo === undefined || (row.percent !== null && row.percent <= percentTo)) &&
    (criterion === undefined ||
      row.criteria.some(({ id, verdict }) => id === criterion.id && criterion.verdicts.includes(verdict))) &&
    (filter.needsReview === undefined || row.needsReview === filter.needsReview) &&
    (filter.passed === undefined || row.passed === filter.passed) &&
    (text === undefined || searchTextOf(row).includes(comparableText(text)))
  );
}

interface End {
  value: number | null;
  callId: string;
}

function endOf({ order }: CallQuery, row: CallRow): End {
  return { value: order.by === "percent" ? row.percent : startedMs(row), callId: row.callId };
}

function compareRows({ order }: CallQuery, a: End, b: End): number {
  if (a.value !== b.value) {
    if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
    return order.direction === "asc" ? a.value - b.value : b.value - a.value;
  }
  return a.callId < b.callId ? -1 : a.callId > b.callId ? 1 : 0;
}

/** A call in one of its groups. */
interface Member {
  row: CallRow;
  key: CallGroup["key"];
}

function membersOf(row: CallRow, { groupBy }: CallAggregation): Member[] {
  const lists: { [dimension in CallDimension]?: (string | null)[] } = {
    department: row.departments.length === 0 ? [null] : [...new Set(row.departments)],
    criterion: row.criteria.map(({ id }) => id),
  };
  const objectionDimensions = groupBy.filter((dimension) => dimension.startsWith("objection"));
  const objections = row.objections.map((one) =>
    Object.fromEntries(objectionDimensions.map((dimension) => [dimension, fieldOf(one, dimension)])),
  );
  let keys: CallGroup["key"][] =
    objectionDimensions.length === 0
      ? [{}]
      : [...new Map(objections.map((one) => [JSON.stringify(one), one])).values()];
  for (const dimension of groupBy) {
    if (objectionDimensions.includes(dimension)) continue;
    const values = lists[dimension] ?? [plainValue(row, dimension)];
    keys = keys.flatMap((key) => values.map((value) => ({ ...key, [dimension]: value })));
  }
  return keys.map((key) => ({
    row,
    key: Object.fromEntries(groupBy.map((dimension) => [dimension, key[dimension] ?? null])),
  }));
}

function fieldOf({ category, handling }: CallRow["objections"][number], dimension: CallDimension): string {
  return dimension === "objectionCategory" ? category : handling;
}

function plainValue(row: CallRow, dimension: CallDimension): string | null {
  switch (dimension) {
    case "day":
      return dayOfCall(row.callId);
    case "agent":
      return row.agentId;
    case "checklist":
      return row.checklistId;
    case "direction":
    case "line":
    case "status":
    case "code":
    case "band":
    case "callType":
      return row[dimension];
    default:
      throw new Error(`${dimension} has several values`);
  }
}

function groupOf({ groupBy }: CallAggregation, members: readonly Member[]): CallGroup {
  const rows = members.map(({ row }) => row);
  const key = members[0]?.key ?? {};
  const percents = rows.flatMap(({ percent }) => percent ?? []);
  const average = percents.length === 0 ? null : sumOf(percents) / percents.length;
  const squares = sumOf(percents.map((percent) => (percent - (average ?? 0)) ** 2));
  const count = (is: (row: CallRow) => boolean) => rows.filter(is).length;
  const criteria = rows.flatMap((row) => row.criteria.filter(({ id }) => id === key.criterion));
  const points = criteria.flatMap((criterion) => criterion.points ?? []);
  const verdicts = (verdict: string) => criteria.filter((criterion) => criterion.verdict === verdict).length;
  const isOfGroup = (objection: CallRow["objections"][number]) =>
    groupBy.every(
      (dimension) => !dimension.startsWith("objection") || fieldOf(objection, dimension) === key[dimension],
    );
  return {
    key,
    name: {
      ...(groupBy.includes("agent") ? { agent: lastName(rows, (row) => row.agentName) } : {}),
      ...(groupBy.includes("checklist") ? { checklist: lastName(rows, (row) => row.checklistName) } : {}),
      ...(groupBy.includes("criterion")
        ? {
            criterion: lastName(
              rows,
              (row) => row.criteria.find(({ id }) => id === key.criterion)?.text ?? null,
            ),
          }
        : {}),
    },
    calls: rows.length,
    scored: count(({ status }) => status === "scored"),
    percents: percents.length,
    averagePercent: average === null ? null : rounded(average),
    percentDeviation: percents.length < 2 ? null : rounded(Math.sqrt(squares / (percents.length - 1))),
    passed: count(({ passed }) => passed === true),
    needsReview: count(({ needsReview }) => needsReview),
    autoFailed: count(({ autoFailed }) => autoFailed),
    bands: {
      green: count(({ band }) => band === "green"),
      yellow: count(({ band }) => band === "yellow"),
      red: count(({ band }) => band === "red"),
    },
    durationSec: rounded(sumOf(rows.map(({ durationSec }) => durationSec ?? 0))),
    cost: {
      speechSec: rounded(sumOf(rows.map(({ cost }) => cost.speechSec ?? 0))),
      promptTokens: sumOf(rows.map(({ cost }) => cost.promptTokens ?? 0)),
      completionTokens: sumOf(rows.map(({ cost }) => cost.completionTokens ?? 0)),
    },
    ...(groupBy.includes("criterion")
      ? {
          verdicts: {
            met: verdicts("met"),
            partly: verdicts("partly"),
            notMet: verdicts("not_met"),
            notApplicable: verdicts("not_applicable"),
            uncertain: verdicts("uncertain"),
            averagePoints: points.length === 0 ? null : rounded(sumOf(points) / points.length),
          },
        }
      : {}),
    ...(groupBy.some((dimension) => dimension.startsWith("objection"))
      ? { objections: sumOf(rows.map((row) => row.objections.filter(isOfGroup).length)) }
      : {}),
  };
}

function lastName(rows: readonly CallRow[], nameOf: (row: CallRow) => string | null): string | null {
  const named = rows.filter((row) => nameOf(row) !== null);
  const lastMs = Math.max(...named.map(startedMs));
  const names = named.flatMap((row) => (startedMs(row) === lastMs ? (nameOf(row) ?? []) : []));
  return names.sort().at(-1) ?? null;
}

function compareKeys({ groupBy }: CallAggregation, a: CallGroup, b: CallGroup): number {
  for (const dimension of groupBy) {
    const [one, other] = [a.key[dimension] ?? null, b.key[dimension] ?? null];
    if (one === other) continue;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return 0;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
