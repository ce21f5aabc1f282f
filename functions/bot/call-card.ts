import { agentButtonData, callButtonData } from "../../core/button-data.ts";
import { callRef } from "../../core/call-ref.ts";
import type { CallRow } from "../../core/call-row.ts";
import type { ReplyButton } from "../../core/chat-choices.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { rounded } from "../../core/report-numbers.ts";
import type { Scorecard, Verdict } from "../../core/scorecard.ts";
import { readScorecard } from "../../core/scorecard-in-force.ts";
import { bold, brief, italic, momentWords, scoreWords, seconds, whoOf } from "./answer-words.ts";
import type { Asking, Reply } from "./reply.ts";

/** What cost the most is told in full; all of it would fill several screens of a phone. */
const MAX_DETAILED = 6;
const MAX_QUOTES = 2;
const MAX_MET = 12;

/** Why a call has the score that it has: what was missed, with the words and their second, and what to say instead. */
export async function callCard(row: CallRow, asking: Asking): Promise<Reply> {
  const { texts } = asking;
  const { bot } = texts;
  if (row.status !== "scored") {
    const why = bot.notScored(bot.outcome(row.code ?? row.status));
    return { ...framed(row, asking), blocks: [heading(row, asking), escapeHtml(why)] };
  }
  const scorecard = await scorecardOf(row, asking);
  const verdicts = scorecard?.verdicts ?? [];
  const named = new Map(row.criteria.map(({ id, text }) => [id, text]));
  const nameOf = ({ criterionId }: Verdict) => named.get(criterionId) ?? criterionId;
  const isFatal = (verdict: Verdict) => row.autoFailedBy !== null && nameOf(verdict) === row.autoFailedBy;
  const prohibited = prohibitedIn(row, asking);
  // In percent of the call: together they are what it lacks of a hundred.
  const total = verdicts.reduce((sum, { points, weight }) => sum + (points === null ? 0 : weight), 0);
  const costOf = (verdict: Verdict) => (total === 0 ? 0 : rounded((lost(verdict) / total) * 100, 1));
  const missed = verdicts
    .filter(({ verdict }) => verdict === "not_met" || verdict === "partly")
    .sort((a, b) => Number(isFatal(b)) - Number(isFatal(a)) || lost(b) - lost(a));
  const unsure = verdicts.filter(({ verdict }) => verdict === "uncertain");
  const met = verdicts.filter(({ verdict }) => verdict === "met");
  const facts = [
    ...(row.autoFailedBy ? [bot.capped(row.autoFailedBy, texts.number(row.rawPercent ?? 0))] : []),
    ...(row.needsReview ? [texts.scorecard.review] : []),
    ...(row.summary ? [row.summary] : []),
  ];
  const blocks = [
    heading(row, asking),
    ...(facts.length > 0 ? [escapeHtml(facts.join("\n"))] : []),
    ...(missed.length > 0
      ? [
          bold(bot.missed),
          ...missed
            .slice(0, MAX_DETAILED)
            .map((one) =>
              missedBlock(one, nameOf(one), prohibited.has(one.criterionId), costOf(one), asking),
            ),
        ]
      : []),
    ...(missed.length > MAX_DETAILED
      ? [
          missed
            .slice(MAX_DETAILED)
            .map((one) => escapeHtml(`✗ ${brief(nameOf(one))}`))
            .join("\n"),
        ]
      : []),
    ...(missed.length === 0 && scorecard ? [escapeHtml(bot.nothingMissed)] : []),
    ...(met.length > 0
      ? [
          `${bold(bot.met(met.length))}\n${met
            .slice(0, MAX_MET)
            .map((one) =>
              escapeHtml(
                `✓ ${brief(nameOf(one))}${prohibited.has(one.criterionId) ? ` (${texts.scorecard.noViolation})` : ""}`,
              ),
            )
            .join("\n")}`,
        ]
      : []),
    ...(unsure.length > 0 ? [italic(bot.uncertain(unsure.length))] : []),
    ...(scorecard?.nextStep
      ? [
          escapeHtml(
            `${texts.scorecard.nextStep}: ${scorecard.nextStep.agreed ? (scorecard.nextStep.text ?? bot.agreed) : texts.scorecard.noNextStep}`,
          ),
        ]
      : []),
    ...(scorecard ? [] : [italic(bot.noScorecard)]),
  ];
  return { ...framed(row, asking), blocks };
}

