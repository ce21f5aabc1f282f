import { escapeHtml } from "../../core/ports/notify.ts";
import { type AgentResult, ENOUGH_CALLS, type Report } from "../../core/report.ts";
import { shortened, type Words } from "./digest-words.ts";

/** More lines than these nobody reads on a phone; all agents are in the files and in the bot. */
const MAX_AGENTS = 13;
/** A larger team's lines stay one each. */
const MAX_WITH_CRITERIA = 8;

/** A line of a phone, and a little more. */
const LONGEST_CRITERION = 60;

/** Everybody by name, each average with its margin; of many those with the most calls. */
export function agentsBlock({ agents, comparable }: Report, words: Words): string[] {
  const { digest } = words.texts;
  const judged = agents.filter(({ scored }) => scored > 0);
  if (judged.length === 0) return [];
  const enough = new Set([...judged].sort((a, b) => b.scored - a.scored).slice(0, MAX_AGENTS));
  const shown = judged.filter((agent) => enough.has(agent));
  const more = judged.length - shown.length;
  const notes = [
    ...(more > 0 ? [digest.mostCallsFirst] : []),
    ...(comparable || judged.length < 2 ? [] : [digest.smallSample]),
  ];
  return [
    [
      `<b>${digest.agents}</b>`,
      ...shown.flatMap((agent) => [
        agentLine(agent, words),
        ...(judged.length > MAX_WITH_CRITERIA ? [] : criteriaLines(agent, words)),
      ]),
      ...(more > 0 ? [digest.moreAgents(more)] : []),
      ...notes.map((note) => `<i>${note}</i>`),
    ].join("\n"),
  ];
}

function agentLine({ id, name, average, scored }: AgentResult, { texts, number }: Words): string {
  const { digest } = texts;
  const line = digest.agent(
    name ?? id ?? digest.unknownAgent,
    average.percent === null ? "—" : number(average.percent),
    average.margin === null ? null : number(average.margin),
    scored,
  );
  // On a handful of calls a change is chance.
  const hasChange = average.change !== null && average.of >= ENOUGH_CALLS;
  return escapeHtml(hasChange ? `${line}, ${digest.agentChange(average.change ?? 0)}` : line);
}

function criteriaLines({ best, weakest }: AgentResult, { texts: { digest } }: Words): string[] {
  return [
    ...(best ? [digest.strongest(shortened(best.text, LONGEST_CRITERION))] : []),
    ...(weakest ? [digest.weakest(shortened(weakest.text, LONGEST_CRITERION))] : []),
  ].map((line) => ` · ${escapeHtml(line)}`);
}
