import type { CallFilters, Question } from "../../core/ask/asked.ts";
import type { Period } from "../../core/ask/period.ts";
import { agentButtonData, callButtonData, dayButtonData } from "../../core/button-data.ts";
import { dayOfCall } from "../../core/call.ts";
import { callFolders, endedCalls } from "../../core/call-folders.ts";
import { MAX_PAGE } from "../../core/call-query.ts";
import type { CallRow } from "../../core/call-row.ts";
import { inRows, type ReplyButton } from "../../core/chat-choices.ts";
import { daysBetween } from "../../core/days.ts";
import { allRows, lastDays } from "../../core/period-query.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { addPercent, averagePercent, noPercents, roundPercent } from "../../core/report-numbers.ts";
import { brief, daysWords, momentWords, scoreWords, whoOf } from "./answer-words.ts";
import { type ListQuery, listQuery } from "./call-list-query.ts";
import { nearestDay } from "./nearest-day.ts";
import type { Asking, Reply } from "./reply.ts";

const PAGE = 8;
/** Where no period is asked for: what waits, and the latest calls. */
const RECENT_DAYS = 30;
const MAX_AGENT_BUTTONS = 3;

interface Found {
  rows: CallRow[];
  total: number;
  averagePercent: number | null;
  percents: number;
}

/** A page of calls, each with a button that opens it. */
export async function answerCalls(question: Question, filters: CallFilters, asking: Asking): Promise<Reply> {
  const { settings, choice, texts } = asking;
  const period = question.period ?? lastDays(RECENT_DAYS, settings.timeZone, new Date(choice.at));
  if (filters.status === "in_progress") return inProgress(period, asking);
  const asked = listQuery(question, filters, period, asking);
  const offset = choice.offset ?? 0;
  const limit = filters.limit ?? period.lastCalls ?? null;
  const found = await find(asked, offset, limit, asking);
  if (found.total === 0) return nothingFound(question, asked, asking);
  const { rows, total } = found;
  const lines = rows.map((row, index) => callLine(row, offset + index + 1, filters, asking));
  const isPaged = total > PAGE;
  const head = [
    texts.bot.found(total, isPaged ? { from: offset + 1, to: offset + rows.length } : null),
    ...(found.averagePercent === null || limit !== null
      ? []
      : [texts.bot.averageOf(texts.number(found.averagePercent), found.percents)]),
  ].join("\n");
  return {
    blocks: [escapeHtml(head), lines.join("\n")],
    buttons: buttonsOf(rows, offset, total, asking),
    shown: { listed: [...new Array<string>(offset).fill(""), ...rows.map(({ callId }) => callId)] },
    replaces: choice.offset !== undefined,
  };
}

async function find(
  { query, keeps }: ListQuery,
  offset: number,
  limit: number | null,
  { index }: Asking,
): Promise<Found> {
  if (keeps) {
    const rows = (await allRows(index, query, keeps)).slice(0, limit ?? undefined);
    const percents = noPercents();
    for (const { percent } of rows) addPercent(percents, percent);
    return {
      rows: rows.slice(offset, offset + PAGE),
      total: rows.length,
      averagePercent: averagePercent(percents),
      percents: percents.of,
    };
  }
  const end = Math.min(offset + PAGE, limit ?? MAX_PAGE, MAX_PAGE);
  const { order: _order, ...filter } = query;
  const [page, [sum]] = await Promise.all([
    index.find({ ...query, limit: Math.max(1, end) }),
    index.aggregate(filter),
  ]);
  const average = sum?.averagePercent ?? null;
  return {
    rows: page.rows.slice(offset, end),
    total: limit === null ? page.total : Math.min(limit, page.total),
    averagePercent: average === null ? null : roundPercent(average),
    percents: sum?.percents ?? 0,
  };
}

function callLine(row: CallRow, number: number, { order }: CallFilters, { texts, settings }: Asking): string {
  const why =
    row.status !== "scored"
      ? texts.bot.outcome(row.code ?? row.status)
      : order !== "best" && row.worst
        ? row.worst.criterion
        : row.summary;
  const line = `${number}. ${scoreWords(row, texts)} — ${momentWords(row, settings)}, ${whoOf(row, texts)}`;
  return escapeHtml(why ? `${line}\n    ${brief(why)}` : line);
}

function buttonsOf(
  rows: readonly CallRow[],
  offset: number,
  total: number,
  { texts, choice, scope, settings }: Asking,
): ReplyButton[][] {
  const calls = rows.map(({ callId }, index) => ({
    text: `№ ${offset + index + 1}`,
    data: callButtonData(callId),
  }));
  const turn = (text: string, to: number) => ({ text, asks: { ...choice, offset: Math.max(0, to) } });
  const pages = [
    ...(offset > 0 ? [turn(texts.bot.pageBack, offset - PAGE)] : []),
    ...(offset + PAGE < Math.min(total, MAX_PAGE) ? [turn(texts.bot.pageNext, offset + PAGE)] : []),
  ];
  const agents = new Map(
    rows.flatMap(({ agentId, agentName }) => (agentId ? [[agentId, agentName ?? agentId] as const] : [])),
  );
  const people = [...agents]
    .slice(0, scope.kind === "agent" ? 0 : MAX_AGENT_BUTTONS)
    .flatMap(([id, name]) => {
      const data = agentButtonData(id);
      return data ? [{ text: brief(name, 30), data }] : [];
    });
  const days = [...new Set(rows.map(({ callId }) => dayOfCall(callId)))];
  const [day] = days;
  const ofDay =
    day && days.length === 1
      ? [
          {
            text: texts.bot.dayButton(daysWords({ from: day, to: day }, settings.locale)),
            data: dayButtonData(day),
          },
        ]
      : [];
  return [...inRows<ReplyButton>(calls, 4), pages, people, ofDay];
}

async function nothingFound(question: Question, { query }: ListQuery, asking: Asking): Promise<Reply> {
  const { texts } = asking;
  const { agentIds, departments } = query;
  const wide = { ...(agentIds ? { agentIds } : {}), ...(departments ? { departments } : {}) };
  const near = await nearestDay(query, wide, asking);
  const hasCalls = near !== null && question.period !== null && near >= query.from && near <= query.to;
  if (hasCalls) return { blocks: [texts.bot.noneOfThem] };
  return { blocks: [texts.bot.noCalls], buttons: near === null ? [] : [[nearButton(near, asking)]] };
}

export function nearButton(day: string, { texts, choice, settings }: Asking): ReplyButton {
  const days = { from: day, to: day };
  return {
    text: texts.bot.nearest(daysWords(days, settings.locale)),
    asks: { text: choice.text, at: choice.at, ...(choice.picks ? { picks: choice.picks } : {}), days },
  };
}

/** Calls that have a folder and no end yet: of these no index knows, so only their number is told. */
async function inProgress(period: Period, { ports, scope, texts, settings, now }: Asking): Promise<Reply> {
  if (scope.kind === "agent") return { blocks: [texts.bot.onlyOwn] };
  const { store, tenant } = ports;
  const { from, to } = period.from === null ? lastDays(RECENT_DAYS, settings.timeZone, now) : period;
  let waiting = 0;
  for (const day of daysBetween(from ?? to, to)) {
    const ended = await endedCalls(store, tenant, day);
    for await (const { callId, names } of callFolders(store, tenant, day))
      if (names.includes("call.json") && !ended.has(callId)) waiting += 1;
  }
  return { blocks: [texts.bot.inProgress(waiting)] };
}
