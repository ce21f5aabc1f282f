import type { Criterion } from "./checklist.ts";
import type { Label } from "./labelled-call.ts";
import { wasHeard } from "./score/grade.ts";
import type { Evidence, Verdict, VerdictValue } from "./scorecard.ts";
import type { Transcript } from "./transcript.ts";

/** One criterion of one call, as a person and as the product judged it. */
export interface Judgement {
  callId: string;
  criterion: Criterion;
  label: Label;
  verdict: Pick<Verdict, "verdict" | "evidence">;
}

/** How far the product agrees with people. Shares are from 0 to 1, null where there was nothing to count. */
export interface Agreement {
  n: number;
  /** Share of the judgements in which both say the same. */
  exact: number | null;
  kappa: number | null;
  /** κ can then be nothing but 1 or 0. */
  labelsAllEqual: boolean;
  /** Share of the judgements in which the product would not decide. */
  uncertain: number | null;
  /** Where both heard something: how often one of the quotes is from the turn that the person named. */
  evidenceTurn: { n: number; share: number | null };
}

export function agreementOf(judgements: readonly Judgement[]): Agreement {
  const n = judgements.length;
  const labels = new Set(judgements.map(({ label }) => label.verdict));
  const bothHeard = judgements.filter(
    ({ criterion, label, verdict }) =>
      wasHeard(criterion, label.verdict) && wasHeard(criterion, verdict.verdict),
  );
  const sameTurn = bothHeard.filter(({ label, verdict }) =>
    verdict.evidence.some((evidence) => evidence.turn === label.turn),
  );
  return {
    n,
    exact: shareOf(judgements.filter(agrees).length, n),
    kappa: cohenKappa(judgements.map(({ label, verdict }) => [label.verdict, verdict.verdict])),
    labelsAllEqual: labels.size === 1,
    uncertain: shareOf(judgements.filter(({ verdict }) => verdict.verdict === "uncertain").length, n),
    evidenceTurn: { n: bothHeard.length, share: shareOf(sameTurn.length, bothHeard.length) },
  };
}

export function agrees({ label, verdict }: Judgement): boolean {
  return label.verdict === verdict.verdict;
}

/**
 * Cohen's κ over names without an order: agreement beyond what two raters with these habits would reach by chance, from -1 to 1.
 * Null without ratings. Where all labels are equal chance explains every agreement and there is nothing to measure: then it is 1 when all
 * ratings agree, otherwise 0.
 */
export function cohenKappa(ratings: readonly (readonly [label: string, verdict: string])[]): number | null {
  const n = ratings.length;
  if (n === 0) return null;
  const agreed = ratings.filter(([label, verdict]) => label === verdict).length;
  const names = new Set(ratings.map(([label]) => label));
  let chance = 0;
  for (const name of names) {
    const labelled = ratings.filter(([label]) => label === name).length;
    const judged = ratings.filter(([, verdict]) => verdict === name).length;
    chance += labelled * judged;
  }
  // In whole numbers, so that "all by chance" is seen exactly: both raters said one and the same thing throughout.
  return chance === n * n ? 1 : (agreed * n - chance) / (n * n - chance);
}

/**
 * How much harm a disagreement does, from 0 (none) to 4. Worst is the opposite of what a person says; a product that says it does not know
 * does least.
 */
export function gravity(label: VerdictValue, verdict: VerdictValue): number {
  if (label === verdict) return 0;
  if (verdict === "uncertain") return 1;
  // Sure where a person could not tell.
  if (label === "uncertain") return 2;
  if (label === "not_applicable" || verdict === "not_applicable") return 3;
  return label === "partly" || verdict === "partly" ? 2 : 4;
}

/**
 * Whether a quote stands, letter for letter, in the turn that it names, and its words at the seconds that it names. Looked up anew in the
 * transcript, by other means than those that made the quote.
 */
export function quoteStands(evidence: Evidence, { turns }: Transcript): boolean {
  const turn = turns[evidence.turn];
  if (!turn || turn.speaker !== evidence.speaker || !turn.text.includes(evidence.quote)) return false;
  const wanted = letters(evidence.quote);
  if (wanted === "") return false;
  const said = (from: number, to: number) =>
    letters(
      turn.words
        .slice(from, to)
        .map((word) => word.text)
        .join(""),
    );
  return turn.words.some((first, from) => {
    if (first.startSec !== evidence.startSec) return false;
    const to = turn.words.findIndex((word, at) => at >= from && word.endSec === evidence.endSec) + 1;
    // The words hold the quote, and none at either end is one too many.
    return (
      said(from, to).includes(wanted) &&
      !said(from + 1, to).includes(wanted) &&
      !said(from, to - 1).includes(wanted)
    );
  });
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
