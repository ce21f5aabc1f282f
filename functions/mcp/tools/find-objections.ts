import * as z from "zod";
import { comparableText } from "../../../core/call-row.ts";
import { allRows, daysOf, keeperOf } from "../../../core/period-query.ts";
import { Objection } from "../../../core/scorecard.ts";
import { AgentWords, findAgent, findPeriodOf, PeriodWords } from "../find.ts";
import { defineTool } from "../tool.ts";

const DAYS = 30;

export const findObjections = defineTool({
  name: "find_objections",
  title: "Find objections",
  description: `What clients objected, how it was handled, and in which words. Without a period: the last ${DAYS} days.`,
  effects: { readOnly: true },
  input: z.strictObject({
    agent: AgentWords.optional(),
    period: PeriodWords.optional(),
    start_date: z.iso.date().optional(),
    end_date: z.iso.date().optional(),
    category: z.string().min(1).max(200).optional().describe("As it stands in the results"),
    handling: Objection.shape.handling.optional(),
    text: z.string().min(1).max(300).optional().describe("Words of the client"),
    limit: z.number().int().min(1).max(100).default(30),
  }),
  output: z.object({
    objections: z.array(
      z.object({
        call_id: z.string(),
        start_time: z.string(),
        agent_name: z.string().nullable(),
        category: z.string(),
        handling: Objection.shape.handling,
        quote: z.string().nullable(),
        start_sec: z.number().nullable(),
      }),
    ),
    total: z.number().int(),
    categories: z.array(
      z.object({ category: z.string(), total: z.number().int(), unanswered: z.number().int() }),
    ),
  }),
  async run(asked, session) {
    const period = findPeriodOf(asked, session, DAYS);
    const agent = asked.agent === undefined ? undefined : await findAgent(asked.agent, session);
    const rows = await allRows(
      await session.ports.index(),
      { tenant: session.tenant, ...daysOf(period), ...(agent ? { agentIds: [agent.id] } : {}) },
      keeperOf(period) ?? (() => true),
    );
    const words = asked.text === undefined ? undefined : comparableText(asked.text);
    const found = rows.flatMap((row) =>
      row.objections
        .filter(
          ({ category, handling, quote }) =>
            (asked.category === undefined || comparableText(category) === comparableText(asked.category)) &&
            (asked.handling === undefined || handling === asked.handling) &&
            (words === undefined || comparableText(quote ?? "").includes(words)),
        )
        .map(({ category, handling, quote, startSec }) => ({
          call_id: row.callId,
          start_time: row.startedAt,
          agent_name: row.agentName,
          category,
          handling,
          quote,
          start_sec: startSec,
        })),
    );
    const byCategory = Map.groupBy(found, ({ category }) => category);
    const isUnanswered = ({ handling }: { handling: string }) =>
      handling === "unhandled" || handling === "ignored";
    return {
      objections: found.slice(0, asked.limit),
      total: found.length,
      categories: [...byCategory]
        .map(([category, list]) => ({
          category,
          total: list.length,
          unanswered: list.filter(isUnanswered).length,
        }))
        .sort((a, b) => b.total - a.total),
    };
  },
  text: ({ objections, total }, { texts: { mcp } }) =>
    [
      mcp.objections(total),
      ...objections.map(
        ({ call_id, category, handling, quote }) =>
          `- ${category} (${mcp.handlings[handling]}): ${quote === null ? "" : `«${quote}» `}${call_id}`,
      ),
    ].join("\n"),
});
