import { type Checklist, type Criterion, weightOf } from "../checklist.ts";
import type { Verdict, VerdictValue } from "../scorecard.ts";

export interface Grade {
  percent: number | null;
  rawPercent: number | null;
  passed: boolean;
  autoFailedBy: string | null;
}

export const defaultBands = { green: 80, yellow: 60 };

export function bandOf(
  percent: number | null,
  { green, yellow }: { green: number; yellow: number },
): "green" | "yellow" | "red" | null {
  if (percent === null) return null;
  return percent >= green ? "green" : percent >= yellow ? "yellow" : "red";
}

/** Points of a verdict, from 0 to 1; null when it leaves the sum. */
export function pointsOf(criterion: Criterion, verdict: VerdictValue, level: string | null): number | null {
  if (verdict === "not_applicable" || verdict === "uncertain") return null;
  if (criterion.check === "semantic" && criterion.levels && level !== null) {
    return criterion.levels.find((known) => known.id === level)?.points ?? null;
  }
  return verdict === "met" ? 1 : verdict === "partly" ? 0.5 : 0;
}

export function verdictOfPoints(points: number): VerdictValue {
  return points === 1 ? "met" : points === 0 ? "not_met" : "partly";
}

/** What is shown only, with no weight and no consequence, is no reason to call a person. */
export function matters(criterion: Criterion): boolean {
  return weightOf(criterion) > 0 || criterion.autoFail || criterion.mandatory;
}

/**
 * The arithmetic: `percent = Σ weight·points / Σ weight` over the verdicts that count. An automatic failure
 * that was heard caps the percent; the sum stays visible as `rawPercent`.
 */
export function grade(checklist: Checklist, verdicts: readonly Verdict[]): Grade {
  const counted = verdicts.filter((verdict) => verdict.points !== null);
  const weight = counted.reduce((sum, verdict) => sum + verdict.weight, 0);
  const earned = counted.reduce((sum, verdict) => sum + verdict.weight * (verdict.points ?? 0), 0);
  const rawPercent = weight > 0 ? Math.round((earned / weight) * 1000) / 10 : null;

  const failed = (criterion: Criterion) =>
    verdicts.some((verdict) => verdict.criterionId === criterion.id && verdict.verdict === "not_met");
  const autoFailedBy =
    checklist.criteria.find((criterion) => criterion.autoFail && failed(criterion))?.id ?? null;
  const percent =
    autoFailedBy !== null
      ? Math.min(rawPercent ?? checklist.autoFailPercent, checklist.autoFailPercent)
      : rawPercent;

  const mandatoryMissed = checklist.criteria.some((criterion) => criterion.mandatory && failed(criterion));
  return {
    percent,
    rawPercent,
    passed: percent !== null && percent >= checklist.passPercent && autoFailedBy === null && !mandatoryMissed,
    autoFailedBy,
  };
}

/** Something was said that the verdict rests on; for a prohibited criterion that is the violation. */
export function wasHeard(criterion: Criterion, verdict: VerdictValue): boolean {
  if (criterion.check === "metric") return false;
  if (verdict === "partly") return true;
  return verdict === (criterion.polarity === "prohibited" ? "not_met" : "met");
}
