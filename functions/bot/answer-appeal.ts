import { AppealError, type Person } from "../../core/appeal.ts";
import type { Question } from "../../core/ask/asked.ts";
import { botAppealKey } from "../../core/bucket-layout.ts";
import { callRef } from "../../core/call-ref.ts";
import type { CallRow } from "../../core/call-row.ts";
import type { AppealChoice } from "../../core/chat-choices.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { type AppealMade, appeal, appealRef } from "../../core/review.ts";
import { tokenize } from "../../core/score/text.ts";
import type { Verdict } from "../../core/scorecard.ts";
import { type JudgedScorecard, readScorecardOfCall } from "../../core/scorecard-in-force.ts";
import { writeJson } from "../../core/store-json.ts";
import { criterionName } from "../report/appeal-notice.ts";
import { chooseCall } from "./answer-call.ts";
import { brief, errorSentence } from "./answer-words.ts";
import { decideStep } from "./decide-appeal.ts";
import { findCalls, rowById, rowByRef } from "./find-call.ts";
import type { Asking, Reply } from "./reply.ts";

/** How somebody says which verdict he does not agree with, and why; a supervisor is told and decides (`decide-appeal.ts`). */

const MAX_CRITERIA = 40;
/** Whoever comes back later has something else in mind. */
const AWAITED_MS = 15 * 60_000;

/** «Не согласен», «не согласен с ценой: она названа на третьей минуте». */
export async function answerAppeal(
  question: Extract<Question, { kind: "appeal" }>,
  asking: Asking,
): Promise<Reply> {
  const { bot } = asking.texts;
  const { call, period, people } = question;
  // The message that is answered says which call it is; days and names in the reason do not.
  const rows =
    asking.repliedRef === null
      ? await findCalls({ call, percent: null, period, people }, asking)
      : await rowByRef(asking.repliedRef, asking);
  const [row, ...others] = rows;
  if (!row) return { blocks: [call === null && period === null ? bot.whichCall : bot.callNotFound] };
  if (others.length > 0) return chooseCall(rows, asking);
  const [, named = "", reason = ""] = /^([^:]{1,200}):(.+)$/s.exec(question.text || asking.choice.text) ?? [];
  const judged = reason.trim() === "" ? undefined : await judgedOf(row, asking);
  const criterionId = judged && criterionNamed(named, judged, row);
  return criterionId ? putAppeal(row, criterionId, reason, asking) : appealableReply(row, asking);
}

/** Each criterion without full points, as a button. */
export async function appealableReply(row: CallRow, asking: Asking): Promise<Reply> {
  const { appeals } = asking.texts;
  const shown = { call: row.callId };
  const judged = await judgedOf(row, asking);
  if (!judged) return { blocks: [escapeHtml(appeals.errors["appeal.no_scorecard"])], shown };
  const open = judged.inForce.verdicts.filter(isAppealable).slice(0, MAX_CRITERIA);
  if (open.length === 0) return { blocks: [escapeHtml(appeals.nothing)], shown };
  return {
    blocks: [escapeHtml(appeals.which)],
    buttons: open.map(({ criterionId }) => [
      {
        text: brief(criterionName(criterionId, row, judged), 50),
        asks: { text: "", at: "", appeal: stepOf({ step: "reason", callId: row.callId, criterionId }) },
      },
    ]),
    shown,
  };
}

/** What a button under a list of criteria, or under the message to the supervisor, asks for. */
export async function appealStep(choice: AppealChoice, asking: Asking): Promise<Reply> {
  const { bot, appeals } = asking.texts;
  const { callId, criterionId } = choice;
  const [row] = await rowById(callId, asking);
  if (!row) return { blocks: [bot.callNotFound] };
  if (choice.step === "list") return { ...(await appealableReply(row, asking)), replaces: true };
  if (choice.step !== "reason") return decideStep(choice, row, asking);
  const judged = await judgedOf(row, asking);
  const name = judged ? criterionName(criterionId, row, judged) : criterionId;
  return {
    blocks: [escapeHtml(appeals.askReason(brief(name)))],
    buttons: [[{ text: bot.pageBack, asks: { text: "", at: "", appeal: { ...choice, step: "list" } } }]],
    shown: { call: callId, awaits: { what: "reason", callId, criterionId, at: asking.now.toISOString() } },
    replaces: true,
  };
}

