import { type KeywordCriterion, type MetricCriterion, weightOf } from "../checklist.ts";
import type { Verdict, VerdictValue } from "../scorecard.ts";
import { pointsOf } from "./grade.ts";
import { readKeywords } from "./keyword.ts";
import type { Metrics } from "./metrics.ts";
import { type KeywordContext, nothingKnown, shownPhrase } from "./phrase.ts";
import type { ReadTurn } from "./quotes.ts";
import type { VerdictTexts } from "./verdict-texts.ts";

/** Verdicts that need no model. */

export function judgeKeywords(
  criterion: KeywordCriterion,
  turns: readonly ReadTurn[],
  texts: VerdictTexts,
  context: KeywordContext = nothingKnown,
): Verdict {
  const reading = readKeywords(criterion, turns, context);
  if (reading.groups === 0) return verdictOf(criterion, "not_applicable", [], texts.companyNameNotSet);
  const heard = reading.groupsHeard === reading.groups;
  if (!heard && reading.speakerUnknown) {
    // Somebody may have said it whom nobody could name: that is no absence.
    const anyone = readKeywords({ ...criterion, speaker: "any" }, turns, context);
    if (anyone.groupsHeard === anyone.groups)
      return verdictOf(criterion, "uncertain", [], texts.speakersUnknown);
  }
  const prohibited = criterion.polarity === "prohibited";
  if (heard) {
    const comment = prohibited ? texts.violationHeard : texts.heard;
    return verdictOf(criterion, prohibited ? "not_met" : "met", reading.evidence, comment);
  }
  if (prohibited) return verdictOf(criterion, "met", [], texts.violationNotHeard);
  const missing = criterion.phrases.filter((group) => {
    const { groups, groupsHeard } = readKeywords({ ...criterion, phrases: [group] }, turns, context);
    return groupsHeard < groups;
  });
  const comment = texts.notHeard({
    speaker: criterion.speaker,
    phrases: missing.map((group) => shownPhrase(group[0] ?? "")),
    ...definedWithin(criterion),
  });
  return verdictOf(criterion, "not_met", [], comment);
}

function definedWithin({ within }: KeywordCriterion): { firstSec?: number; lastSec?: number } {
  return {
    ...(within?.firstSec === undefined ? {} : { firstSec: within.firstSec }),
    ...(within?.lastSec === undefined ? {} : { lastSec: within.lastSec }),
  };
}

/** A metric that is not known is no fault of the agent's. */
export function judgeMetric(criterion: MetricCriterion, metrics: Metrics, texts: VerdictTexts): Verdict {
  const { name, min, max } = criterion.metric;
  const value = metrics[name];
  if (value === null) return verdictOf(criterion, "uncertain", [], texts.metricUnknown(name));
  const within = (min === undefined || value >= min) && (max === undefined || value <= max);
  const met = within === (criterion.polarity === "required");
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  return verdictOf(criterion, met ? "met" : "not_met", [], texts.metric(name, value, limits));
}

function verdictOf(
  criterion: KeywordCriterion | MetricCriterion,
  verdict: VerdictValue,
  evidence: Verdict["evidence"],
  comment: string,
): Verdict {
  return {
    criterionId: criterion.id,
    check: criterion.check,
    verdict,
    level: null,
    points: pointsOf(criterion, verdict, null),
    weight: weightOf(criterion),
    evidence,
    comment,
    advice: null,
  };
}
