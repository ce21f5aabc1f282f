import type { SemanticCriterion } from "../checklist.ts";
import type { Verdict, VerdictValue } from "../scorecard.ts";

/** Turns that both windows hold, so that nothing is torn apart at the border. */
const OVERLAP_TURNS = 8;
/** Fewer turns than this are not split any more. */
export const LEAST_WINDOW_TURNS = 2 * OVERLAP_TURNS;

/** Two halves of a conversation that is too long for the model, overlapping; undefined when it is too short to be split. */
export function halves<T>(turns: readonly T[]): [T[], T[]] | undefined {
  if (turns.length < LEAST_WINDOW_TURNS) return undefined;
  const middle = Math.ceil(turns.length / 2);
  const overlap = Math.min(OVERLAP_TURNS / 2, Math.floor(middle / 2));
  return [turns.slice(0, middle + overlap), turns.slice(middle - overlap)];
}

/** What counts most comes first. A duty is done when it was done in one part; a violation is one wherever it was heard. */
const REQUIRED_ORDER: VerdictValue[] = ["met", "partly", "uncertain", "not_met", "not_applicable"];
const PROHIBITED_ORDER: VerdictValue[] = ["not_met", "partly", "uncertain", "met", "not_applicable"];

/** The verdict on the whole conversation from the verdicts on its parts. */
export function joinVerdicts(criterion: SemanticCriterion, parts: readonly Verdict[]): Verdict {
  const order = criterion.polarity === "prohibited" ? PROHIBITED_ORDER : REQUIRED_ORDER;
  const ranked = [...parts].sort(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || (b.points ?? 0) - (a.points ?? 0),
  );
  const best = ranked[0];
  if (!best) throw new RangeError("a verdict needs at least one part");
  return best;
}
