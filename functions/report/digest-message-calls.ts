import type { CallRow } from "../../core/call-row.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Report } from "../../core/report.ts";
import { MAX_NEXT_STEPS } from "../../core/report-tally.ts";
import type { Evidence } from "../../core/scorecard.ts";
import { minutes, shortened, type Words, whoOf } from "./digest-words.ts";

const BAND_SIGNS = { green: "🟢", yellow: "🟡", red: "🔴" };
/** Of what was objected and promised; all of it is in the files. */
const MAX_SAID = 5;

/** The calls that need attention and the best one, each with words from it. */
export function callsBlocks({ attention, best }: Report, words: Words): string[] {
  const { digest } = words.texts;
  return [
    ...block(
      digest.attention,
      attention.map((row) => [callLine(row, words), ...worstLines(row, words)].join("\n")),
    ),
    ...block(
      digest.best,
      best.map((row) => [callLine(row, words), ...quoteLine(row.best?.evidence ?? null, words)].join("\n")),
    ),
  ];
}

function worstLines({ worst, autoFailed }: CallRow, words: Words): string[] {
  if (!worst) return [];
  const { autoFail, failedCriterion } = words.texts.digest;
  const what = (autoFailed ? autoFail : failedCriterion)(shortened(worst.criterion));
  return [escapeHtml(what), ...quoteLine(worst.evidence, words)];
}

function callLine(row: CallRow, { texts, number, time }: Words): string {
  const percent = row.percent === null ? "—" : number(row.percent);
  const sign = row.band ? `${BAND_SIGNS[row.band]} ` : "";
  const mark = row.overridden > 0 ? ` · ${texts.digest.overriddenMark}` : "";
  return `${sign}${texts.digest.call(time(row), escapeHtml(whoOf(row, texts)), percent)}${mark}`;
}

function quoteLine(evidence: Evidence | null, { texts }: Words): string[] {
  if (!evidence) return [];
  const speaker = evidence.speaker === "unknown" ? null : texts.scorecard.speakers[evidence.speaker];
  return [escapeHtml(texts.digest.quote(speaker, evidence.quote, minutes(evidence.startSec)))];
}

/** What clients objected without an answer, and what was promised to them. */
export function saidBlocks(report: Report, words: Words): string[] {
  const { digest } = words.texts;
  return [...objectionsBlock(report, words), ...block(digest.nextSteps, nextStepLines(report, words))];
}

/** A report of many calls holds the last steps alone: how many there were, nobody has counted. */
function nextStepLines({ nextSteps }: Report, words: Words): string[] {
  const lines = nextSteps.map((step) => said(step, step.text, words));
  return atMost(lines, nextSteps.length < MAX_NEXT_STEPS ? nextSteps.length : null, words);
}

function objectionsBlock({ objections, unhandled }: Report, words: Words): string[] {
  const { digest } = words.texts;
  const total = objections.reduce((sum, one) => sum + one.total, 0);
  const unanswered = objections.reduce((sum, one) => sum + one.unhandled + one.ignored, 0);
  if (total === 0) return [];
  const heading = digest.objections(total, unanswered);
  const lines = unhandled.map((one) => {
    const at = one.startSec === null ? null : minutes(one.startSec);
    const what = one.quote === null || at === null ? one.category : digest.quote(null, one.quote, at);
    return said(one, what, words);
  });
  return lines.length === 0 ? [heading] : block(heading, atMost(lines, unanswered, words));
}

function said(
  call: Report["nextSteps"][number] | Report["unhandled"][number],
  what: string,
  words: Words,
): string {
  const { texts, time } = words;
  return texts.digest.said(
    time(call),
    escapeHtml(call.agentName ?? texts.digest.unknownAgent),
    escapeHtml(what),
  );
}

/** The first ones of a list that goes on. */
function atMost(lines: readonly string[], total: number | null, { texts }: Words): string[] {
  const more = total === null ? null : total - Math.min(lines.length, MAX_SAID);
  return more !== 0 ? [...lines.slice(0, MAX_SAID), texts.digest.more(more)] : [...lines];
}

function block(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[`<b>${heading}</b>`, ...lines].join("\n")];
}
