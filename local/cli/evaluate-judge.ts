import { performance } from "node:perf_hooks";
import type { Judgement } from "../../core/agreement.ts";
import type { Criterion } from "../../core/checklist.ts";
import { PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { type Label, transcriptOf } from "../../core/labelled-call.ts";
import type { Llm } from "../../core/ports/llm.ts";
import type { ModelUse, Scorecard, Verdict } from "../../core/scorecard.ts";
import type { Transcript } from "../../core/transcript.ts";
import { judge } from "../../functions/score/judge.ts";
import { textsFor } from "../../locales/index.ts";
import type { LabelledItem } from "./evaluate-load.ts";

export type Check = Criterion["check"];

export interface JudgedCriterion extends Judgement {
  /** Its share of what judging took: all criteria of one check are judged together. Null where the service did not say. */
  tokens: number | null;
  timeMs: number;
}

export interface JudgedCall {
  item: LabelledItem;
  transcript: Transcript;
  judgements: JudgedCriterion[];
  model: ModelUse | null;
  /** Checks that could not be made, by the code of the error. */
  notJudged: { check: Check; code: string }[];
}

export interface JudgeOptions {
  llm: Llm | null;
  checks: readonly Check[];
  callTypes: readonly string[];
  wait(sec: number): Promise<void>;
}

const MAX_TRIES = 4;
const VENDOR_PAUSE_SEC = 10;

/** Judges one labelled call as the pipeline would, check by check, so that each one's time and tokens can be told apart. */
export async function judgeLabelled(item: LabelledItem, options: JudgeOptions): Promise<JudgedCall> {
  const transcript = transcriptOf(item.call, item.id);
  const judged: JudgedCall = { item, transcript, judgements: [], model: null, notJudged: [] };
  for (const check of options.checks) {
    const criteria = item.checklist.criteria.filter((criterion) => criterion.check === check);
    if (criteria.length === 0) continue;
    const attempt = await patiently(() => judgeTimed(item, transcript, criteria, options), options.wait);
    if (typeof attempt === "string") {
      judged.notJudged.push({ check, code: attempt });
      continue;
    }
    const { scorecard, timeMs } = attempt;
    const tokens = check === "semantic" ? tokensOf(scorecard.model) : 0;
    judged.model ??= scorecard.model;
    for (const [index, criterion] of criteria.entries()) {
      judged.judgements.push({
        callId: item.id,
        criterion,
        label: item.call.labels[criterion.id] as Label,
        verdict: scorecard.verdicts[index] as Verdict,
        tokens: tokens === null ? null : tokens / criteria.length,
        timeMs: timeMs / criteria.length,
      });
    }
  }
  return judged;
}

async function judgeTimed(
  { call, checklist }: LabelledItem,
  transcript: Transcript,
  criteria: Criterion[],
  { llm, callTypes }: JudgeOptions,
): Promise<{ scorecard: Scorecard; timeMs: number }> {
  const begun = performance.now();
  const scorecard = await judge({
    tenant: "default",
    transcript,
    // The model is shown its own criteria alone anyway, so it is asked the very same.
    checklist: { ...checklist, criteria },
    llm,
    callTypes,
    keywordContext: { agentName: call.agentName ?? null, companyNames: call.companyNames ?? [] },
    texts: textsFor(checklist.language).verdict,
  });
  return { scorecard, timeMs: performance.now() - begun };
}

/** What passes is waited for, as the queue would; resolves to the error's code when it does not pass, or is this call's own. */
async function patiently<T extends object>(
  work: () => Promise<T>,
  wait: JudgeOptions["wait"],
): Promise<T | string> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PermanentError) return error.code;
      if (!(error instanceof RetryLaterError || error instanceof VendorError)) throw error;
      if (tries === MAX_TRIES) return error.code;
      await wait(error instanceof RetryLaterError ? error.afterSec : VENDOR_PAUSE_SEC * tries);
    }
  }
}

function tokensOf(model: ModelUse | null): number | null {
  if (!model || model.promptTokens === null || model.completionTokens === null) return null;
  return model.promptTokens + model.completionTokens;
}