/** What the call was about. */
export function callSummary(row: CallRow, asking: Asking): Reply {
  const { scorecard, bot } = asking.texts;
  const lines = [
    ...(row.summary ? [row.summary] : []),
    ...(row.clientNeed ? [`${scorecard.need}: ${row.clientNeed}`] : []),
    ...(row.nextStep
      ? [
          `${scorecard.nextStep}: ${row.nextStep.agreed ? (row.nextStep.text ?? bot.agreed) : scorecard.noNextStep}`,
        ]
      : []),
  ];
  const text = lines.length === 0 ? bot.noSummary : lines.join("\n");
  return { ...framed(row, asking), blocks: [heading(row, asking), escapeHtml(text)] };
}

/** As people have decided it. */
async function scorecardOf(row: CallRow, { ports }: Asking): Promise<Scorecard | undefined> {
  const { checklistId, checklistVersion, callId } = row;
  if (checklistId === null || checklistVersion === null) return undefined;
  const judged = await readScorecard(ports.store, ports.tenant, callId, checklistId, checklistVersion);
  return judged?.inForce;
}

export function heading(row: CallRow, { texts, settings }: Asking): string {
  const who = bold(`${scoreWords(row, texts)} — ${whoOf(row, texts)}, ${momentWords(row, settings)}`);
  return row.checklistName ? `${who}\n${escapeHtml(row.checklistName)}` : who;
}

/** The part of its weight that the verdict cost. */
function lost({ points, weight }: Verdict): number {
  return (1 - (points ?? 1)) * weight;
}

/** What must not be heard; an id of a criterion never changes its meaning, so the version in force tells it of every other. */
function prohibitedIn({ checklistId }: CallRow, { checklists }: Asking): Set<string> {
  const criteria = checklists.find(({ id }) => id === checklistId)?.criteria ?? [];
  return new Set(criteria.flatMap(({ id, polarity }) => (polarity === "prohibited" ? [id] : [])));
}

function missedBlock(
  verdict: Verdict,
  name: string,
  isViolation: boolean,
  cost: number,
  { texts }: Asking,
): string {
  const { bot, scorecard } = texts;
  const isPartly = verdict.verdict === "partly";
  const marks = [
    ...(isPartly ? [scorecard.verdicts.partly] : isViolation ? [scorecard.violation] : []),
    ...(cost > 0 ? [bot.cost(texts.number(cost))] : []),
  ];
  const quotes = verdict.evidence
    .slice(0, MAX_QUOTES)
    .map(
      ({ speaker, quote, startSec }) => `${scorecard.speakers[speaker]}, ${seconds(startSec)}: «${quote}»`,
    );
  return [
    bold(`${isPartly ? "◐" : "✗"} ${brief(name, 150)}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}`),
    ...(verdict.comment ? [escapeHtml(verdict.comment)] : []),
    ...quotes.map(italic),
    ...(verdict.advice ? [escapeHtml(`${scorecard.advice}: ${verdict.advice}`)] : []),
  ].join("\n");
}

/** What every view of a call has: its buttons, and that «почему?» is about it now. */
export function framed(row: CallRow, { texts, scope }: Asking): Pick<Reply, "buttons" | "shown"> {
  const ref = callRef(row.callId);
  const agent = row.agentId && scope.kind === "everybody" ? agentButtonData(row.agentId) : undefined;
  const buttons: ReplyButton[][] = [
    [
      { text: texts.appeals.cardButton, data: callButtonData(row.callId) },
      { text: texts.bot.transcriptButton, data: `x:${ref}` },
      { text: texts.bot.recordingButton, data: `r:${ref}` },
    ],
    ...(row.status === "scored" ? [[{ text: texts.appeals.button, data: `p:${ref}` }]] : []),
    ...(agent ? [[{ text: brief(whoOf(row, texts), 30), data: agent }]] : []),
  ];
  return { buttons, shown: { call: row.callId } };
}
