import type { Question } from "../../core/ask/asked.ts";
import type { Period } from "../../core/ask/period.ts";
import { agentButtonData, callButtonData } from "../../core/button-data.ts";
import type { CallRow } from "../../core/call-row.ts";
import { inRows, type ReplyButton } from "../../core/chat-choices.ts";
import { daysOf, isWholeDays, lastDays, periodIndex, reportPeriodOf } from "../../core/period-query.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { type AgentResult, ENOUGH_CALLS, type Report } from "../../core/report.ts";
import { digestMessage } from "../report/digest-message.ts";
import { agentMessage } from "../report/digest-message-agent.ts";
import { makeReport } from "../report/make-report.ts";
import { nearButton } from "./answer-calls.ts";
import { bold, brief, italic, periodWords, whoOf } from "./answer-words.ts";
import { nearestDay } from "./nearest-day.ts";
import { agentIdsOf, departmentsOf, excludedIds } from "./people.ts";
import type { Asking, Reply } from "./reply.ts";

const MAX_BUTTONS = 12;
const MAX_AGENTS = 60;
const TEAM_DAYS = 7;
const PERSON_DAYS = 30;

/** The very report that digests are made of, of the asker's calls. */
export async function reportOf(period: Period, { ports, index }: Asking): Promise<Report> {
  const { store, clock, tenant, settingsOf } = ports;
  const report = await makeReport({
    tenant,
    period: reportPeriodOf(period),
    ports: { store, clock, settingsOf, index: async () => periodIndex(index, period) },
  });
  if (isWholeDays(period)) return report;
  // Of hours nobody knows which calls are still to come, nor which came late.
  return {
    ...report,
    totals: { ...report.totals, inProgress: 0 },
    late: { calls: 0, averagePercent: null },
  };
}

export async function answerDigest(question: Question, asking: Asking): Promise<Reply> {
  const { scope, settings, texts } = asking;
  if (scope.kind === "agent") return answerAgent(question, asking);
  const period = question.period ?? today(asking);
  const report = await reportOf(period, asking);
  if (report.totals.calls === 0 && report.totals.inProgress === 0) return noCalls(period, {}, asking);
  return {
    blocks: digestMessage(report, settings),
    buttons: [
      ...inRows<ReplyButton>(
        [...report.attention, ...report.best].map((row) => callButton(row, asking)),
        2,
      ),
      ...agentButtons(report.agents, asking),
      [{ text: texts.bot.worstButton, asks: wordsOfPeriod(texts.bot.worstWords, period, asking) }],
    ],
  };
}

export async function answerAgent(question: Question, asking: Asking): Promise<Reply> {
  const [agentId, ...others] = agentIdsOf(question.people, asking) ?? [];
  if (agentId === undefined || others.length > 0) return answerTeam(question, asking);
  return agentReply(
    agentId,
    question.period ?? lastDays(PERSON_DAYS, asking.settings.timeZone, asking.now),
    asking,
  );
}

/** What one agent can take from the period, and his calls that show it. */
export async function agentReply(agentId: string, period: Period, asking: Asking): Promise<Reply> {
  const { settings, index, ports, staff, texts } = asking;
  const report = await reportOf(period, asking);
  const blocks = agentMessage(report, agentId, settings);
  if (!blocks) return noCalls(period, { agentIds: [agentId] }, asking);
  const { rows } = await periodIndex(index, period).find({
    tenant: ports.tenant,
    ...daysOf(period),
    agentIds: [agentId],
    statuses: ["scored"],
    order: { by: "percent", direction: "asc" },
    limit: 4,
  });
  const name = staff.find(({ id }) => id === agentId)?.name ?? agentId;
  const asks = {
    ...wordsOfPeriod(`${texts.bot.worstWords} ${name}`, period, asking),
    picks: { [name]: agentId },
  };
  return {
    blocks: [italic(periodWords(period, settings, texts)), ...blocks],
    buttons: [
      ...inRows<ReplyButton>(
        rows.map((row) => callButton(row, asking)),
        2,
      ),
      [{ text: texts.bot.worstButton, asks }],
    ],
  };
}

/** Everybody with a margin, by name: on a handful of calls a ranking would be chance. */
export async function answerTeam(question: Question, asking: Asking): Promise<Reply> {
  const { texts, scope, settings } = asking;
  const period = question.period ?? lastDays(TEAM_DAYS, settings.timeZone, asking.now);
  if (scope.kind === "agent") return agentReply(scope.agentId, period, asking);
  const report = await reportOf(period, asking);
  const ids = agentIdsOf(question.people, asking);
  const departments = departmentsOf(question.people);
  const excluded = excludedIds(question.people);
  const agents = report.agents.filter(
    (agent) =>
      (!ids || ids.includes(agent.id ?? "")) &&
      (!departments || agent.departments.some((name) => departments.includes(name))) &&
      !excluded.has(agent.id ?? ""),
  );
  if (agents.length === 0) return noCalls(period, departments ? { departments } : {}, asking);
  const isComparable = agents.every(
    ({ id, scored, average }) => id === null || scored === 0 || average.of >= ENOUGH_CALLS,
  );
  const more = agents.length - MAX_AGENTS;
  const notes = [
    ...(agents.some(({ average }) => average.margin !== null) ? [texts.digest.margin] : []),
    ...(isComparable || agents.length < 2 ? [] : [texts.digest.smallSample]),
  ];
  return {
    blocks: [
      ...(question.period ? [] : [bold(periodWords(period, settings, texts))]),
      agents
        .slice(0, MAX_AGENTS)
        .map((agent) => agentLine(agent, asking))
        .join("\n"),
      ...(more > 0 ? [texts.digest.moreAgents(more)] : []),
      ...notes.map(italic),
    ],
    buttons: agentButtons(agents, asking),
  };
}

export function agentLine({ name, id, average, calls, scored }: AgentResult, { texts }: Asking): string {
  const { percent, margin } = average;
  const line = texts.digest.agent(
    name ?? id ?? texts.digest.unknownAgent,
    percent === null ? "—" : texts.number(percent),
    margin === null ? null : texts.number(margin),
    scored,
  );
  return escapeHtml(calls > scored ? `${line}, ${texts.bot.ofAll(calls)}` : line);
}

function agentButtons(agents: readonly AgentResult[], { texts }: Asking): ReplyButton[][] {
  const buttons = agents.slice(0, MAX_BUTTONS).flatMap(({ id, name }): ReplyButton[] => {
    const data = id === null ? undefined : agentButtonData(id);
    return data ? [{ text: brief(name ?? id ?? texts.digest.unknownAgent, 30), data }] : [];
  });
  return inRows(buttons, 3);
}

function callButton(row: CallRow, { texts }: Asking): ReplyButton {
  const percent = row.percent === null ? "—" : texts.number(row.percent);
  return { text: `${percent} · ${brief(whoOf(row, texts), 26)}`, data: callButtonData(row.callId) };
}

async function noCalls(
  period: Period,
  whose: { agentIds?: string[]; departments?: string[] },
  asking: Asking,
): Promise<Reply> {
  const near = await nearestDay(daysOf(period), whose, asking);
  return {
    blocks: [asking.texts.bot.noCalls],
    buttons: near === null ? [] : [[nearButton(near, asking)]],
  };
}

/** Words with the period as it was understood, so that a button means the same days on another day. */
function wordsOfPeriod(text: string, period: Period, { choice }: Asking) {
  return { text, at: choice.at, days: daysOf(period) };
}

function today(asking: Asking): Period {
  return lastDays(1, asking.settings.timeZone, asking.now);
}
