import { escapeHtml } from "../../core/ports/notify.ts";
import { ENOUGH_CALLS, type Report } from "../../core/report.ts";
import { rounded } from "../../core/report-numbers.ts";
import type { Settings } from "../../core/settings.ts";
import { agentsBlock } from "./digest-message-agents.ts";
import { callsBlocks, saidBlocks } from "./digest-message-calls.ts";
import {
  dayInWords,
  type MessageOptions,
  periodInWords,
  shortened,
  type Words,
  wordsFor,
} from "./digest-words.ts";

/** The digest as blocks of Telegram's HTML, short enough for a phone. Whatever people said or were named is escaped. */
export function digestMessage(report: Report, settings: Settings, options: MessageOptions = {}): string[] {
  const words = wordsFor(report.period, settings, options);
  const { digest } = words.texts;
  const { kind } = report.period;
  const title = `<b>${escapeHtml(digest.title(kind, periodInWords(report.period, settings)))}</b>`;
  const { calls, inProgress } = report.totals;
  if (calls === 0 && inProgress === 0) {
    return [`${title}\n${digest.nothing(kind)}`, ...lateBlock(report, words)];
  }
  return [
    [title, ...heardLines(report, words)].join("\n"),
    ...resultBlock(report, settings, words),
    ...agentsBlock(report, words),
    ...criteriaBlock(report, words),
    ...callsBlocks(report, words),
    ...saidBlocks(report, words),
    ...costBlock(report, settings, words),
    ...lateBlock(report, words),
  ];
}

/** How many calls were heard, and why not the others. */
function heardLines({ totals, notScored }: Report, { texts: { digest } }: Words): string[] {
  const { calls, scored, inProgress } = totals;
  const reasons = notScored.map((reason) => digest.reason(reason.code, reason.calls));
  return [
    ...(calls === 0 ? [] : [digest.scored(scored, calls)]),
    ...(reasons.length === 0 ? [] : [escapeHtml(digest.notScored(reasons))]),
    ...(inProgress === 0 ? [] : [digest.inProgress(inProgress)]),
  ];
}

function resultBlock(report: Report, settings: Settings, words: Words): string[] {
  const { texts, number } = words;
  const { digest } = texts;
  const { scored, passed, average, bands, needsReview, overridden } = report.totals;
  if (scored === 0) return [];
  const margin = average.margin === null ? null : number(average.margin);
  const lines = [
    ...(average.percent === null ? [] : [digest.average(number(average.percent), margin)]),
    ...changeLine(report, settings, words),
    digest.passed(passed, scored, number(rounded((passed / scored) * 100, 1))),
    `🟢 ${number(bands.green)}  🟡 ${number(bands.yellow)}  🔴 ${number(bands.red)}`,
    ...(needsReview === 0 ? [] : [digest.review(needsReview)]),
    ...(overridden === 0 ? [] : [digest.overridden(overridden)]),
  ];
  const notes = [
    ...(average.percent !== null && average.of < ENOUGH_CALLS ? [digest.smallTotal] : []),
    ...(margin === null ? [] : [digest.margin]),
  ];
  return [[...lines, ...notes.map((note) => `<i>${note}</i>`)].join("\n")];
}

function changeLine({ totals, period, previous }: Report, settings: Settings, { texts }: Words): string[] {
  const { change, margin } = totals.average;
  if (change === null || previous === null) return [];
  const isChance = margin === null || Math.abs(change) <= margin;
  const when = dayInWords(previous.from, settings);
  return [texts.digest.change(change, period.kind, when, isChance)];
}

const MAX_CRITERIA = { day: 3, week: 5, month: 5, range: 5 };

function criteriaBlock({ criteria, period }: Report, { texts: { digest } }: Words): string[] {
  const missed = criteria.filter(({ notMet }) => notMet > 0).slice(0, MAX_CRITERIA[period.kind]);
  if (missed.length === 0) return [];
  const lines = missed.map(({ text, met, partly, notMet }) =>
    escapeHtml(digest.criterion(shortened(text), notMet, met + partly + notMet)),
  );
  return [[`<b>${digest.criteria}</b>`, ...lines].join("\n")];
}

function costBlock({ cost }: Report, { locale }: Settings, { texts, number }: Words): string[] {
  const { speechSec, promptTokens, completionTokens, money } = cost;
  const tokens = promptTokens + completionTokens;
  if (speechSec === 0 && tokens === 0) return [];
  const currency = (amount: { amount: number; currency: string }) =>
    new Intl.NumberFormat(locale, { style: "currency", currency: amount.currency }).format(amount.amount);
  const minutes = number(rounded(speechSec / 60, 1));
  return [escapeHtml(texts.digest.cost(minutes, tokens, money && currency(money)))];
}

function lateBlock({ late }: Report, { texts, number }: Words): string[] {
  if (late.calls === 0) return [];
  const percent = late.averagePercent === null ? null : number(late.averagePercent);
  return [texts.digest.late(late.calls, percent)];
}
