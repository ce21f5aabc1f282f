import { outcome } from "./outcomes.en.ts";
import type { Texts } from "./ru.ts";
import { calls, count, number } from "./words.en.ts";

/** The digest and what each agent gets of it, in English. */

const nothing = { day: "on this day", week: "in this week", month: "in this month", range: "in this time" };
const before = {
  day: (when: string) => `on ${when}`,
  week: () => "in the week before",
  month: () => "in the month before",
  range: () => "in as many days before",
};

export const digest: Texts["digest"] = {
  title: (kind, when) => (kind === "week" ? `Digest of the week, ${when}` : `Digest of ${when}`),
  day: (date, weekday) => `${date}, ${weekday}`,
  month: (name, year) => `${name} ${year}`,
  nothing: (kind) => `There were no calls ${nothing[kind]}.`,
  scored: (scored, total) =>
    scored > 0
      ? `Scored ${number(scored)} of ${calls(total)}`
      : `There ${total === 1 ? "was" : "were"} ${calls(total)}, none was scored`,
  notScored: (reasons) => `Not scored: ${reasons.join(", ")}`,
  reason: (code, n) => `${outcome(code)}: ${number(n)}`,
  average: (percent, margin) => `Average score: ${percent}${margin === null ? "" : ` ± ${margin}`} of 100`,
  change: (change, kind, when, isChance) => {
    const than = before[kind](when);
    if (change === 0) return `▬ the same as ${than}`;
    const size = count(Math.abs(change), "point", "points");
    const chance = isChance ? ", which may be chance" : "";
    return change > 0 ? `▲ ${size} higher than ${than}${chance}` : `▼ ${size} lower than ${than}${chance}`;
  },
  passed: (passed, scored, share) => `Passed: ${number(passed)} of ${number(scored)} (${share}%)`,
  review: (n) => `For a person to review: ${calls(n)}`,
  overridden: (n) => `Reviewed by the supervisor: ${calls(n)}`,
  overriddenMark: "reviewed by the supervisor",
  inProgress: (n) => `Still in work: ${calls(n)}`,
  agents: "Agents",
  agent: (name, percent, margin, n) =>
    `${name}: ${percent}${margin === null ? "" : ` ± ${margin}`} (${calls(n)})`,
  agentChange: (change) => {
    if (change === 0) return "▬ unchanged";
    return change > 0 ? `▲ ${number(change)} higher` : `▼ ${number(-change)} lower`;
  },
  strongest: (criterion) => `best at: ${criterion}`,
  weakest: (criterion) => `weakest at: ${criterion}`,
  moreAgents: (n) => `and ${count(n, "more agent", "more agents")}`,
  mostCallsFirst: "Shown are those with the most calls.",
  smallSample: "Not everybody has ten calls yet: too early to compare agents.",
  smallTotal: "Fewer than ten calls: the average does not say much yet.",
  margin: "The number after ± is the margin of error: the fewer calls, the larger it is.",
  criteria: "Missed most often",
  criterion: (text, missed, of) => `${text}: in ${number(missed)} of ${calls(of)}`,
  attention: "Need attention",
  best: "Best call",
  call: (time, agent, percent) => `${time}, ${agent}: ${percent}`,
  autoFail: (criterion) => `Critical violation: ${criterion}`,
  failedCriterion: (criterion) => `To improve: ${criterion}`,
  quote: (speaker, quote, at) => `${speaker === null ? "" : `${speaker}: `}“${quote}” (${at})`,
  objections: (total, unanswered) =>
    unanswered > 0
      ? `Objections without an answer: ${number(unanswered)} of ${number(total)}`
      : `Objections: ${number(total)}, none was left without an answer`,
  said: (time, agent, what) => `${time}, ${agent}: ${what}`,
  more: (n) => (n === null ? "and others" : `and ${number(n)} more`),
  nextSteps: "Agreed with clients",
  cost: (minutes, tokens, money) =>
    `Used: ${minutes} min of recognition, ${count(tokens, "token", "tokens")} of the model${money === null ? "" : `, about ${money}`}`,
  late: (n, percent) =>
    `Finished since for earlier days: ${calls(n)}${percent === null ? "" : `, average score ${percent}`}`,
  unknownAgent: "agent not named",
  upload: (title) => `file “${title}”`,
};

export const coaching: Texts["coaching"] = {
  title: (name, when) => `${name}: ${when}`,
  nothing: "No calls were scored in this time.",
  passed: (passed, scored) => `Passed: ${number(passed)} of ${calls(scored)}`,
  strengths: "What goes well",
  practise: "To practise",
  missed: (criterion, missed, of) => `${criterion}: missed in ${number(missed)} of ${calls(of)}`,
  quote: (quote, call, at) => `“${quote}” (${call}, at ${at})`,
  advice: (advice) => `What to say instead: ${advice}`,
  nothingToPractise: "Nothing was missed more than once.",
  smallSample: (n) => `Only ${calls(n)} scored: a first impression.`,
};
