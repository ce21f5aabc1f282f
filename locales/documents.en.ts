import type { DocumentTexts } from "./documents.ru.ts";
import { calls, number } from "./words.en.ts";

/** Texts of the PDF, the Excel file and the charts, in English. */

export const documentsEn: DocumentTexts = {
  title: "Call quality",
  author: "Call Quality Analyst",
  madeAt: (moment) => `Made ${moment}`,
  page: (page, pages) => `page ${page} of ${pages}`,
  fileName: (period) => `Call quality ${period}`,
  none: "—",
  unknownAgent: "Agent not known",
  yes: "yes",
  no: "no",
  percent: (share) => `${number(share * 100)}%`,
  withMargin: (percent, margin) => `${percent} ± ${margin}`,
  moreBy: (points) => `${points} more`,
  lessBy: (points) => `${points} less`,
  duration: (hours, minutes) =>
    hours === 0 ? `${number(minutes)} min` : `${number(hours)} h ${number(minutes)} min`,
  secondOf: (at) => `at ${at}`,
  quoted: (quote) => `“${quote}”`,

  key: {
    average: "Average of 100",
    comparedWith: (period) => `Changes are against ${period}`,
    higher: (points) => `${points} above the last period`,
    lower: (points) => `${points} below the last period`,
    same: "as in the last period",
    scored: "Calls scored",
    ofCalls: (n) => `of ${calls(n)}`,
    passed: "Passed",
    ofScored: (share) => `${share} of the scored`,
    autoFailed: "Critical violations",
    review: "For a person to review",
    duration: "Time on the phone",
    inProgress: (n) => `still in progress: ${calls(n)}`,
    bands: { green: "green band", yellow: "yellow band", red: "red band" },
    skipped: "Skipped",
    failed: "Could not be processed",
    late: (n, percent) =>
      `Finished of earlier days: ${calls(n)}${percent === null ? "" : `, average ${percent}`}.`,
    nothing: "There were no calls in this period.",
    nothingScored: "No call of this period has a score.",
  },

  trend: {
    title: "Average score and calls by day",
    score: "Average score",
    calls: "Calls",
    scored: "scored",
    notScored: "without a score",
    period: "this report",
    empty: "No data yet",
  },

  heatMap: {
    title: "Who meets which criterion",
    legend: "Share met, %",
    cut: (shown, all) => `Shown are the ${shown} criteria of ${all} where most is lost.`,
    empty: "No data yet",
  },

  missed: {
    title: "Missed most often",
    notMet: "not met",
    partly: "partly",
    of: (missed, judged) => `${number(missed)} of ${number(judged)}`,
    empty: "No criterion was missed",
  },

  agents: {
    title: "Agents",
    name: "Agent",
    departments: "Departments",
    calls: "Calls",
    scored: "Scored",
    average: "Score",
    margin: "Margin, ±",
    change: "Change",
    passed: "Passed",
    review: "Review",
    autoFailed: "Crit.",
    best: "Strongest",
    weakest: "Weakest",
    columns:
      "Score is the average; ± says how precise it is: the true average lies within with a probability of 95%. Passed: calls that reached the threshold. Review: calls that a person should hear. Crit.: critical violations.",
    smallSample: (enough) =>
      `Not everybody has ${number(enough)} scored calls: it is too early to compare agents.`,
  },

  criteria: {
    title: "Criteria",
    text: "Criterion",
    stage: "Stage",
    met: "Met",
    partly: "Partly",
    notMet: "Not met",
    notApplicable: "Does not apply",
    uncertain: "Unclear",
    share: "Share",
    change: "Change",
    checklist: "Checklist",
    columns:
      "Share: how much of what could be got was got, in the calls where the criterion applies and was judged. Change is in percentage points.",
  },

  attention: {
    title: "Calls that need attention",
    best: "Best call",
    autoFail: (criterion) => `Critical violation: ${criterion}`,
    failedCriterion: (criterion) => `Not met: ${criterion}`,
    metCriterion: (criterion) => `Went well: ${criterion}`,
    review: "waits for a person's review",
    upload: (title) => `file “${title}”`,
    call: (callId) => `Call ${callId}`,
  },

  objections: {
    title: "Clients' objections",
    category: "Objection",
    total: "Total",
    handled: "Handled",
    partly: "Partly",
    unhandled: "Not handled",
    ignored: "Ignored",
    unanswered: "Left without an answer",
  },

  nextSteps: { title: "Promised to clients" },

  notScored: { title: "Why calls were not scored", reason: "Reason", calls: "Calls" },

  coaching: {
    title: "Coaching",
    result: (percent, n) => `Average ${percent}, scored: ${calls(n)}.`,
    tooFew: (enough) => `Fewer than ${calls(enough)} scored: these are observations, not a judgement.`,
    strengths: "What goes well",
    practise: "What to practise",
    missed: (missed, of) => `Missed in ${number(missed)} of ${calls(of)}.`,
    instead: (advice) => `Better: ${advice}`,
  },

  cost: {
    title: "What it cost",
    speech: (duration) => `Speech recognised: ${duration}.`,
    tokens: (prompt, completion) =>
      `Language model: ${prompt} tokens of prompts and ${completion} tokens of answers.`,
    money: (amount) => `In all: ${amount}.`,
  },

  notes: {
    title: "How to read this report",
    margin:
      "The sign ± says how precise an average is: the fewer the calls, the less. Where the margins of two scores overlap, the difference may be chance.",
    machine:
      "Scores are given by a program, by the company's checklist; each has a quote or says where it was looked for. A score can be disputed and reviewed.",
  },
};
