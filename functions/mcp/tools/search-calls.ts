import * as z from "zod";
import type { Period } from "../../../core/ask/period.ts";
import type { CallQueryInput } from "../../../core/call-query.ts";
import type { CallRow } from "../../../core/call-row.ts";
import { daysOf, keeperOf } from "../../../core/period-query.ts";
import { CallItem, callItem, compactItem } from "../call-item.ts";
import { CallerError } from "../caller-error.ts";
import { AgentWords, findAgent, findPeriodOf, PeriodWords } from "../find.ts";
import { findCalls } from "../find-calls.ts";
import type { Session } from "../ports.ts";
import { momentShown, scoreShown } from "../shown.ts";
import { defineTool } from "../tool.ts";
import { findCriterion } from "./find-criterion.ts";

const DEFAULT_DAYS = 30;
/** About five thousand tokens: a longer answer comes in short form. */
const LONGEST_ANSWER = 20_000;

const Day = z.iso.date("a day is written yyyy-mm-dd");
const Percent = z.number().min(0).max(100);

const Input = z.strictObject({
  user_id: z.string().min(1).max(200).optional().describe("Id of the manager in the CRM, from list_managers"),
  agent: AgentWords.optional(),
  start_date: Day.optional().describe("First day, yyyy-mm-dd"),
  end_date: Day.optional().describe("Last day, included"),
  period: PeriodWords.optional(),
  status: z.enum(["scored", "skipped", "failed", "needs_review", "not_passed"]).optional(),
  direction: z.enum(["incoming", "outgoing"]).optional(),
  min_percent: Percent.optional(),
  max_percent: Percent.optional(),
  failed_criterion: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe("Id or words of a criterion that was not met"),
  text: z.string().min(1).max(500).optional().describe("Words in the summary, quotes, names"),
  min_duration_sec: z.number().nonnegative().optional(),
  max_duration_sec: z.number().nonnegative().optional(),
  checklist_id: z.string().min(1).max(64).optional(),
  order: z.enum(["latest", "oldest", "worst", "best"]).default("latest"),
  limit: z.number().int().min(1).max(100).default(20),
  cursor: z.string().max(2200).optional().describe("next_cursor of the page before, with the same arguments"),
});
type Asked = z.output<typeof Input>;

export const searchCalls = defineTool({
  name: "search_calls",
  title: "Search calls",
  description:
    "Finds calls of managers with their scores: by manager, period, score, criterion, words and more. " +
    `Without a period: the last ${DEFAULT_DAYS} days. Pages with cursor until next_cursor is null.`,
  effects: { readOnly: true },
  input: Input,
  output: z.object({
    calls: z.array(CallItem),
    /** Null where it is not known. */
    total: z.number().int().nullable(),
    next_cursor: z.string().nullable(),
    compact: z.boolean(),
    start_date: z.string(),
    end_date: z.string(),
  }),
  async run(asked, session) {
    const period = findPeriodOf(asked, session, DEFAULT_DAYS);
    const { query, keeps } = await queryOf(asked, period, session);
    const limit = Math.min(asked.limit, period.lastCalls ?? asked.limit);
    const { cursor, limit: _limit, ...question } = asked;
    const page = await findCalls(
      await session.ports.index(),
      { ...query, limit, ...(cursor === undefined ? {} : { cursor }) },
      keeps,
      { ...question, ...daysOf(period) },
    );
    const whole = page.rows.map(callItem);
    const compact = JSON.stringify(whole).length > LONGEST_ANSWER;
    const { from, to } = daysOf(period);
    return {
      calls: compact ? page.rows.map(compactItem) : whole,
      // «последние 10 звонков» are ten, however many there are.
      total: period.lastCalls === undefined ? page.total : page.rows.length,
      next_cursor: period.lastCalls === undefined ? page.next : null,
      compact,
      start_date: from,
      end_date: to,
    };
  },
  text({ calls, total, next_cursor, compact, start_date, end_date }, session) {
    const { texts } = session;
    const { mcp } = texts;
    if (calls.length === 0 && next_cursor === null) return mcp.nothing(start_date, end_date);
    const lines = calls.map(({ call_id, percent, agent_name, start_time, failed_criteria = [] }) => {
      const missed = failed_criteria.slice(0, 3).map(({ name }) => name);
      const line = `${call_id} — ${scoreShown(percent, texts)}, ${agent_name ?? mcp.unknownAgent}, ${momentShown(start_time, session)}`;
      return missed.length === 0 ? line : `${line}: ${missed.join("; ")}`;
    });
    return [
      mcp.found(total, calls.length),
      ...lines,
      ...(compact ? [mcp.compact] : []),
      ...(next_cursor === null ? [] : [mcp.more]),
    ].join("\n");
  },
});

async function queryOf(
  asked: Asked,
  period: Period,
  session: Session,
): Promise<{ query: CallQueryInput; keeps: ((row: CallRow) => boolean) | undefined }> {
  if (asked.user_id !== undefined && asked.agent !== undefined)
    throw new CallerError("user_id or agent: not both");
  const { min_percent, max_percent, min_duration_sec: atLeast, max_duration_sec: atMost } = asked;
  if (min_percent !== undefined && max_percent !== undefined && min_percent > max_percent)
    throw new CallerError("min_percent is above max_percent");
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
    throw new CallerError("min_duration_sec is above max_duration_sec");
  const agentId =
    asked.user_id ?? (asked.agent === undefined ? undefined : (await findAgent(asked.agent, session)).id);
  const criterion =
    asked.failed_criterion === undefined ? undefined : await findCriterion(asked.failed_criterion, session);
  const keepers = [
    keeperOf(period),
    atLeast === undefined ? undefined : ({ durationSec }: CallRow) => (durationSec ?? -1) >= atLeast,
    atMost === undefined
      ? undefined
      : ({ durationSec }: CallRow) => durationSec !== null && durationSec <= atMost,
  ].filter((keeper) => keeper !== undefined);
  const query: CallQueryInput = {
    tenant: session.tenant,
    ...daysOf(period),
    ...(agentId === undefined ? {} : { agentIds: [agentId] }),
    ...(asked.direction ? { directions: [asked.direction] } : {}),
    ...(min_percent === undefined ? {} : { percentFrom: min_percent }),
    ...(max_percent === undefined ? {} : { percentTo: max_percent }),
    ...(asked.text === undefined ? {} : { text: asked.text }),
    ...(asked.checklist_id === undefined ? {} : { checklist: { id: asked.checklist_id } }),
    ...(criterion ? { criterion: { id: criterion.id, verdicts: ["not_met"] } } : {}),
    ...statusQuery(asked.status),
    order: orders[asked.order],
  };
  return {
    query,
    keeps: keepers.length === 0 ? undefined : (row) => keepers.every((keep) => keep(row)),
  };
}

const orders = {
  latest: { by: "startedAt", direction: "desc" },
  oldest: { by: "startedAt", direction: "asc" },
  worst: { by: "percent", direction: "asc" },
  best: { by: "percent", direction: "desc" },
} as const satisfies Record<Asked["order"], CallQueryInput["order"]>;

function statusQuery(status: Asked["status"]): Pick<CallQueryInput, "statuses" | "needsReview" | "passed"> {
  switch (status) {
    case undefined:
      return {};
    case "needs_review":
      return { needsReview: true };
    case "not_passed":
      return { statuses: ["scored"], passed: false };
    default:
      return { statuses: [status] };
  }
}
