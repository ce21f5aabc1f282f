import * as z from "zod";
import { type AcceptedAppeal, type Appeal, Appeals, isSameVerdict } from "./appeal.ts";
import { appealsKey, publishedKey, scorecardKey } from "./bucket-layout.ts";
import type { Checklist } from "./checklist.ts";
import { readSoundVersionOf } from "./checklist-versions.ts";
import { doneEffect } from "./claim.ts";
import { VendorError } from "./errors.ts";
import type { Store } from "./ports/store.ts";
import { grade, matters } from "./score/grade.ts";
import { Scorecard, type Verdict } from "./scorecard.ts";
import { readJson } from "./store-json.ts";

/**
 * The scorecard with what people have decided otherwise, its score reckoned anew by the same arithmetic. The program's verdict stands beside
 * the person's. Without a decision it is the scorecard as it was made.
 */
export function scorecardInForce(
  asJudged: Scorecard,
  checklist: Checklist,
  appeals: readonly Appeal[],
): Scorecard {
  const verdicts = asJudged.verdicts.map((verdict) => {
    const decided = lastAccepted(appeals, verdict.criterionId);
    return decided && !isSameVerdict(decided.decision, verdict) ? overridden(verdict, decided) : verdict;
  });
  if (!isOverridden({ verdicts })) return asJudged;
  return {
    ...asJudged,
    ...grade(checklist, verdicts),
    needsReview: asJudged.needsReview && !isReviewed(asJudged, checklist, verdicts),
    verdicts,
  };
}

/** How many of its verdicts are people's. */
export function countOverridden({ verdicts }: Pick<Scorecard, "verdicts">): number {
  return verdicts.filter((verdict) => verdict.overridden !== undefined).length;
}

function isOverridden(scorecard: Pick<Scorecard, "verdicts">): boolean {
  return countOverridden(scorecard) > 0;
}

function lastAccepted(appeals: readonly Appeal[], criterionId: string): AcceptedAppeal | undefined {
  return appeals.findLast(
    (appeal): appeal is AcceptedAppeal => appeal.criterionId === criterionId && appeal.status === "accepted",
  );
}

/** Quotes were found for the program's verdict and prove nothing of the person's; so they stay with the former. */
function overridden(verdict: Verdict, { decision, reason }: AcceptedAppeal): Verdict {
  const { evidence, comment } = verdict;
  const isMissed = decision.verdict === "not_met" || decision.verdict === "partly";
  return {
    ...verdict,
    verdict: decision.verdict,
    level: decision.level,
    points: decision.points,
    evidence: [],
    comment: decision.comment ?? reason,
    advice: isMissed ? verdict.advice : null,
    overridden: {
      verdict: verdict.verdict,
      level: verdict.level,
      points: verdict.points,
      evidence,
      comment,
      by: decision.by.role,
      name: decision.by.name,
      at: decision.at,
    },
  };
}

/** A person was called for verdicts that the program left open, and has given all of them. What else he was called for stays. */
function isReviewed(asJudged: Scorecard, checklist: Checklist, verdicts: readonly Verdict[]): boolean {
  const open = (list: readonly Verdict[]) =>
    checklist.criteria.some(
      (criterion) =>
        matters(criterion) &&
        list.some((one) => one.criterionId === criterion.id && one.verdict === "uncertain"),
    );
  const { callTypes } = checklist.appliesTo;
  const fits = callTypes.length === 0 || callTypes.includes(asJudged.callType);
  return fits && open(asJudged.verdicts) && !open(verdicts);
}

export interface JudgedScorecard {
  inForce: Scorecard;
  asJudged: Scorecard;
  appeals: Appeal[];
  /** Undefined when it was broken or removed since. */
  checklist: Checklist | undefined;
}

/** A scorecard with what people have made of it; undefined when there is none. */
export async function readScorecard(
  store: Store,
  tenant: string,
  callId: string,
  checklistId: string,
  version: number,
): Promise<JudgedScorecard | undefined> {
  const [made, said, checklist] = await Promise.all([
    readJson(store, scorecardKey(tenant, callId, checklistId, version), Scorecard),
    readJson(store, appealsKey(tenant, callId, checklistId, version), Appeals),
    readSoundVersionOf(store, tenant, checklistId, version),
  ]);
  if (!made) return undefined;
  const asJudged = made.value;
  const appeals = said?.value.appeals ?? [];
  const isDecided = appeals.some(({ status }) => status === "accepted");
  // A score that ignores what was decided would be wrong without a word.
  if (isDecided && !checklist)
    throw new VendorError(
      "checklist.gone",
      `a person's decision needs the checklist ${checklistId}@${version}, which cannot be read`,
    );
  const inForce = checklist ? scorecardInForce(asJudged, checklist, appeals) : asJudged;
  return { inForce, asJudged, appeals, checklist };
}

/** Which of a call's scorecards counts, where it was scored by several versions. */
const Scored = z.object({ checklistId: z.string(), checklistVersion: z.number().int() });

/** The scorecard that reports show; undefined while the call has none, or is scored anew at this moment. */
export async function readScorecardOfCall(
  store: Store,
  tenant: string,
  callId: string,
): Promise<JudgedScorecard | undefined> {
  const scored = await doneEffect(store, publishedKey(tenant, callId, "scoring"), Scored);
  return scored && readScorecard(store, tenant, callId, scored.checklistId, scored.checklistVersion);
}
