import { sha256 } from "../../core/call.ts";
import { callTypeByRules } from "../../core/call-type.ts";
import type { Checklist, Criterion } from "../../core/checklist.ts";
import type { Llm } from "../../core/ports/llm.ts";
import { grade, matters } from "../../core/score/grade.ts";
import { measure } from "../../core/score/metrics.ts";
import type { KeywordContext } from "../../core/score/phrase.ts";
import { type ReadTurn, readTurns } from "../../core/score/quotes.ts";
import { judgeKeywords, judgeMetric } from "../../core/score/rules.ts";
import type { VerdictTexts } from "../../core/score/verdict-texts.ts";
import { type Scorecard, UNCLEAR_CALL_TYPE, type Verdict } from "../../core/scorecard.ts";
import type { Transcript } from "../../core/transcript.ts";
import { askModel, type ModelReading } from "./ask-model.ts";
import { modelView } from "./model-view.ts";

export interface JudgeInput {
  tenant: string;
  transcript: Transcript;
  checklist: Checklist;
  /** Null: no model is configured, and semantic criteria stay uncertain. */
  llm: Llm | null;
  callTypes: readonly string[];
  /** What the words alone say of the kind of call, where the caller has looked already. */
  callTypeHeard?: string | null;
  /** Whether phones, cards and the like are masked in what the model is shown. */
  maskPersonalData?: boolean;
  /** Left out: nothing is known besides the words. */
  keywordContext?: KeywordContext;
  texts: VerdictTexts;
}

/** Judges one transcript by one checklist. The model gives verdicts and quotes; the arithmetic is code's. */
export async function judge({
  tenant,
  transcript,
  checklist,
  llm,
  callTypes,
  callTypeHeard = callTypeByRules(transcript, callTypes),
  maskPersonalData = true,
  keywordContext,
  texts,
}: JudgeInput): Promise<Scorecard> {
  const turns = readTurns(transcript.turns);
  const metrics = measure(transcript);
  const semantic = checklist.criteria.filter((criterion) => criterion.check === "semantic");
  const view = modelView(transcript.turns, maskPersonalData);
  const model = await askModel({ checklist, criteria: semantic, turns, view, llm, callTypes, texts });
  const verdicts = checklist.criteria.map((criterion) =>
    verdictOn(criterion, { turns, metrics, model, texts, keywordContext }),
  );
  // Without a strict schema a model can name a kind that the company does not have.
  const claimed = callTypes.find((type) => type === model.reading?.callType);
  const callType = callTypeHeard ?? claimed ?? UNCLEAR_CALL_TYPE;
  const graded = grade(checklist, verdicts);

  return {
    callId: transcript.callId,
    tenant,
    checklist: {
      id: checklist.id,
      version: checklist.version,
      hash: `sha256:${sha256(JSON.stringify(checklist))}`,
      name: checklist.name,
    },
    callType,
    ...graded,
    needsReview:
      checklist.criteria.some(
        (criterion, index) => matters(criterion) && verdicts[index]?.verdict === "uncertain",
      ) ||
      transcript.roles.by === "unknown" ||
      !fits(checklist, callType),
    verdicts,
    metrics,
    summary: model.reading?.summary ?? null,
    clientNeed: model.reading?.clientNeed ?? null,
    objections: model.reading?.objections ?? [],
    nextStep: model.reading?.nextStep ?? null,
    advice: (model.reading?.advice ?? []).map(({ text }) => text),
    adviceEvidence: (model.reading?.advice ?? []).map(({ evidence }) => evidence),
    model: model.use,
  };
}

interface Known {
  turns: readonly ReadTurn[];
  metrics: Scorecard["metrics"];
  model: ModelReading;
  texts: VerdictTexts;
  keywordContext: KeywordContext | undefined;
}

function verdictOn(criterion: Criterion, { turns, metrics, model, texts, keywordContext }: Known): Verdict {
  switch (criterion.check) {
    case "keyword":
      return judgeKeywords(criterion, turns, texts, keywordContext);
    case "metric":
      return judgeMetric(criterion, metrics, texts);
    case "semantic":
      return model.verdicts.get(criterion.id) as Verdict;
  }
}

/** A checklist for other kinds of call, or a kind that nobody could tell, goes to a person. */
function fits(checklist: Checklist, callType: string): boolean {
  const { callTypes } = checklist.appliesTo;
  return callTypes.length === 0 || callTypes.includes(callType);
}
