import { dayOfCall } from "./call.ts";
import type { CallRow } from "./call-row.ts";
import type { Report } from "./report.ts";
import { addCriteria, type CriterionTallies, compareText } from "./report-criteria.ts";
import { addPercent, noPercents, type Percents } from "./report-numbers.ts";

/** The calls of a period, counted as they go by: what it holds grows with agents and criteria, not with calls (but for their ids). */
export interface Tally extends Counted {
  skipped: number;
  failed: number;
  bands: { green: number; yellow: number; red: number };
  durationSec: number;
  cost: { speechSec: number; promptTokens: number; completionTokens: number };
  days: Map<string, { calls: number; scored: number; percents: Percents }>;
  agents: Map<string | null, AgentTally>;
  codes: Map<string, number>;
  objections: Map<string, Report["objections"][number]>;
  /** Bounded lists, first things first. */
  attention: CallRow[];
  best: CallRow[];
  unhandled: { call: CallRow; objection: CallRow["objections"][number] }[];
  /** Newest first. */
  nextSteps: Report["nextSteps"];
  callIds: string[];
}

/** What is counted of everybody together and of each agent. */
interface Counted {
  calls: number;
  scored: number;
  passed: number;
  needsReview: number;
  /** Calls with a verdict of a person's. */
  overridden: number;
  autoFailed: number;
  percents: Percents;
  criteria: CriterionTallies;
}

export interface AgentTally extends Counted {
  id: string | null;
  name: string | null;
  departments: string[];
}

const MAX_ATTENTION = 3;
const MAX_BEST = 1;
const MAX_UNHANDLED = 10;
export const MAX_NEXT_STEPS = 20;

const nothingCounted = (): Counted => ({
  calls: 0,
  scored: 0,
  passed: 0,
  needsReview: 0,
  overridden: 0,
  autoFailed: 0,
  percents: noPercents(),
  criteria: new Map(),
});

export const emptyTally = (): Tally => ({
  ...nothingCounted(),
  skipped: 0,
  failed: 0,
  bands: { green: 0, yellow: 0, red: 0 },
  durationSec: 0,
  cost: { speechSec: 0, promptTokens: 0, completionTokens: 0 },
  days: new Map(),
  agents: new Map(),
  codes: new Map(),
  objections: new Map(),
  attention: [],
  best: [],
  unhandled: [],
  nextSteps: [],
  callIds: [],
});

/** Rows come newest first: the names of today are the first ones. */
export function addRow(tally: Tally, row: CallRow): void {
  tally.callIds.push(row.callId);
  count(tally, row);
  count(agentOf(tally, row), row);
  const day = entryOf(tally.days, dayOfCall(row.callId), () => ({
    calls: 0,
    scored: 0,
    percents: noPercents(),
  }));
  day.calls += 1;
  tally.durationSec += row.durationSec ?? 0;
  tally.cost.speechSec += row.cost.speechSec ?? 0;
  tally.cost.promptTokens += row.cost.promptTokens ?? 0;
  tally.cost.completionTokens += row.cost.completionTokens ?? 0;
  addObjections(tally, row);
  if (row.status !== "scored") {
    tally[row.status] += 1;
    const code = row.code ?? "unknown";
    tally.codes.set(code, (tally.codes.get(code) ?? 0) + 1);
    return;
  }
  day.scored += 1;
  addPercent(day.percents, row.percent);
  addTelling(tally, row);
}

function count(counted: Counted, row: CallRow): void {
  counted.calls += 1;
  addCriteria(counted.criteria, row);
  if (row.status !== "scored") return;
  counted.scored += 1;
  if (row.passed) counted.passed += 1;
  if (row.needsReview) counted.needsReview += 1;
  if (row.overridden > 0) counted.overridden += 1;
  if (row.autoFailed) counted.autoFailed += 1;
  addPercent(counted.percents, row.percent);
}

function agentOf({ agents }: Tally, { agentId, agentName, departments }: CallRow): AgentTally {
  const agent = entryOf(agents, agentId, () => ({
    ...nothingCounted(),
    id: agentId,
    name: null,
    departments,
  }));
  agent.name ??= agentName;
  return agent;
}

function addObjections({ objections, unhandled }: Tally, row: CallRow): void {
  for (const objection of row.objections) {
    const { category, handling } = objection;
    const counted = entryOf(objections, category, () => ({
      category,
      total: 0,
      handled: 0,
      partly: 0,
      unhandled: 0,
      ignored: 0,
    }));
    counted.total += 1;
    counted[handling] += 1;
    if (handling === "unhandled" || handling === "ignored")
      keepFirst(unhandled, { call: row, objection }, MAX_UNHANDLED, (a, b) => worstFirst(a.call, b.call));
  }
}

/** What is shown of single calls. */
function addTelling(tally: Tally, row: CallRow): void {
  if (row.band !== null) tally.bands[row.band] += 1;
  if (row.percent !== null && (row.autoFailed || row.band === "red"))
    keepFirst(tally.attention, row, MAX_ATTENTION, worstFirst);
  if (row.percent !== null && row.band === "green") keepFirst(tally.best, row, MAX_BEST, bestFirst);
  const { callId, startedAt, agentName, nextStep } = row;
  if (nextStep?.agreed && nextStep.text && tally.nextSteps.length < MAX_NEXT_STEPS)
    tally.nextSteps.push({ callId, startedAt, agentName, text: nextStep.text });
}

/** Calls without a percent last. */
function worstFirst(a: CallRow, b: CallRow): number {
  return (a.percent ?? 101) - (b.percent ?? 101) || compareText(a.callId, b.callId);
}

/** Of equal ones that which has something to quote, and needs no review. */
function bestFirst(a: CallRow, b: CallRow): number {
  return (
    (b.percent ?? 0) - (a.percent ?? 0) ||
    Number(a.needsReview) - Number(b.needsReview) ||
    Number(a.best === null) - Number(b.best === null) ||
    compareText(a.callId, b.callId)
  );
}

/** Puts the item where it belongs and drops what stands beyond the last place. Equal ones stay in the order in which they came. */
function keepFirst<Item>(
  list: Item[],
  item: Item,
  places: number,
  compare: (a: Item, b: Item) => number,
): void {
  const at = list.findIndex((other) => compare(item, other) < 0);
  list.splice(at === -1 ? list.length : at, 0, item);
  if (list.length > places) list.length = places;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
