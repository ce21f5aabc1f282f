import type { CallAggregation, CallDimension } from "../../core/call-query.ts";
import type { CallGroup } from "../../core/ports/call-index.ts";
import { readVerdictKey } from "./duckdb-columns.ts";

/** One of the partial sums that `partialSumsStatement` asks for. */
export type PartialSums = Readonly<Record<string, unknown>>;

const NAMED = ["agent", "checklist", "criterion"] as const;
type Named = (typeof NAMED)[number];

interface Sum {
  group: CallGroup;
  percentSum: number;
  squareSum: number;
  pointsSum: number;
  pointsCount: number;
  /** When the last call began that gave the name. */
  namedMs: Times;
}
type Times = { [name in Named]?: number };

/** The groups that were asked for, out of their parts, in the order that the port promises. */
export function merged({ groupBy }: CallAggregation, partials: readonly PartialSums[]): CallGroup[] {
  const sums = new Map<string, Sum>();
  for (const partial of partials) {
    const verdict = groupBy.includes("criterion") ? readVerdictKey(partial.value_criterion) : undefined;
    const values = groupBy.map((dimension) =>
      dimension === "criterion" ? (verdict?.id ?? null) : textOf(partial[`value_${dimension}`]),
    );
    const place = JSON.stringify(values);
    const sum = sums.get(place) ?? emptySum(groupBy, values);
    sums.set(place, sum);
    addUp(sum, partial);
    if (verdict) addVerdict(sum, verdict, numberOf(partial.calls));
    for (const dimension of NAMED) {
      if (!groupBy.includes(dimension)) continue;
      const name = dimension === "criterion" ? (verdict?.text ?? null) : textOf(partial[`name_${dimension}`]);
      nameAfter(sum, dimension, name, numberOf(partial.last_ms));
    }
  }
  // Of no calls there is a sum as well.
  if (groupBy.length === 0 && sums.size === 0) sums.set("", emptySum(groupBy, []));
  return [...sums.values()].map(finished).sort((a, b) => compareGroups(groupBy, a, b));
}

function emptySum(groupBy: readonly CallDimension[], values: readonly (string | null)[]): Sum {
  const group: CallGroup = {
    key: Object.fromEntries(groupBy.map((dimension, n) => [dimension, values[n] ?? null])),
    name: Object.fromEntries(NAMED.flatMap((name) => (groupBy.includes(name) ? [[name, null]] : []))),
    calls: 0,
    scored: 0,
    percents: 0,
    averagePercent: null,
    percentDeviation: null,
    passed: 0,
    needsReview: 0,
    autoFailed: 0,
    bands: { green: 0, yellow: 0, red: 0 },
    durationSec: 0,
    cost: { speechSec: 0, promptTokens: 0, completionTokens: 0 },
  };
  if (groupBy.includes("criterion"))
    group.verdicts = { met: 0, partly: 0, notMet: 0, notApplicable: 0, uncertain: 0, averagePoints: null };
  if (groupBy.includes("objectionCategory") || groupBy.includes("objectionHandling")) group.objections = 0;
  return { group, percentSum: 0, squareSum: 0, pointsSum: 0, pointsCount: 0, namedMs: {} };
}

function addUp(sum: Sum, partial: PartialSums): void {
  const { group } = sum;
  group.calls += numberOf(partial.calls);
  group.scored += numberOf(partial.scored);
  group.percents += numberOf(partial.percents);
  sum.percentSum += numberOf(partial.percent_sum);
  sum.squareSum += numberOf(partial.square_sum);
  group.passed += numberOf(partial.passed);
  group.needsReview += numberOf(partial.needs_review);
  group.autoFailed += numberOf(partial.auto_failed);
  group.bands.green += numberOf(partial.green);
  group.bands.yellow += numberOf(partial.yellow);
  group.bands.red += numberOf(partial.red);
  group.durationSec += numberOf(partial.duration_sec);
  group.cost.speechSec += numberOf(partial.speech_sec);
  group.cost.promptTokens += numberOf(partial.prompt_tokens);
  group.cost.completionTokens += numberOf(partial.completion_tokens);
  if (group.objections !== undefined) group.objections += numberOf(partial.objections);
}

const COUNTS = {
  met: "met",
  partly: "partly",
  not_met: "notMet",
  not_applicable: "notApplicable",
  uncertain: "uncertain",
} as const;

function addVerdict(sum: Sum, { verdict, points }: ReturnType<typeof readVerdictKey>, calls: number): void {
  if (sum.group.verdicts) sum.group.verdicts[COUNTS[verdict]] += calls;
  if (points === null) return;
  sum.pointsSum += points * calls;
  sum.pointsCount += calls;
}

/** Of two names of the same moment the one that comes later in the alphabet: any rule will do, as long as it is one. */
function nameAfter({ group, namedMs }: Sum, dimension: Named, name: string | null, atMs: number): void {
  if (name === null) return;
  const before = group.name[dimension] ?? null;
  const beforeMs = namedMs[dimension] ?? Number.NEGATIVE_INFINITY;
  if (before !== null && (atMs < beforeMs || (atMs === beforeMs && name <= before))) return;
  group.name[dimension] = name;
  namedMs[dimension] = atMs;
}

function finished({ group, percentSum, squareSum, pointsSum, pointsCount }: Sum): CallGroup {
  const { percents } = group;
  const spread = Math.max(0, squareSum - percentSum ** 2 / Math.max(1, percents));
  group.averagePercent = percents === 0 ? null : rounded(percentSum / percents);
  group.percentDeviation = percents < 2 ? null : rounded(Math.sqrt(spread / (percents - 1)));
  group.durationSec = rounded(group.durationSec);
  group.cost.speechSec = rounded(group.cost.speechSec);
  if (group.verdicts && pointsCount > 0) group.verdicts.averagePoints = rounded(pointsSum / pointsCount);
  return group;
}

/** What lies below depends on the order in which numbers were added. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function compareGroups(groupBy: readonly CallDimension[], a: CallGroup, b: CallGroup): number {
  for (const dimension of groupBy) {
    const [one, other] = [a.key[dimension] ?? null, b.key[dimension] ?? null];
    if (one === other) continue;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return 0;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
