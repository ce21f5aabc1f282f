import { checklistKey } from "../../core/bucket-layout.ts";
import { Checklist } from "../../core/checklist.ts";
import { escapeBbCode } from "../../core/ports/crm-writer.ts";
import { bandOf, defaultBands } from "../../core/score/grade.ts";
import type { Evidence, Scorecard, Verdict } from "../../core/scorecard.ts";
import type { Locale } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import { type MessageTexts, messageTextsFor } from "../../locales/messages.ts";
import { minutes, shortened } from "./digest-words.ts";
import type { WriteBackJob, WrittenBack } from "./write-back.ts";

/** Puts the score on the timeline of the call's card. The call's id stands in its last line, by which it is known again. */
export async function writeComment(job: WriteBackJob): Promise<WrittenBack> {
  const { tenant, call, scorecard, card, lookFirst, writer, ports } = job;
  if (!card) return { skipped: "crm.no_card" };
  const { id: checklistId, version } = scorecard.checklist;
  // A checklist that was broken or removed since costs the comment its wording, not the card its score.
  const checklist = await readJson(ports.store, checklistKey(tenant, checklistId, version), Checklist).catch(
    () => undefined,
  );
  const { locale } = await ports.settingsOf(tenant);
  const { id } = await writer.addComment({
    card,
    text: commentText(scorecard, checklist?.value, locale),
    mark: call.callId,
    since: new Date(call.startedAt),
    lookFirst,
  });
  return { id, card };
}

const BAND_SIGNS = { green: "🟢", yellow: "🟡", red: "🔴" };
const WEAKEST = 3;
/** A monologue is no quote any more; its second says where to listen. */
const LONGEST_QUOTE = 300;

/** The score as a person reads it in the card, in BB codes. Whatever people or the model said is escaped. */
export function commentText(scorecard: Scorecard, checklist: Checklist | undefined, locale: Locale): string {
  const texts = messageTextsFor(locale);
  const { crmComment: words } = texts;
  const { percent, rawPercent, autoFailedBy } = scorecard;
  const criterionText = (id: string) =>
    escapeBbCode(checklist?.criteria.find((criterion) => criterion.id === id)?.text ?? id);
  const band = bandOf(percent, checklist?.bands ?? defaultBands);
  const title = texts.scorecard.title(percent === null ? "—" : texts.number(percent));
  const weakest = weakestOf(scorecard);
  return [
    `${band ? `${BAND_SIGNS[band]} ` : ""}[b]${title}[/b]`,
    ...(percent === null ? [] : [scorecard.passed ? words.passed : words.notPassed]),
    ...(autoFailedBy === null ? [] : [`[b]${texts.digest.autoFail(criterionText(autoFailedBy))}[/b]`]),
    ...(autoFailedBy === null || rawPercent === null
      ? []
      : [texts.scorecard.capped(texts.number(rawPercent))]),
    ...(scorecard.needsReview ? [texts.scorecard.review] : []),
    ...(scorecard.summary ? ["", escapeBbCode(scorecard.summary)] : []),
    ...(weakest.length === 0 ? [] : ["", `[b]${words.weakest}[/b]`]),
    ...weakest.flatMap((verdict) => [
      `• ${criterionText(verdict.criterionId)} — ${verdictWord(verdict, checklist, texts)}`,
      ...quoteLine(verdict.evidence[0], texts),
      ...(verdict.advice ? [`[i]${texts.scorecard.advice}:[/i] ${escapeBbCode(verdict.advice)}`] : []),
    ]),
    ...nextStepLine(scorecard, texts),
    "",
    `[i]${escapeBbCode(words.source(scorecard.checklist.name, scorecard.checklist.version))} · ${scorecard.callId}[/i]`,
  ].join("\n");
}

/** What cost the call most: the violation that failed it, then the points that are missing. */
function weakestOf({ verdicts, autoFailedBy }: Scorecard): Verdict[] {
  const lost = ({ criterionId, weight, points }: Verdict) =>
    criterionId === autoFailedBy ? Number.POSITIVE_INFINITY : weight * (1 - (points ?? 1));
  return verdicts
    .filter(({ verdict }) => verdict === "not_met" || verdict === "partly")
    .sort((one, other) => lost(other) - lost(one) || 0)
    .slice(0, WEAKEST);
}

function verdictWord(
  { criterionId, verdict }: Verdict,
  checklist: Checklist | undefined,
  texts: MessageTexts,
): string {
  const { scorecard: words } = texts;
  const polarity = checklist?.criteria.find((criterion) => criterion.id === criterionId)?.polarity;
  return polarity === "prohibited" && verdict === "not_met" ? words.violation : words.verdicts[verdict];
}

function quoteLine(evidence: Evidence | undefined, texts: MessageTexts): string[] {
  if (!evidence) return [];
  const quote = shortened(escapeBbCode(evidence.quote), LONGEST_QUOTE);
  return [texts.digest.quote(texts.scorecard.speakers[evidence.speaker], quote, minutes(evidence.startSec))];
}

function nextStepLine({ nextStep }: Scorecard, texts: MessageTexts): string[] {
  if (!nextStep) return [];
  const what = nextStep.agreed && nextStep.text ? escapeBbCode(nextStep.text) : texts.scorecard.noNextStep;
  const shown = nextStep.agreed && !nextStep.text ? texts.crmComment.nextStepAgreed : what;
  return ["", `[b]${texts.scorecard.nextStep}:[/b] ${shown}`];
}