/** The reason, when it was asked for; undefined of whatever is none: a command, an answer about another call, something said much later. */
export async function answerReason(text: string, asking: Asking): Promise<Reply | undefined> {
  const { awaits } = asking.shown;
  if (awaits?.what !== "reason" || text.trim().startsWith("/")) return undefined;
  if (asking.now.getTime() - Date.parse(awaits.at) > AWAITED_MS) return undefined;
  if (asking.repliedRef !== null && asking.repliedRef !== callRef(awaits.callId)) return undefined;
  const [row] = await rowById(awaits.callId, asking);
  if (!row) return { blocks: [asking.texts.bot.callNotFound] };
  return putAppeal(row, awaits.criterionId, text, asking);
}

/** The chat that waits for the decision is noted before the supervisor is asked, so that his buttons know it. */
async function putAppeal(row: CallRow, criterionId: string, reason: string, asking: Asking): Promise<Reply> {
  const { ports, texts, now } = asking;
  const { appeals } = texts;
  const { callId } = row;
  try {
    const { tenant } = ports;
    const announceAppeal = async (made: AppealMade) => {
      await writeJson(
        ports.store,
        botAppealKey(tenant, appealRef(made)),
        { chat: asking.chat },
        { ifAbsent: true },
      );
      await ports.announceAppeal(made);
    };
    const by = whoAsks(asking);
    const put = await appeal({ ...ports, announceAppeal }, { tenant, callId, criterionId, reason, by });
    const judged = await judgedOf(row, asking);
    if (!judged) throw new AppealError("appeal.no_scorecard", "the scorecard was removed meanwhile");
    const name = brief(criterionName(criterionId, row, judged));
    const said = put.existed ? appeals.sentAlready(name) : appeals.sent(name);
    return { blocks: [escapeHtml(said)], shown: { call: callId } };
  } catch (error) {
    if (!(error instanceof AppealError)) throw error;
    const awaits = { what: "reason", callId, criterionId, at: now.toISOString() } as const;
    return {
      blocks: [errorSentence(error, texts)],
      shown: { call: callId, ...(error.code === "appeal.no_reason" ? { awaits } : {}) },
    };
  }
}

/** A messenger's name proves nothing: an agent is whom he was linked to. */
export function whoAsks({ scope, staff }: Asking): Person {
  if (scope.kind === "everybody") return { role: "supervisor", id: null, name: null };
  const { agentId } = scope;
  return { role: "agent", id: agentId, name: staff.find(({ id }) => id === agentId)?.name ?? null };
}

function judgedOf({ callId }: CallRow, { ports }: Asking): Promise<JudgedScorecard | undefined> {
  return readScorecardOfCall(ports.store, ports.tenant, callId);
}

/** «На проверку» is open to a person's word as well. */
function isAppealable({ verdict, points }: Verdict): boolean {
  return verdict === "uncertain" || (points !== null && points < 1);
}

function stepOf(
  step: Pick<AppealChoice, "step" | "callId" | "criterionId"> & Partial<AppealChoice>,
): AppealChoice {
  return { appealedAt: null, accept: null, tell: null, ...step };
}

/** The one criterion that the words before the colon fit: its id, or most words of its name, in any form. */
function criterionNamed(words: string, { asJudged }: JudgedScorecard, row: CallRow): string | undefined {
  const ids = asJudged.verdicts.map(({ criterionId }) => criterionId);
  const typed = words.toLowerCase().split(/\s+/);
  const literal = ids.find((id) => typed.includes(id.toLowerCase()));
  if (literal) return literal;
  const said = new Set(tokenize(words).map(({ stem }) => stem));
  const texts = new Map(row.criteria.map(({ id, text }) => [id, text]));
  const hits = ids
    .map((id) => {
      const stems = tokenize(texts.get(id) ?? "")
        .filter(({ form }) => form.length > 3)
        .map(({ stem }) => stem);
      return { id, count: new Set(stems.filter((stem) => said.has(stem))).size };
    })
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
  const [best, second] = hits;
  return best && best.count > (second?.count ?? 0) ? best.id : undefined;
}
