import { type Agreement, agreementOf, agrees, gravity, quoteStands, shareOf } from "../../core/agreement.ts";
import { sha256 } from "../../core/call.ts";
import type { Checklist } from "../../core/checklist.ts";
import type { Label } from "../../core/labelled-call.ts";
import type { VerdictValue } from "../../core/scorecard.ts";
import type { Check, JudgedCall, JudgedCriterion } from "./evaluate-judge.ts";

export interface Row extends Agreement {
  name: string;
  check: Check | null;
  /** Means for one call. */
  tokens: number | null;
  timeMs: number | null;
}

export interface Disagreement {
  call: string;
  criterion: string;
  label: Label;
  verdict: VerdictValue;
  /** What the verdict quotes. */
  quote: string | null;
  /** What is said in the turn that the label names. */
  labelledText: string | null;
  gravity: number;
}

export interface Report {
  model: ({ name: string; requests: number } & Record<Tokens, number | null>) | null;
  checklists: {
    id: string;
    version: number;
    language: string;
    hash: string;
    /** Names the prompt's wording; null without a model. */
    promptHash: string | null;
    calls: number;
    criteria: Row[];
  }[];
  /** One row for each check, and the last for all judgements together. */
  overall: Row[];
  quotes: { n: number; share: number | null; refuted: { call: string; criterion: string; quote: string }[] };
  /** The worst first. */
  disagreements: Disagreement[];
  notJudged: { call: string; check: Check; code: string }[];
  /** Plain sentences about what the figures leave out. */
  remarks: string[];
  gate: { minKappa: number; under: string[] } | null;
}

type Tokens = "promptTokens" | "cachedTokens" | "completionTokens";

/** A criterion with fewer judgements is no reason to fail. */
export const LEAST_JUDGEMENTS = 5;

export function makeReport(
  calls: readonly JudgedCall[],
  { minKappa, remarks }: { minKappa: number | undefined; remarks: string[] },
): Report {
  const byChecklist = Map.groupBy(calls, (call) => call.item.checklist);
  const checklists = [...byChecklist].map(([checklist, group]) => reportOn(checklist, group));
  const overall = overallRows(calls.flatMap((call) => call.judgements));
  return {
    model: modelOf(calls),
    checklists,
    overall,
    quotes: quotesOf(calls),
    disagreements: calls.flatMap(disagreementsOf).sort((a, b) => b.gravity - a.gravity),
    notJudged: calls.flatMap(({ item, notJudged }) => notJudged.map((one) => ({ call: item.id, ...one }))),
    remarks,
    gate: minKappa === undefined ? null : { minKappa, under: rowsUnder(minKappa, checklists, overall) },
  };
}

function reportOn(checklist: Checklist, calls: readonly JudgedCall[]): Report["checklists"][number] {
  const { id, version, language } = checklist;
  const byCriterion = Map.groupBy(
    calls.flatMap((call) => call.judgements),
    ({ criterion }) => criterion.id,
  );
  return {
    id,
    version,
    language,
    hash: `sha256:${sha256(JSON.stringify(checklist))}`,
    promptHash: calls.find((call) => call.model)?.model?.promptHash ?? null,
    calls: calls.length,
    criteria: checklist.criteria.flatMap((criterion) => {
      const judgements = byCriterion.get(criterion.id);
      return judgements ? [rowOf(criterion.id, criterion.check, judgements)] : [];
    }),
  };
}

function overallRows(judgements: readonly JudgedCriterion[]): Row[] {
  const byCheck = Map.groupBy(judgements, ({ criterion }) => criterion.check);
  return [
    ...[...byCheck].map(([check, group]) => rowOf(`all ${check}`, check, group)),
    rowOf("all", null, judgements),
  ];
}

function rowOf(name: string, check: Check | null, judgements: readonly JudgedCriterion[]): Row {
  const tokens = sumOf(judgements.map((judgement) => judgement.tokens));
  return {
    name,
    check,
    ...agreementOf(judgements),
    tokens: tokens === null ? null : shareOf(tokens, judgements.length),
    timeMs: shareOf(sumOf(judgements.map(({ timeMs }) => timeMs)) ?? 0, judgements.length),
  };
}

/** What one did not count leaves the sum unknown. */
function sumOf(counts: readonly (number | null)[]): number | null {
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

function modelOf(calls: readonly JudgedCall[]): Report["model"] {
  const uses = calls.flatMap(({ model }) => (model ? [model] : []));
  const [first] = uses;
  if (!first) return null;
  return {
    name: first.name,
    requests: uses.reduce((sum, use) => sum + use.attempts, 0),
    promptTokens: sumOf(uses.map((use) => use.promptTokens)),
    cachedTokens: sumOf(uses.map((use) => use.cachedTokens)),
    completionTokens: sumOf(uses.map((use) => use.completionTokens)),
  };
}

function quotesOf(calls: readonly JudgedCall[]): Report["quotes"] {
  const quotes = calls.flatMap(({ item, transcript, judgements }) =>
    judgements.flatMap(({ criterion, verdict }) =>
      verdict.evidence.map((evidence) => ({
        call: item.id,
        criterion: criterion.id,
        quote: evidence.quote,
        stands: quoteStands(evidence, transcript),
      })),
    ),
  );
  const refuted = quotes.filter(({ stands }) => !stands);
  return {
    n: quotes.length,
    share: shareOf(quotes.length - refuted.length, quotes.length),
    refuted: refuted.map(({ call, criterion, quote }) => ({ call, criterion, quote })),
  };
}

function disagreementsOf({ item, transcript, judgements }: JudgedCall): Disagreement[] {
  return judgements
    .filter((judgement) => !agrees(judgement))
    .map(({ criterion, label, verdict }) => ({
      call: item.id,
      criterion: criterion.id,
      label,
      verdict: verdict.verdict,
      quote: verdict.evidence[0]?.quote ?? null,
      labelledText: transcript.turns[label.turn ?? -1]?.text ?? null,
      // An automatic failure decides over the whole score.
      gravity: gravity(label.verdict, verdict.verdict) + (criterion.autoFail ? 1 : 0),
    }));
}

function rowsUnder(minKappa: number, checklists: Report["checklists"], overall: readonly Row[]): string[] {
  const isUnder = ({ kappa }: Row) => kappa !== null && kappa < minKappa;
  const say = (name: string, { kappa, n }: Row) => `${name}: κ ${kappa?.toFixed(3)}, n ${n}`;
  return [
    ...checklists.flatMap(({ id, language, criteria }) =>
      criteria
        .filter((row) => row.n >= LEAST_JUDGEMENTS && isUnder(row))
        .map((row) => say(`${id} (${language}) ${row.name}`, row)),
    ),
    ...overall.filter((row) => row.check === null && isUnder(row)).map((row) => say("all", row)),
  ];
}
