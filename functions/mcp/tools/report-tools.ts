import * as z from "zod";
import { type AgentResult, ENOUGH_CALLS } from "../../../core/report.ts";
import { rounded } from "../../../core/report-numbers.ts";
import { digestMessage } from "../../report/digest-message.ts";
import { agentMessage } from "../../report/digest-message-agent.ts";
import { CallItem, callItem } from "../call-item.ts";
import { CallerError } from "../caller-error.ts";
import { AgentWords, findAgent, findPeriodOf, PeriodWords } from "../find.ts";
import type { Session } from "../ports.ts";
import { plainText, reportOf } from "../reports.ts";
import { snakeCase } from "../snake-case.ts";
import { defineTool } from "../tool.ts";

const Average = z.object({
  percent: z.number().nullable(),
  of: z.number().int(),
  margin: z.number().nullable(),
  change: z.number().nullable(),
});
const Days = z.object({ from: z.string(), to: z.string() });
const Criterion = z.object({
  checklist_id: z.string(),
  criterion_id: z.string(),
  text: z.string(),
  met: z.number().int(),
  partly: z.number().int(),
  not_met: z.number().int(),
  share: z.number().nullable(),
  change: z.number().nullable(),
});
const Quote = z
  .object({
    call_id: z.string(),
    started_at: z.string(),
    evidence: z.object({ speaker: z.string(), start_sec: z.number(), quote: z.string() }),
  })
  .nullable();
const Agent = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  departments: z.array(z.string()),
  calls: z.number().int(),
  scored: z.number().int(),
  passed: z.number().int(),
  needs_review: z.number().int(),
  auto_failed: z.number().int(),
  average: Average,
  best: Criterion.nullable(),
  weakest: Criterion.nullable(),
  strengths: z.array(z.object({ criterion_id: z.string(), criterion: z.string(), quote: Quote })),
  practise: z.array(
    z.object({
      criterion_id: z.string(),
      criterion: z.string(),
      missed: z.number().int(),
      of: z.number().int(),
      advice: z.string().nullable(),
      quote: Quote,
    }),
  ),
});
const shownAgent = (agent: AgentResult) => Agent.parse(snakeCase(agent));

const period = {
  period: PeriodWords.optional(),
  start_date: z.iso.date().optional(),
  end_date: z.iso.date().optional(),
};
const TEAM_DAYS = 7;
const PERSON_DAYS = 30;

export const agentReport = defineTool({
  name: "agent_report",
  title: "Report on a manager",
  description: `What a manager does well and could practise, with his own words. Without a period: the last ${PERSON_DAYS} days.`,
  effects: { readOnly: true },
  input: z.strictObject({ agent: AgentWords, ...period }),
  output: z.object({ period: Days, agent: Agent, enough_calls: z.boolean(), report: z.string() }),
  async run(asked, session) {
    const { id, name } = await findAgent(asked.agent, session);
    const report = await reportOf(findPeriodOf(asked, session, PERSON_DAYS), session);
    const agent = report.agents.find((one) => one.id === id);
    if (!agent)
      throw new CallerError(`period: ${name} had no calls from ${report.period.from} to ${report.period.to}`);
    return {
      period: report.period,
      agent: shownAgent(agent),
      enough_calls: agent.scored >= ENOUGH_CALLS,
      report: plainText(agentMessage(report, id, session.settings) ?? []),
    };
  },
  text: ({ report }) => report,
});

