import { readButtonData } from "../../core/button-data.ts";
import { readChoice } from "../../core/chat-choices.ts";
import { lastDays } from "../../core/period-query.ts";
import { replyToChoice } from "./answer.ts";
import { appealableReply, appealStep } from "./answer-appeal.ts";
import { showCall } from "./answer-call.ts";
import { checklistReply } from "./answer-checklists.ts";
import { unlinkReply } from "./answer-link.ts";
import { agentReply } from "./answer-report.ts";
import { rowByRef } from "./find-call.ts";
import type { Asking, Reply } from "./reply.ts";
import { askForRecording } from "./take-recording.ts";

const AGENT_DAYS = 30;
const callViews = { "c:": "card", "x:": "transcript", "r:": "recording" } as const;

/** What a pressed button asks for. Its data comes from outside, and whoever presses it is limited as if he had typed. */
export async function replyToButton(data: string, asking: Asking): Promise<Reply> {
  const { texts, settings, scope, now, ports } = asking;
  const [letter, rest] = [data.slice(0, 2), data.slice(2)];
  switch (letter) {
    case "c:":
    case "x:":
    case "r:": {
      const asked = letter === "r:" ? await askForRecording(rest, asking) : undefined;
      if (asked) return asked;
      const [row] = await rowByRef(rest, asking);
      return row ? showCall(row, callViews[letter], asking) : { blocks: [texts.bot.callNotFound] };
    }
    case "o:": {
      const [key = "", number = ""] = rest.split(":");
      const choice = await readChoice(key, Number(number), ports);
      if (choice?.appeal) return appealStep(choice.appeal, asking);
      return choice ? replyToChoice({ ...asking, choice }) : { blocks: [texts.bot.oldButton] };
    }
    case "p:": {
      const [row] = await rowByRef(rest, asking);
      return row ? appealableReply(row, asking) : { blocks: [texts.bot.callNotFound] };
    }
    case "l:": {
      const checklist = asking.checklists.find(({ id }) => id === rest);
      return checklist ? checklistReply(checklist, asking) : { blocks: [texts.bot.oldButton] };
    }
    case "u:":
      return unlinkReply(rest, asking);
  }
  const meaning = readButtonData(data);
  if (meaning?.about === "agent") {
    if (scope.kind === "agent" && scope.agentId !== meaning.agentId) return { blocks: [texts.bot.onlyOwn] };
    return agentReply(meaning.agentId, lastDays(AGENT_DAYS, settings.timeZone, now), asking);
  }
  if (meaning?.about === "day") return replyToChoice(ofDay(meaning.day, asking));
  return { blocks: [texts.bot.oldButton] };
}

/** The digest of a day, as if it had been asked for. */
function ofDay(day: string, asking: Asking): Asking {
  const choice = {
    text: asking.texts.bot.digestWords,
    at: asking.now.toISOString(),
    days: { from: day, to: day },
  };
  return { ...asking, choice };
}
