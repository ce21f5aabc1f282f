import { type Checklist, type SemanticCriterion, weightOf } from "../../core/checklist.ts";
import type { Llm, LlmUsage } from "../../core/ports/llm.ts";
import type { ReadTurn } from "../../core/score/quotes.ts";
import { readAnswer, type SemanticReading } from "../../core/score/semantic-answer.ts";
import { promptHash, scoringRequest } from "../../core/score/semantic-prompt.ts";
import type { VerdictTexts } from "../../core/score/verdict-texts.ts";
import { halves, joinVerdicts } from "../../core/score/windows.ts";
import type { ModelUse, Verdict } from "../../core/scorecard.ts";
import type { ModelView } from "./model-view.ts";
import { isTooLong } from "./too-long.ts";

export interface ModelReading {
  /** One verdict per semantic criterion, whatever happened. */
  verdicts: Map<string, Verdict>;
  reading: Omit<SemanticReading, "accepted" | "refused"> | null;
  use: ModelUse | null;
}

type Problem = ModelUse["problems"][number];

/** More criteria than this in one request make answers worse. */
const MAX_CRITERIA = 25;

interface AskInput {
  checklist: Checklist;
  criteria: readonly SemanticCriterion[];
  turns: readonly ReadTurn[];
  view: ModelView;
  llm: Llm | null;
  callTypes: readonly string[];
  texts: VerdictTexts;
}

/**
 * Asks the model about the semantic criteria, one request for up to 25 of them. What it answers badly (no JSON, a missing verdict, a
 * quote that was not said) is asked once more; what is bad again is uncertain, never zero.
 */
export async function askModel(input: AskInput): Promise<ModelReading> {
  const { criteria, llm, texts } = input;
  if (criteria.length === 0) return { verdicts: new Map(), reading: null, use: null };
  if (!llm)
    return { verdicts: uncertainFor(criteria, () => texts.modelNotConfigured), reading: null, use: null };

  const verdicts = new Map<string, Verdict>();
  const uses: ModelUse[] = [];
  let reading: ModelReading["reading"] = null;
  for (let at = 0; at < criteria.length; at += MAX_CRITERIA) {
    const group = await askInWindows(llm, criteria.slice(at, at + MAX_CRITERIA), input);
    for (const [id, verdict] of group.verdicts) verdicts.set(id, verdict);
    reading ??= group.reading;
    uses.push(group.use);
  }
  return { verdicts, reading, use: uses.reduce(together) };
}

interface GroupReading {
  verdicts: Map<string, Verdict>;
  reading: ModelReading["reading"];
  use: ModelUse;
}

/** A conversation that does not fit into the model is asked about in halves that overlap, and the verdicts on the parts are joined. */
async function askInWindows(
  llm: Llm,
  criteria: readonly SemanticCriterion[],
  input: AskInput,
): Promise<GroupReading> {
  try {
    return await askGroup(llm, criteria, input);
  } catch (error) {
    const parts = isTooLong(error) ? halves(input.turns) : undefined;
    if (!parts) throw error;
    const read: GroupReading[] = [];
    for (const turns of parts) read.push(await askInWindows(llm, criteria, { ...input, turns }));
    return joinWindows(criteria, read);
  }
}

function joinWindows(criteria: readonly SemanticCriterion[], parts: readonly GroupReading[]): GroupReading {
  const readings = parts.flatMap((part) => (part.reading ? [part.reading] : []));
  const last = readings.at(-1);
  return {
    verdicts: new Map(
      criteria.map((criterion) => [
        criterion.id,
        joinVerdicts(
          criterion,
          parts.flatMap((part) => part.verdicts.get(criterion.id) ?? []),
        ),
      ]),
    ),
    reading: last
      ? {
          // What kind of call it is shows at its start, what was agreed at its end.
          callType: readings[0]?.callType ?? null,
          clientNeed: readings.find((reading) => reading.clientNeed !== null)?.clientNeed ?? null,
          summary: readings.flatMap((reading) => reading.summary ?? []).join(" ") || null,
          objections: readings.flatMap((reading) => reading.objections),
          nextStep: last.nextStep,
          advice: readings.flatMap((reading) => reading.advice),
        }
      : null,
    use: parts.map((part) => part.use).reduce(together),
  };
}

