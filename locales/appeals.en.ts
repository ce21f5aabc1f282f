import type { AppealTexts } from "./appeals.ru.ts";

/** What is said about verdicts that somebody does not agree with, in English. */

export const appeals: AppealTexts = {
  button: "I disagree",
  cardButton: "Why",
  which: "Which criterion do you disagree with?",
  nothing: "There is nothing to object to: every criterion has its full points.",
  askReason: (criterion) =>
    `“${criterion}”: why do you disagree? Your next message goes to the supervisor as the reason. In a group, reply to this message.`,
  sent: (criterion) =>
    `“${criterion}”: your objection was sent to the supervisor. The decision will come here.`,
  sentAlready: (criterion) => `“${criterion}”: this objection was sent already.`,
  title: (who) => `Objection: ${who}`,
  judged: (verdict) => `The program: ${verdict}`,
  now: (verdict) => `Now: ${verdict}`,
  reason: (words) => `Reason: ${words}`,
  reject: "Reject",
  confirmAccept: (verdict) => `Change the verdict to “${verdict}”?`,
  confirmReject: "Reject the objection?",
  confirm: "Yes",
  accepted: (verdict) => `The objection was accepted: ${verdict}.`,
  rejected: "The objection was rejected: the verdict stands.",
  score: (before, after) => (before === after ? `Score: ${after}` : `Score: ${before} → ${after}`),
  errors: {
    "appeal.removed": "The transcript of this call is deleted by now: nobody can look up what was said.",
    "appeal.no_scorecard": "This call has no score, or is being scored anew at the moment.",
    "appeal.no_checklist": "The checklist of this score cannot be read any more, so it cannot be changed.",
    "appeal.unknown_criterion": "This score has no such criterion.",
    "appeal.not_yours": "You can object to scores of your own calls only.",
    "appeal.no_reason": "Please give the reason in words: what did the program not hear, or take wrongly?",
    "appeal.open_already":
      "There is an objection to this criterion already; it waits for the supervisor's decision.",
    "appeal.decided": "The supervisor has decided on this criterion already.",
    "appeal.none_open": "No objection to this criterion waits for a decision.",
    "appeal.not_supervisor": "Only a supervisor may decide objections.",
    "appeal.unknown_verdict": "This criterion has no such verdict.",
    "appeal.same_verdict": "That is the verdict already.",
  },
};
