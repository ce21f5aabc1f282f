import { escapeHtml } from "../../core/ports/notify.ts";
import { type AgentResult, ENOUGH_CALLS, type Report, type ReportQuote } from "../../core/report.ts";
import type { Settings } from "../../core/settings.ts";
import { type MessageOptions, minutes, periodInWords, type Words, wordsFor } from "./digest-words.ts";

/**
 * What one agent can take from the period: what goes well, and at most two things to practise, each with words from a call of his own.
 * Undefined when the report knows no such agent.
 */
export function agentMessage(
  report: Report,
  agentId: string,
  settings: Settings,
  options: MessageOptions = {},
): string[] | undefined {
  const agent = report.agents.find(({ id }) => id === agentId);
  if (!agent) return undefined;
  const words = wordsFor(report.period, settings, options);
  const { coaching } = words.texts;
  const when = periodInWords(report.period, settings);
  const title = `<b>${escapeHtml(coaching.title(agent.name ?? agentId, when))}</b>`;
  if (agent.scored === 0) return [`${title}\n${coaching.nothing}`];
  return [
    [title, ...resultLines(agent, words)].join("\n"),
    ...strengthsBlock(agent, words),
    ...practiseBlocks(agent, words),
  ];
}

function resultLines({ average, passed, scored }: AgentResult, { texts, number }: Words): string[] {
  const { digest, coaching } = texts;
  const { percent, margin, change, of } = average;
  return [
    ...(percent === null ? [] : [digest.average(number(percent), margin === null ? null : number(margin))]),
    ...(change === null || of < ENOUGH_CALLS ? [] : [digest.agentChange(change)]),
    coaching.passed(passed, scored),
    ...(scored < ENOUGH_CALLS ? [`<i>${coaching.smallSample(scored)}</i>`] : []),
  ];
}

function strengthsBlock({ strengths }: AgentResult, words: Words): string[] {
  if (strengths.length === 0) return [];
  const lines = strengths.flatMap(({ criterion, quote }) => [
    escapeHtml(criterion),
    ...quoteLine(quote, words),
  ]);
  return [[`<b>${words.texts.coaching.strengths}</b>`, ...lines].join("\n")];
}

function practiseBlocks({ practise }: AgentResult, words: Words): string[] {
  const { coaching } = words.texts;
  if (practise.length === 0) return [coaching.nothingToPractise];
  const blocks = practise.map(({ criterion, missed, of, advice, quote }) =>
    [
      escapeHtml(coaching.missed(criterion, missed, of)),
      ...quoteLine(quote, words),
      ...(advice === null ? [] : [escapeHtml(coaching.advice(advice))]),
    ].join("\n"),
  );
  const [first = "", ...others] = blocks;
  return [`<b>${coaching.practise}</b>\n${first}`, ...others];
}

function quoteLine(quote: ReportQuote | null, { texts, time }: Words): string[] {
  if (!quote) return [];
  const { evidence } = quote;
  return [texts.coaching.quote(escapeHtml(evidence.quote), time(quote), minutes(evidence.startSec))];
}
