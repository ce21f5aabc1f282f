import type { CallView, Question } from "../../core/ask/asked.ts";
import type { CallReference } from "../../core/ask/call-reference.ts";
import { callButtonData } from "../../core/button-data.ts";
import { isCallRef } from "../../core/call-ref.ts";
import type { CallRow } from "../../core/call-row.ts";
import { inRows } from "../../core/chat-choices.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { momentWords, scoreWords, whoOf } from "./answer-words.ts";
import { callCard, callSummary } from "./call-card.ts";
import { recordingReply, transcriptReply } from "./call-files.ts";
import { findCalls, rowByRef } from "./find-call.ts";
import type { Asking, Reply } from "./reply.ts";

const MAX_CHOICES = 10;

/** One call, or a choice of those that may be meant. */
export async function answerCall(
  question: Question,
  call: CallReference | null,
  percent: number | null,
  view: CallView,
  asking: Asking,
): Promise<Reply> {
  const { texts } = asking;
  // «/call 20261120-3f9a1c2b7d04»: the short name of a call, as its buttons have it.
  const typed = /(?<![\w-])\d{8}-[0-9a-f]{12}(?![\w-])/.exec(question.text)?.[0] ?? "";
  const rows = isCallRef(typed)
    ? await rowByRef(typed, asking)
    : await findCalls({ call, percent, period: question.period, people: question.people }, asking);
  const [row, ...others] = rows;
  if (!row) {
    const isNamed = call !== null || percent !== null || typed !== "" || question.period !== null;
    return { blocks: [isNamed ? texts.bot.callNotFound : texts.bot.whichCall] };
  }
  if (others.length > 0) return chooseCall(rows, asking);
  return showCall(row, view, asking);
}

export function showCall(row: CallRow, view: CallView, asking: Asking): Promise<Reply> {
  switch (view) {
    case "card":
      return callCard(row, asking);
    case "summary":
      return Promise.resolve(callSummary(row, asking));
    case "transcript":
      return transcriptReply(row, asking);
    case "recording":
      return recordingReply(row, asking);
  }
}

export function chooseCall(rows: readonly CallRow[], { texts, settings }: Asking): Reply {
  const some = rows.slice(0, MAX_CHOICES);
  const lines = some.map(
    (row, index) =>
      `${index + 1}. ${scoreWords(row, texts)} — ${momentWords(row, settings)}, ${whoOf(row, texts)}`,
  );
  return {
    blocks: [texts.bot.chooseCall(rows.length), escapeHtml(lines.join("\n"))],
    buttons: inRows(
      some.map(({ callId }, index) => ({ text: `№ ${index + 1}`, data: callButtonData(callId) })),
      5,
    ),
    shown: { listed: some.map(({ callId }) => callId) },
  };
}
