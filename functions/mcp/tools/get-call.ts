import * as z from "zod";
import { CallItem, callItem } from "../call-item.ts";
import { CallIdWords, findCallId, noCall, readCall, readRow } from "../find.ts";
import { momentShown, reasonShown, scoreShown } from "../shown.ts";
import { StageName, stageOf } from "../stage-of.ts";
import { defineTool } from "../tool.ts";

export const getCall = defineTool({
  name: "get_call",
  title: "Get a call",
  description: "One call: who, when, its score, what was missed, why there is no score, or how far it is.",
  effects: { readOnly: true },
  input: z.strictObject({ call_id: CallIdWords }),
  output: z.object({
    call_id: z.string(),
    stage: StageName,
    start_time: z.string().nullable(),
    agent_name: z.string().nullable(),
    /** Null until the call has come to an end. */
    call: CallItem.nullable(),
    client_need: z.string().nullable(),
    next_step: z.object({ agreed: z.boolean(), text: z.string().nullable() }).nullable(),
    objections: z.array(
      z.object({
        category: z.string(),
        handling: z.string(),
        quote: z.string().nullable(),
        start_sec: z.number().nullable(),
      }),
    ),
    /** Why it does not move on. */
    waiting: z.object({ code: z.string(), until: z.string().nullable() }).nullable(),
  }),
  async run({ call_id }, session) {
    const callId = await findCallId(call_id, session);
    const row = await readRow(callId, session);
    const call = await readCall(callId, session);
    if (!row && !call) throw noCall(callId);
    const { stage, waiting } = await stageOf(callId, session);
    return {
      call_id: callId,
      stage,
      start_time: row?.startedAt ?? call?.startedAt ?? null,
      agent_name: row?.agentName ?? call?.agent?.name ?? null,
      call: row ? callItem(row) : null,
      client_need: row?.clientNeed ?? null,
      next_step: row?.nextStep ?? null,
      objections: (row?.objections ?? []).map(({ category, handling, quote, startSec }) => ({
        category,
        handling,
        quote,
        start_sec: startSec,
      })),
      waiting: row ? null : waiting,
    };
  },
  text({ call_id, stage, call, agent_name, start_time }, session) {
    const { texts } = session;
    const { mcp } = texts;
    const when = start_time === null ? "" : `, ${momentShown(start_time, session)}`;
    const who = `${call_id} — ${agent_name ?? mcp.unknownAgent}${when}`;
    if (!call) return `${who}: ${mcp.stages[stage]}`;
    if (call.status !== "scored")
      return `${who}: ${mcp.noScore(reasonShown(call.reason_code ?? call.status, texts))}`;
    const missed = (call.failed_criteria ?? []).map(({ name }) => `- ${name}`);
    const score = `${who}: ${scoreShown(call.percent, texts)}`;
    const mistakes = missed.length === 0 ? [] : [mcp.mistakes, ...missed];
    return [score, ...(call.summary ? [call.summary] : []), ...mistakes].join("\n");
  },
});
