import type { AlertTexts } from "./alerts.ru.ts";
import { number } from "./words.en.ts";

/** Alerts about single calls and about chats, in English. */

export const alertsEn: AlertTexts = {
  autoFail: (who) => `Critical violation: ${who}`,
  low: (who) => `Low score: ${who}`,
  score: (moment, percent) => `${moment}: ${percent} of 100`,
  scoreWithout: (moment, percent, raw) =>
    `${moment}: ${percent} of 100, would be ${raw} without this violation`,
  checklist: (name) => `Checklist “${name}”`,
  notMet: (criterion) => `Not met: ${criterion}`,
  violation: (criterion) => `Violation: ${criterion}`,
  partly: (criterion) => `Partly met: ${criterion}`,
  objection: "An objection remained unanswered:",
  review: "The score is preliminary: a person has to check some of the criteria.",
  callButton: "Call",
  agentButton: "Agent",

  bundle: {
    title: (n) => `${n === 1 ? "One more call" : `${number(n)} more calls`} with a low score within the hour`,
    hour: (day, from, to) => `${day}, ${from} to ${to}`,
    call: (time, who, percent) => `${time}, ${who}: ${percent}`,
    autoFail: (criterion) => `critical violation: ${criterion}`,
    more: (n) => `…and ${number(n)} more: the digest has them all.`,
    button: (time, who, percent) => `${time} ${who}: ${percent}`,
  },

  recipient: {
    title: (chat) => `Messages do not arrive any more: chat ${chat}`,
    reasons: {
      blocked: "The person has blocked the bot.",
      removed: "The bot was removed from the chat.",
      deactivated: "The account is deleted.",
      not_found: "There is no such chat, or nobody has pressed Start there yet.",
      no_rights: "The bot may not write to this chat.",
    },
    next: "Nothing is sent there any more. For messages to come again, somebody has to press Start in that chat or let the bot in again.",
  },
  percent: (value) => (value === null ? "—" : number(value)),
};
