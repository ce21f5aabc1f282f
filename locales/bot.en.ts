import { outcome } from "./outcomes.en.ts";
import type { Texts } from "./ru.ts";
import { calls, count, number } from "./words.en.ts";

/** What the bot says, in English. */

export const bot: Texts["bot"] = {
  stranger:
    "This bot answers members of the company only. If you are one, ask your supervisor for a code and send it here.",
  failed: "This could not be answered: something broke on our side. Please try again in a few minutes.",
  linked: (name) =>
    `Done: from now on you see your own calls as ${name}. Ask for example: “my calls this week”.`,
  wrongCode:
    "The code does not fit: it is wrong, used already, or older than a day. Ask your supervisor for a new one.",
  linkWhom: "Who is to get access? Send the command with a name, for example: /link Anna Petrova",
  code: (name, hours) =>
    `A code for ${name}, who is to send this line to the bot privately. It works once, for ${number(hours)} hours.`,
  unlinkButton: "Unlink whoever is linked",
  unlinked: (name, n) =>
    n === 0 ? `${name}: nobody was linked.` : `${name}: access closed (${count(n, "person", "people")}).`,
  onlyOwn: "You can see your own calls only.",
  yourCalls: "your calls",

  subjects: {
    digest: "Digest",
    calls: "Calls",
    agent: "Agent",
    team: "Agents",
    agents: "Agents",
    compare: "Comparison",
    objections: "Objections",
    score: "Scores of calls",
    checklists: "Checklists",
  },
  filters: {
    order: { worst: "worst first", best: "best first" },
    limit: (n) => `at most ${number(n)}`,
    scores: ({ below, above, atLeast, atMost, band }) =>
      [
        ...(below === undefined ? [] : [`below ${below}`]),
        ...(above === undefined ? [] : [`above ${above}`]),
        ...(atLeast === undefined ? [] : [`from ${atLeast}`]),
        ...(atMost === undefined ? [] : [`to ${atMost}`]),
        ...(band === undefined ? [] : [`${band} band`]),
      ].join(" "),
    status: {
      no_recording: "without a recording",
      not_scored: "not scored",
      needs_review: "to review",
      failed: "not processed",
      not_passed: "not passed",
      violations: "with critical violations",
      in_progress: "in progress",
    },
    direction: { incoming: "incoming", outgoing: "outgoing" },
    topic: (words, isCriterion, isFailed) =>
      isCriterion ? `criterion “${words}” ${isFailed ? "not met" : "met"}` : `“${words}” is mentioned`,
  },
  except: (name) => `except ${name}`,
  withoutWeekends: "without weekends",
  moscow: "Moscow time",
  cutShort: "These are the last 400 days: more cannot be counted at once.",
  notUnderstood: (words) => `Not understood: ${words}`,
  guessed: (typed, name) => `“${typed}” was read as ${name}.`,
  heard: (text) =>
    `Heard: “${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}”`,
  otherReading: (days) => `Or: ${days}`,

  found: (n, page) => `Found ${calls(n)}${page ? `, here ${page.from}–${page.to}` : ""}.`,
  averageOf: (percent, n) => `Average score: ${percent} (of ${count(n, "score", "scores")}).`,
  outcome,
  pageBack: "‹ back",
  pageNext: "next ›",
  dayButton: (day) => `Digest: ${day}`,
  noCalls: "There were no calls in this time.",
  noneOfThem: "There were calls in this time, but none like that.",
  nearest: (day) => `The nearest day with calls: ${day}`,
  inProgress: (n) => (n === 0 ? "All calls are done." : `Still in work: ${calls(n)}.`),
  whichPerson: (typed) => `Who is meant by “${typed}”?`,
  nobody: (typed) => `Nobody called “${typed}” had calls in the last months. Everybody who had: /agents`,

  whichCall:
    "Which call? Reply to a message about it, name its day and time (“yesterday at 14:35”), or press its number in a list.",
  callNotFound: "No such call was found. Check the day and time, or open a list: “calls yesterday”.",
  chooseCall: (n) => `${calls(n)} fit. Which one?`,
  missed: "What was missed",
  nothingMissed: "Nothing was missed.",
  met: (n) => `Met: ${number(n)}`,
  uncertain: (n) => `Not judged: ${count(n, "criterion", "criteria")}, a person has to decide.`,
  cost: (points) => `−${points}`,
  capped: (criterion, raw) => `Critical violation: ${criterion}. Without it the score would be ${raw}.`,
  agreed: "agreed",
  notScored: (why) => `There is no score: ${why}.`,
  noScorecard: "The details of this score are kept no longer.",
  noSummary: "This call has no summary.",
  noTranscript: "This call has no transcript.",
  transcriptRemoved: (days) =>
    days === null
      ? "The transcript of this call was deleted on request."
      : `The transcript of this call was deleted: transcripts are kept for ${count(days, "day", "days")}.`,
  noRecording: "There is no recording of this call: it was not kept.",
  recordingRemoved: (days) => {
    if (days === null) return "The recording of this call was deleted on request.";
    if (days === 0)
      return "The recording of this call was deleted: recordings are not kept once the call is scored.";
    return `The recording of this call was deleted: recordings are kept for ${count(days, "day", "days")}.`;
  },
  recordingTooLarge: "The recording is too large to be sent here.",
  transcriptButton: "Transcript",
  recordingButton: "Recording",
  worstButton: "Worst calls",
  worstWords: "worst calls",
  digestWords: "digest",

  ofAll: (n) => `${calls(n)} in all`,
  periodAverage: (period, percent, margin, n) =>
    `${period}: ${percent}${margin === null ? "" : ` ± ${margin}`} (${calls(n)})`,
  nothingToCompare: "There is nothing to compare: one of the periods has no scores.",
  difference: (points, isChance) => {
    if (points === 0) return "There is no difference.";
    const size = count(Math.abs(points), "point", "points");
    return `${size} ${points > 0 ? "higher" : "lower"}${isChance ? ", which may be chance" : ""}.`;
  },
  unanswered: "Left without an answer",
  noObjections: "There were no objections in this time.",

  noChecklists: "There are no checklists yet.",
  checklist: (name, version, n, isDraft) =>
    `${name}, version ${number(version)}: ${count(n, "criterion", "criteria")}${isDraft ? ", draft" : ""}`,
  critical: "critical",
  sent: {
    ask: "Send the recording as your next message, or reply to this one with it: MP3, WAV, OGG Opus or FLAC, up to 20 MB.",
    taken: "Thank you, the recording was taken: the call goes on, its score will be there in a few minutes.",
    onlySupervisors: "Only a supervisor may send recordings.",
    alreadyThere: "The recording of this call is there already, it need not be sent.",
    notWanted: "This call ended for another reason; a recording does not help it.",
    tooLarge:
      "The file is larger than 20 MB, which Telegram gives to no bot. Put it into the storage under this name:",
    gone: "Telegram does not give this file any more. Please send it again.",
    notAudio: "This does not look like a recording. Please send an MP3, WAV, OGG Opus or FLAC file.",
    unsupported:
      "The recording is in a format that cannot be read. MP3, WAV (16 bits), OGG Opus and FLAC can.",
  },
  oldButton: "This button is too old. Please ask again.",

  unclear: {
    period: "For which time?",
    intent: "It is not clear what to show. Try:",
    command: "There is no such command. All of them: /help",
    ahead: "This time is still to come. Perhaps:",
    text: "The question is empty. Try:",
  },
  freeNothing: "Nothing in the calls answers this question.",
  freeNote: "Answered by the model. Each statement can be checked in its calls.",

  voiceTooLong:
    "A spoken question may have ninety seconds at most. To have a recorded call scored, use npx cqa upload.",
  voiceUnclear: "The words could not be made out. Please say it again, or write.",
  voiceSlow: "Recognition is slow at the moment. Please write instead.",

  help: {
    what: "Ask about calls in plain words: whose, which, of what time. The numbers are those of the digests.",
    commands: [
      "/digest — the digest: /digest yesterday, /digest week",
      "/agents — the agents and their averages",
      "/call — one call: /call yesterday 14:35",
      "/checklists — what calls are judged by",
      "/appeal — disagree with the score of a call: reply with it to a message about the call",
      "/link — give an agent access to his own calls: /link Anna",
    ].join("\n"),
    notes: "To ask about a call of a list, press its number and then write “why?”. Voice messages work too.",
    examples: [
      "worst calls yesterday",
      "digest last 7 days",
      "calls below 50 last 3 days",
      "objections last 7 days",
    ],
    agentExamples: ["my calls last 7 days", "my worst calls this month", "objections last 7 days"],
  },
};