async function askGroup(
  llm: Llm,
  criteria: readonly SemanticCriterion[],
  input: AskInput,
): Promise<GroupReading> {
  const first = await askOnce(llm, criteria, input);
  const open = criteria.filter((criterion) => !first.verdicts.has(criterion.id));
  if (open.length === 0) return first;

  const second = await askOnce(llm, open, input);
  const use = together(first.use, second.use);
  const verdicts = new Map([...first.verdicts, ...second.verdicts]);
  const left = open.filter((criterion) => !verdicts.has(criterion.id));
  for (const [id, verdict] of uncertainFor(left, (id) =>
    textOf(second.problems.get(id) ?? "incomplete", input.texts),
  )) {
    verdicts.set(id, verdict);
  }
  // What was mended by asking again is no problem of the scorecard.
  const problems = [
    ...new Set(left.map((criterion) => second.problems.get(criterion.id) ?? "incomplete")),
  ].sort();
  return { verdicts, reading: first.reading ?? second.reading, use: { ...use, problems } };
}

async function askOnce(
  llm: Llm,
  criteria: readonly SemanticCriterion[],
  { checklist, turns, view, callTypes }: AskInput,
) {
  const request = scoringRequest(checklist, criteria, view.shown(turns), callTypes);
  const answer = await llm.ask(request);
  const read = answer.kind === "json" ? readAnswer(view.restored(answer.value), criteria, turns) : undefined;
  const whole: Problem = answer.kind === "json" ? "unreadable" : answer.kind;
  const problems = new Map<string, Problem>(
    read ? read.refused : criteria.map((criterion) => [criterion.id, whole] as const),
  );
  return {
    verdicts: read?.accepted ?? new Map<string, Verdict>(),
    reading: read ?? null,
    problems,
    use: useOf(answer.usage, promptHash(request)),
  };
}

function useOf(usage: LlmUsage, hash: string): ModelUse {
  return {
    name: usage.model,
    promptHash: hash,
    promptTokens: usage.promptTokens,
    cachedTokens: usage.cachedTokens,
    completionTokens: usage.completionTokens,
    attempts: 1,
    problems: [],
  };
}

/**
 * The first request names the prompt; tokens and attempts add up, and what one request did not count stays unknown. Where a fallback
 * model gave a part of the answers, both models are named.
 */
function together(a: ModelUse, b: ModelUse): ModelUse {
  const sum = (left: number | null, right: number | null) =>
    left === null || right === null ? null : left + right;
  return {
    ...a,
    name: [...new Set([a.name, b.name].flatMap((name) => name.split(", ")))].join(", "),
    promptTokens: sum(a.promptTokens, b.promptTokens),
    cachedTokens: sum(a.cachedTokens, b.cachedTokens),
    completionTokens: sum(a.completionTokens, b.completionTokens),
    attempts: a.attempts + b.attempts,
    problems: [...new Set([...a.problems, ...b.problems])].sort(),
  };
}

function uncertainFor(
  criteria: readonly SemanticCriterion[],
  comment: (id: string) => string,
): Map<string, Verdict> {
  return new Map(
    criteria.map((criterion) => [
      criterion.id,
      {
        criterionId: criterion.id,
        check: "semantic",
        verdict: "uncertain",
        level: null,
        points: null,
        weight: weightOf(criterion),
        evidence: [],
        comment: comment(criterion.id),
        advice: null,
      },
    ]),
  );
}

function textOf(problem: Problem, texts: VerdictTexts): string {
  switch (problem) {
    case "refused":
      return texts.modelRefused;
    case "cut":
      return texts.modelCut;
    case "unreadable":
      return texts.modelUnreadable;
    case "incomplete":
      return texts.modelIncomplete;
    case "quote_refused":
      return texts.quoteRefused;
    case "not_configured":
      return texts.modelNotConfigured;
  }
}
