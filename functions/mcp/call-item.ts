import * as z from "zod";
import type { CallRow } from "../../core/call-row.ts";

/** A call in a list. The first three fields are the seed's; the client's phone, its fourth, never leaves. */
export const CallItem = z.object({
  call_id: z.string(),
  user_id: z.string().nullable(),
  start_time: z.string(),
  agent_name: z.string().nullable(),
  percent: z.number().nullable(),
  status: z.enum(["scored", "skipped", "failed"]),
  duration_sec: z.number().nullable().optional(),
  direction: z.enum(["incoming", "outgoing"]).nullable().optional(),
  reason_code: z.string().nullable().optional(),
  passed: z.boolean().nullable().optional(),
  needs_review: z.boolean().optional(),
  band: z.enum(["green", "yellow", "red"]).nullable().optional(),
  checklist_id: z.string().nullable().optional(),
  checklist_version: z.number().nullable().optional(),
  checklist_name: z.string().nullable().optional(),
  auto_failed_by: z.string().nullable().optional(),
  failed_criteria: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  quote: z.string().nullable().optional(),
  summary: z.string().nullable().optional(),
  title: z.string().nullable().optional(),
});
export type CallItem = z.infer<typeof CallItem>;

export function callItem(row: CallRow): CallItem {
  return {
    ...compactItem(row),
    duration_sec: row.durationSec,
    direction: row.direction,
    reason_code: row.code,
    passed: row.passed,
    needs_review: row.needsReview,
    band: row.band,
    checklist_id: row.checklistId,
    checklist_version: row.checklistVersion,
    checklist_name: row.checklistName,
    auto_failed_by: row.autoFailedBy,
    failed_criteria: row.criteria
      .filter(({ verdict }) => verdict === "not_met")
      .map(({ id, text }) => ({ id, name: text })),
    quote: row.worst?.evidence?.quote ?? null,
    summary: row.summary,
    title: row.title,
  };
}

/** What is left of it where the whole would be too long. */
export function compactItem(row: CallRow): CallItem {
  return {
    call_id: row.callId,
    user_id: row.agentId,
    start_time: row.startedAt,
    agent_name: row.agentName,
    percent: row.percent,
    status: row.status,
  };
}
