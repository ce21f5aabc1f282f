import type { CallRow, CallRowCriterion } from "./call-row.ts";
import type { CallGroup } from "./ports/call-index.ts";
import type { CriterionResult } from "./report.ts";
import { changeOf, roundShare } from "./report-numbers.ts";

/** Where a verdict stands. */
export interface JudgedCall {
  callId: string;
  startedAt: string;
  checklistId: string;
  checklistVersion: number;
}

export interface CriterionTally {
  checklistId: string;
  criterionId: string;
  text: string;
  stage: string | null;
  verdicts: Record<CallRowCriterion["verdict"], number>;
  /** Of the verdicts that count. */
  points: { of: number; sum: number };
  /** What calls have won and lost by it. A violation that fails a call as a whole costs all that the call could have won. */
  weight: { won: number; lost: number };
  hasFailedCall: boolean;
  /** The newest calls with these verdicts. */
  newest: { met: JudgedCall[]; notMet: JudgedCall[] };
}

/** By checklist and id: an id means something within its checklist. */
export type CriterionTallies = Map<string, CriterionTally>;

/** So many calls are looked through for one that can be quoted. */
const MAX_NEWEST = 3;

/** Rows come newest first: the first wording is the one of today. */
export function addCriteria(tallies: CriterionTallies, row: CallRow): void {
  const checklistId = row.checklistId ?? "";
  const wholeWeight = row.criteria.reduce(
    (sum, { points, weight }) => sum + (points === null ? 0 : weight),
    0,
  );
  for (const criterion of row.criteria) {
    const key = keyOf(checklistId, criterion.id);
    let tally = tallies.get(key);
    if (!tally) {
      tally = noVerdicts(checklistId, criterion);
      tallies.set(key, tally);
    }
    add(tally, row, criterion, wholeWeight);
  }
}

function add(tally: CriterionTally, row: CallRow, criterion: CallRowCriterion, wholeWeight: number): void {
  const { verdict, points, weight, text } = criterion;
  tally.verdicts[verdict] += 1;
  if (points !== null) {
    tally.points.of += 1;
    tally.points.sum += points;
    tally.weight.won += weight * points;
    tally.weight.lost += weight * (1 - points);
  }
  if (row.autoFailed && verdict === "not_met" && text === row.autoFailedBy) {
    tally.hasFailedCall = true;
    tally.weight.lost += wholeWeight;
  }
  const newest =
    verdict === "met" ? tally.newest.met : verdict === "not_met" ? tally.newest.notMet : undefined;
  if (!newest || newest.length >= MAX_NEWEST || row.checklistId === null || row.checklistVersion === null)
    return;
  const { callId, startedAt, checklistId, checklistVersion } = row;
  newest.push({ callId, startedAt, checklistId, checklistVersion });
}

function noVerdicts(checklistId: string, { id, text, stage }: CallRowCriterion): CriterionTally {
  return {
    checklistId,
    criterionId: id,
    text,
    stage,
    verdicts: { met: 0, partly: 0, not_met: 0, not_applicable: 0, uncertain: 0 },
    points: { of: 0, sum: 0 },
    weight: { won: 0, lost: 0 },
    hasFailedCall: false,
    newest: { met: [], notMet: [] },
  };
}

/** Most often missed first. `before`: the same criteria in the period that this one is compared with. */
export function criterionResults(tallies: CriterionTallies, before: readonly CallGroup[]): CriterionResult[] {
  const sharesBefore = new Map(
    before.map(({ key, verdicts }) => [
      keyOf(key.checklist ?? "", key.criterion ?? ""),
      verdicts?.averagePoints ?? null,
    ]),
  );
  const results = [...tallies].map(([key, { checklistId, criterionId, text, stage, verdicts, points }]) => {
    const share = shareOf(points);
    return {
      checklistId,
      criterionId,
      text,
      stage,
      met: verdicts.met,
      partly: verdicts.partly,
      notMet: verdicts.not_met,
      notApplicable: verdicts.not_applicable,
      uncertain: verdicts.uncertain,
      share,
      change: changeOf(share, sharesBefore.get(key) ?? null, 3),
    };
  });
  return results.sort(
    (a, b) =>
      b.notMet - a.notMet ||
      b.partly - a.partly ||
      compareText(a.checklistId, b.checklistId) ||
      compareText(a.criterionId, b.criterionId),
  );
}

/** By criterion id alone, as the heat map shows them: of criteria of several checklists together. */
export function sharesById(tallies: CriterionTallies): Record<string, number | null> {
  const sums = new Map<string, { of: number; sum: number }>();
  for (const { criterionId, points } of tallies.values()) {
    const { of, sum } = sums.get(criterionId) ?? { of: 0, sum: 0 };
    sums.set(criterionId, { of: of + points.of, sum: sum + points.sum });
  }
  return Object.fromEntries(
    [...sums].sort(([a], [b]) => compareText(a, b)).map(([id, points]) => [id, shareOf(points)]),
  );
}

function shareOf({ of, sum }: { of: number; sum: number }): number | null {
  return of === 0 ? null : roundShare(sum / of);
}

/** One call is an anecdote: so many before a criterion is named as a person's best or weakest. */
const ENOUGH_VERDICTS = 3;

/** The criteria that the agent keeps best and worst; of equal ones that which is judged more often. */
export function bestAndWeakest(results: readonly CriterionResult[]): {
  best: CriterionResult | null;
  weakest: CriterionResult | null;
} {
  const byShare = results
    .filter((result) => result.share !== null && judged(result) >= ENOUGH_VERDICTS)
    .sort((a, b) => share(b) - share(a) || judged(b) - judged(a));
  const [best, last] = [byShare[0], byShare.at(-1)];
  // All the same says nothing about any of them.
  if (!best || !last || best.share === last.share) return { best: null, weakest: null };
  return { best, weakest: byShare.find((result) => result.share === last.share) ?? null };
}

const share = (result: CriterionResult) => result.share ?? 0;
const judged = ({ met, partly, notMet }: CriterionResult) => met + partly + notMet;

function keyOf(checklistId: string, criterionId: string): string {
  return JSON.stringify([checklistId, criterionId]);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
