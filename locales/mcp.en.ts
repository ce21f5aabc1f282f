import type { mcp as ru } from "./mcp.ru.ts";
import { calls, number } from "./words.en.ts";

export const mcp: typeof ru = {
  managers: (n) => `Managers with calls: ${number(n)}.`,
  found: (total, shown) =>
    total === null ? `Calls shown: ${number(shown)}.` : `Found: ${calls(total)}, shown: ${number(shown)}.`,
  more: "There are more: ask again with cursor from next_cursor.",
  compact: "The answer is big, so it is in short form; get_call and get_scorecard have the rest.",
  nothing: (from, to) =>
    from === to ? `Nothing was found on ${from}.` : `Nothing was found from ${from} to ${to}.`,
  noScore: (code) => `There is no score: ${code}.`,
  score: (percent) => (percent === null ? "no percent" : `${percent}/100`),
  mistakes: "Mistakes:",
  noMistakes: "No mistakes were found.",
  unsure: (criteria) => `For a person to decide: ${criteria}.`,
  advice: (text) => `Advice: ${text}`,
  quote: (quote, at) => `“${quote}” (${at})`,
  average: (percent, of) => `Average ${percent}/100 of ${number(of)} scored calls.`,
  unknownAgent: "no manager",
  transcript: (n, of) => `Turns: ${number(n)} of ${number(of)}.`,
  link: "The link to the recording is ready.",
  task: {
    working: (stage) => `At work: ${stage}. Ask get_task with this task_id.`,
    completed: "Done.",
    failed: (code) => `It failed: ${code}.`,
  },
  stages: {
    queued: "queued",
    fetched: "call found",
    recorded: "recording fetched",
    transcribed: "transcribed",
    scored: "scored",
  },
  checklists: (n) => `Checklists: ${number(n)}.`,
  checklistSaved: (id, version, isNew) =>
    isNew ? `Saved: ${id}@${version}.` : `Nothing changed: ${id}@${version}.`,
  checklistRemoved: (id) => `The checklist ${id} is out of use; earlier scores stay.`,
  rescored: (before, after) => `It was ${before}, now it is ${after}.`,
  published: "Reports show the new score.",
  notPublished: "No report has changed: repeat with publish: true to show the new score.",
  objections: (n) => `Objections: ${number(n)}.`,
  handlings: {
    handled: "answered",
    partly: "answered in part",
    unhandled: "not answered well",
    ignored: "left without an answer",
  },
  agreement: (appealed, changed) =>
    `Verdicts appealed: ${number(appealed)}, changed by a person: ${number(changed)}.`,
  appealed: (existed) =>
    existed ? "There is such an appeal already." : "The appeal is taken and waits to be decided.",
  resolved: (before, after) => `The appeal is decided. It was ${before}, now it is ${after}.`,
  agreementOf: (criterion, appealed, changed) =>
    `${criterion}: ${number(appealed)} appealed, ${number(changed)} changed`,
  difference: (agent, points, isHigher, first, isChance) =>
    `${agent}: ${points} points ${isHigher ? "above" : "below"} ${first}${isChance ? " (this may be chance)" : ""}.`,
  prompts: {
    review: {
      title: "Review a call",
      description: "One call: what came out, what was missed, what to say instead",
      text: (callId) =>
        `Review the call ${callId}. Use get_scorecard and get_transcript. Name the score, the strengths and the mistakes, each with a verbatim quote, its second and what could have been said. Invent no quotes: take those of the transcript. Name "uncertain" verdicts apart: a person decides them.`,
    },
    plan: {
      title: "Development plan for a manager",
      description: "What a manager is to practise, with examples of his calls",
      text: (agent, period) =>
        `Make a development plan for the manager ${agent} from the period "${period}". Use agent_report and the worst calls of search_calls. Choose two skills at most; for each a quote, what to say instead, an exercise and how to check it in a week. Say so where there are too few calls.`,
    },
    checklist: {
      title: "Make a checklist from a description",
      description: "From a description in words to a checklist that can be saved",
      text: (text) =>
        `Make a checklist for scoring calls from the description below and save it as a draft with create_or_update_checklist (status: "draft"). Each criterion is one action that can be checked; check_type "keyword" only where words are enough, else "semantic". Show the criteria to the person first.\n\nDescription:\n${text}`,
    },
  },
};
