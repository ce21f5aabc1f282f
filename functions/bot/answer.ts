import type { Question } from "../../core/ask/asked.ts";
import type { StaffMember } from "../../core/ask/names.ts";
import { readQuestion } from "../../core/ask/question.ts";
import type { ReplyButton } from "../../core/chat-choices.ts";
import { daysOf, isWholeDays } from "../../core/period-query.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { answerAppeal } from "./answer-appeal.ts";
import { answerCall } from "./answer-call.ts";
import { answerCalls } from "./answer-calls.ts";
import { answerChecklists } from "./answer-checklists.ts";
import { answerCompare, answerObjections } from "./answer-compare.ts";
import { answerLink } from "./answer-link.ts";
import { answerAgent, answerDigest, answerTeam } from "./answer-report.ts";
import { daysWords } from "./answer-words.ts";
import { echoed } from "./echo.ts";
import { answerFreely } from "./free-question.ts";
import { pickedPeople, unknownPeople, whichPerson } from "./people.ts";
import type { Asking, Reply } from "./reply.ts";

/** The answer to what somebody typed, said, or chose by a button. */
export async function replyToText(text: string, asking: Asking): Promise<Reply> {
  return replyToChoice({ ...asking, choice: { text, at: asking.now.toISOString() } });
}

/** As {@link replyToText}, of a question as it was asked before. */
export async function replyToChoice(asking: Asking): Promise<Reply> {
  const question = understood(asking);
  // Its words are for a person: nothing of them is not understood.
  if (question.kind === "appeal") return answerAppeal(question, asking);
  const reply = await replyTo(question, asking);
  return {
    ...reply,
    blocks: echoed(question, reply.blocks, asking),
    buttons: [...(reply.buttons ?? []), otherReadings(question, asking)],
  };
}

/** «В прошлый понедельник» is two days: the answer is about the likelier one, and a button about the other. */
function otherReadings({ period }: Question, { choice, texts, settings }: Asking): ReplyButton[] {
  const others = (period?.ambiguous ?? []).filter(isWholeDays);
  return others.slice(0, 2).map((other) => ({
    text: texts.bot.otherReading(daysWords(daysOf(other), settings.locale)),
    asks: { text: choice.text, at: choice.at, picks: choice.picks, days: daysOf(other) },
  }));
}

/** The question with whatever was chosen by buttons since. */
export function understood({ choice, staff, checklists, settings }: Asking): Question {
  const { timeZone } = settings;
  const now = new Date(choice.at);
  const question = readQuestion(choice.text, { staff, checklists, now, timeZone });
  const period = choice.days ? { ...choice.days, timeZone } : question.period;
  // A period that was chosen is what was missing: the words are read once more as if they had named it.
  if (choice.days && question.kind === "unclear" && question.missing === "period") {
    const dated = readQuestion(`${choice.text} ${choice.days.from}`, { staff, checklists, now, timeZone });
    return { ...dated, period, people: pickedPeople(dated.people, choice, staff) };
  }
  return { ...question, period, people: pickedPeople(question.people, choice, staff) };
}

/** Questions that are not about anybody in particular: a name in them is somebody else's. */
const IMPERSONAL = new Set(["help", "start", "checklists", "call", "why"]);

async function replyTo(question: Exclude<Question, { kind: "appeal" }>, asking: Asking): Promise<Reply> {
  const { bot } = asking.texts;
  const { scope } = asking;
  if (!IMPERSONAL.has(question.kind)) {
    const unsure = whichPerson(question.people, asking);
    if (unsure) return unsure;
    if (scope.kind === "agent" && isAboutOthers(question, scope.agentId)) return { blocks: [bot.onlyOwn] };
    const nobody = unknownPeople(question.people, asking);
    if (nobody) return nobody;
  }
  switch (question.kind) {
    case "calls":
      return answerCalls(question, question.filters, asking);
    case "score":
      return question.call
        ? answerCall(question, question.call, null, "card", asking)
        : answerCalls(question, question.filters, asking);
    case "call":
      return answerCall(question, question.call, null, question.view, asking);
    case "why":
      return (
        (await freeWhy(question, asking)) ??
        answerCall(question, question.call, question.percent, "card", asking)
      );
    case "digest":
      return answerDigest(question, asking);
    case "agent":
      return answerAgent(question, asking);
    case "team":
    case "agents":
      return answerTeam(question, asking);
    case "compare":
      return answerCompare(question, asking);
    case "objections":
      return answerObjections(question, asking);
    case "checklists":
      return answerChecklists(asking);
    case "help":
    case "start":
      return helpReply(asking);
    case "link":
      return answerLink(question, asking);
    case "unclear":
      return answerUnclear(question, asking);
  }
}

function isAboutOthers({ people }: Question, agentId: string): boolean {
  const named = people.matches.flatMap(({ candidates }) => candidates);
  return named.length > 0 && !named.some(({ id }: StaffMember) => id === agentId);
}

/** «Почему клиенты не возвращаются» is about no one call. */
async function freeWhy(
  question: Extract<Question, { kind: "why" }>,
  asking: Asking,
): Promise<Reply | undefined> {
  const isOfCall = question.call !== null || question.percent !== null || asking.repliedRef !== null;
  return isOfCall || question.rest.length < 2 ? undefined : answerFreely(question, asking);
}

async function answerUnclear(
  question: Extract<Question, { kind: "unclear" }>,
  asking: Asking,
): Promise<Reply> {
  const { bot } = asking.texts;
  if (question.missing === "intent") {
    const free = await answerFreely(question, asking);
    if (free) return free;
  }
  return {
    blocks: [bot.unclear[question.missing]],
    buttons: question.suggestions.map((text) => [{ text, asks: { text, at: asking.now.toISOString() } }]),
  };
}

function helpReply({ texts, scope, now }: Asking): Reply {
  const { help } = texts.bot;
  const examples = scope.kind === "agent" ? help.agentExamples : help.examples;
  return {
    blocks: [escapeHtml(help.what), escapeHtml(help.commands), escapeHtml(help.notes)],
    buttons: examples.map((text) => [{ text, asks: { text, at: now.toISOString() } }]),
  };
}
