import { agentButtonData, callButtonData } from "../../core/button-data.ts";
import type { CallRow } from "../../core/call-row.ts";
import { startedMs } from "../../core/call-row.ts";
import type { Checklist } from "../../core/checklist.ts";
import { escapeHtml, type NotifierButton, type NotifierMessage } from "../../core/ports/notify.ts";
import type { Scorecard, Verdict } from "../../core/scorecard.ts";
import type { Settings } from "../../core/settings.ts";
import { type MessageTexts, messageTextsFor } from "../../locales/messages.ts";
import { minutes, shortened, whoOf } from "./digest-words.ts";

const MOST_CRITERIA = 3;
/** Somebody's whole monologue is for the scorecard. */
const LONGEST_QUOTE = 300;

/** What a supervisor reads of one call that was scored badly. */
export function alertMessage(
  row: CallRow,
  scorecard: Scorecard,
  checklist: Checklist | undefined,
  settings: Settings,
): NotifierMessage {
  const texts = messageTextsFor(settings.locale);
  const { alerts } = texts;
  const who = whoOf(row, texts);
  const title = row.autoFailed
    ? `🚨 <b>${safe(alerts.autoFail(who))}</b>`
    : `⚠️ <b>${safe(alerts.low(who))}</b>`;
  const lines = [
    title,
    safe(scoreLine(row, settings)),
    ...(row.checklistName === null ? [] : [safe(alerts.checklist(row.checklistName))]),
    ...failedLines(row, scorecard, checklist, texts),
    ...(row.needsReview ? [`<i>${safe(alerts.review)}</i>`] : []),
  ];
  return { blocks: [lines.join("\n")], buttons: [buttonsOf(row, texts)] };
}

function scoreLine(row: CallRow, settings: Settings): string {
  const { alerts } = messageTextsFor(settings.locale);
  const moment = momentOf(row, settings);
  const percent = alerts.percent(row.percent);
  const isCapped = row.autoFailed && row.rawPercent !== null && row.rawPercent !== row.percent;
  return isCapped
    ? alerts.scoreWithout(moment, percent, alerts.percent(row.rawPercent))
    : alerts.score(moment, percent);
}

/** What cost the most, each with what was said; where nothing of it was said, the dearest thing that was. */
function failedLines(
  row: CallRow,
  { verdicts, autoFailedBy, objections }: Scorecard,
  checklist: Checklist | undefined,
  texts: MessageTexts,
): string[] {
  const dearestFirst = (a: Verdict, b: Verdict) =>
    Number(b.criterionId === autoFailedBy) - Number(a.criterionId === autoFailedBy) || b.weight - a.weight;
  const failed = verdicts.filter(({ verdict }) => verdict === "not_met").sort(dearestFirst);
  const partly = verdicts.filter(({ verdict }) => verdict === "partly").sort(dearestFirst);
  const shown = failed.slice(0, MOST_CRITERIA);
  const hasQuote = ({ evidence }: Verdict) => evidence.length > 0;
  const telling = shown.some(hasQuote) ? undefined : [...failed, ...partly].find(hasQuote);
  const lines = [...shown, ...(telling ? [telling] : [])].flatMap((verdict) => {
    const criterion = checklist?.criteria.find(({ id }) => id === verdict.criterionId);
    const text = row.criteria.find(({ id }) => id === verdict.criterionId)?.text ?? verdict.criterionId;
    const say = criterion?.polarity === "prohibited" ? texts.alerts.violation : texts.alerts.notMet;
    const what = verdict.verdict === "partly" ? texts.alerts.partly : say;
    return [safe(what(shortened(text, 200))), ...quoteLines(verdict.evidence, texts)];
  });
  if (telling || shown.some(hasQuote)) return lines;
  const objection = objections.find(
    ({ handling, evidence }) => (handling === "unhandled" || handling === "ignored") && evidence.length > 0,
  );
  return objection
    ? [...lines, safe(texts.alerts.objection), ...quoteLines(objection.evidence, texts)]
    : lines;
}

function quoteLines([first]: Verdict["evidence"], { digest, scorecard }: MessageTexts): string[] {
  if (!first) return [];
  const speaker = first.speaker === "unknown" ? null : scorecard.speakers[first.speaker];
  return [safe(digest.quote(speaker, shortened(first.quote, LONGEST_QUOTE), minutes(first.startSec)))];
}

function buttonsOf({ callId, agentId }: CallRow, { alerts }: MessageTexts): NotifierButton[] {
  const agent = agentId === null ? undefined : agentButtonData(agentId);
  return [
    { text: alerts.callButton, data: callButtonData(callId) },
    ...(agent === undefined ? [] : [{ text: alerts.agentButton, data: agent }]),
  ];
}

/** «20 ноября, 12:55»: an alert can come after midnight. */
export function momentOf(row: CallRow, { locale, timeZone }: Settings): string {
  const moment = new Date(startedMs(row));
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone }).format(moment);
  return `${date}, ${timeOf(moment, { locale, timeZone })}`;
}

export function timeOf(moment: Date, { locale, timeZone }: Pick<Settings, "locale" | "timeZone">): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone }).format(moment);
}

const safe = escapeHtml;
