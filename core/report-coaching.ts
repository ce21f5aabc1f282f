import type { CriterionTally } from "./report-criteria.ts";
import { compareText } from "./report-criteria.ts";
import type { AgentTally } from "./report-tally.ts";

/** At most two: more is not practised. */
const MAX_PRACTISED = 2;
export const MAX_STRENGTHS = 2;
/** Not each of them was met with words that can be quoted: «не грубил» says nothing about a person. */
const MAX_STRENGTHS_TO_QUOTE = 6;
/** Kept so well, it is a strength. */
const STRONG_SHARE = 0.8;

/** What an agent has lost most by, dearest first: missed in two calls at least, or once where it was judged only once. */
export function toPractise({ criteria }: AgentTally): CriterionTally[] {
  return [...criteria.values()]
    .filter(({ verdicts, weight }) => verdicts.not_met > 0 && weight.lost > 0)
    .filter(({ verdicts, points, hasFailedCall }) => verdicts.not_met > 1 || points.of < 2 || hasFailedCall)
    .sort((a, b) => b.weight.lost - a.weight.lost || byId(a, b))
    .slice(0, MAX_PRACTISED);
}

/** What an agent does well, dearest first; more than are shown, as not each has a quote. */
export function possibleStrengths({ criteria }: AgentTally): CriterionTally[] {
  return [...criteria.values()]
    .filter(({ verdicts, points }) => verdicts.met > 1 || (verdicts.met === 1 && points.of === 1))
    .filter(({ points, weight }) => weight.won > 0 && points.sum / points.of >= STRONG_SHARE)
    .sort((a, b) => b.weight.won - a.weight.won || byId(a, b))
    .slice(0, MAX_STRENGTHS_TO_QUOTE);
}

function byId(a: CriterionTally, b: CriterionTally): number {
  return compareText(a.checklistId, b.checklistId) || compareText(a.criterionId, b.criterionId);
}