export const teamReport = defineTool({
  name: "team_report",
  title: "Report on the team",
  description: `The digest of a period: results, managers by name, criteria most often missed, calls that need attention. Without a period: the last ${TEAM_DAYS} days.`,
  effects: { readOnly: true },
  input: z.strictObject(period),
  output: z.object({
    period: Days,
    totals: z.object({
      calls: z.number().int(),
      scored: z.number().int(),
      skipped: z.number().int(),
      failed: z.number().int(),
      in_progress: z.number().int(),
      passed: z.number().int(),
      needs_review: z.number().int(),
      average: Average,
    }),
    /** Whether everybody has calls enough to be compared. */
    comparable: z.boolean(),
    agents: z.array(Agent),
    criteria: z.array(Criterion),
    attention: z.array(CallItem),
    best: z.array(CallItem),
    not_scored: z.array(z.object({ code: z.string(), calls: z.number().int() })),
    report: z.string(),
  }),
  async run(asked, session) {
    const report = await reportOf(findPeriodOf(asked, session, TEAM_DAYS), session);
    const shown = snakeCase(report) as Record<"totals" | "criteria" | "not_scored", never>;
    return {
      period: report.period,
      totals: shown.totals,
      comparable: report.comparable,
      agents: report.agents.map(shownAgent),
      criteria: shown.criteria,
      attention: report.attention.map(callItem),
      best: report.best.map(callItem),
      not_scored: shown.not_scored,
      report: plainText(digestMessage(report, session.settings)),
    };
  },
  text: ({ report }) => report,
});

export const compareAgents = defineTool({
  name: "compare_agents",
  title: "Compare managers",
  description:
    "Managers side by side over a period, with margins; a difference says whether it may be chance. " +
    `Without a period: the last ${PERSON_DAYS} days.`,
  effects: { readOnly: true },
  input: z.strictObject({ agents: z.array(AgentWords).min(2).max(10), ...period }),
  output: z.object({
    period: Days,
    agents: z.array(Agent),
    /** Of each with the first one. */
    differences: z.array(
      z.object({
        agent_id: z.string(),
        with_agent_id: z.string(),
        points: z.number(),
        may_be_chance: z.boolean(),
      }),
    ),
  }),
  async run(asked, session) {
    const members = await Promise.all(asked.agents.map((words) => findAgent(words, session)));
    const ids = [...new Set(members.map(({ id }) => id))];
    if (ids.length < 2) throw new CallerError("agents: they are one and the same: name two that differ");
    const report = await reportOf(findPeriodOf(asked, session, PERSON_DAYS), session);
    const found = ids.flatMap((id) => report.agents.find((agent) => agent.id === id) ?? []);
    if (found.length < 2) throw new CallerError("agents: fewer than two of them had calls in the period");
    const [first, ...others] = found;
    return {
      period: report.period,
      agents: found.map(shownAgent),
      differences: others.flatMap((other) => (first ? differenceOf(first, other) : [])),
    };
  },
  text: ({ agents, differences }, session) =>
    [
      ...agents.map((agent) => averageLine(agent, session)),
      ...differences.map(({ points, may_be_chance, agent_id, with_agent_id }) => {
        const nameOf = (wanted: string) => agents.find(({ id }) => id === wanted)?.name ?? wanted;
        const { mcp, number } = session.texts;
        const size = number(Math.abs(points));
        return mcp.difference(nameOf(agent_id), size, points >= 0, nameOf(with_agent_id), may_be_chance);
      }),
    ].join("\n"),
});

/** The margin of a difference: the two are independent. */
function differenceOf(first: AgentResult, other: AgentResult) {
  const [one, two] = [first.average, other.average];
  if (one.percent === null || two.percent === null || first.id === null || other.id === null) return [];
  const points = rounded(two.percent - one.percent, 1);
  const margin = one.margin === null || two.margin === null ? null : Math.hypot(one.margin, two.margin);
  const may_be_chance = margin === null || Math.abs(points) <= margin;
  return [{ agent_id: other.id, with_agent_id: first.id, points, may_be_chance }];
}

function averageLine({ name, id, average }: z.output<typeof Agent>, { texts }: Session): string {
  const percent = average.percent === null ? null : texts.number(average.percent);
  const margin = average.margin === null ? "" : ` ± ${texts.number(average.margin)}`;
  return `${name ?? id ?? texts.mcp.unknownAgent}: ${texts.mcp.score(percent)}${margin} (${average.of})`;
}
