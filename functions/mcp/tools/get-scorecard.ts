import * as z from "zod";
import { Evidence, type Scorecard, VerdictValue } from "../../../core/scorecard.ts";
import {
  type JudgedScorecard,
  readScorecard,
  readScorecardOfCall,
} from "../../../core/scorecard-in-force.ts";
import { CallerError } from "../caller-error.ts";
import { CallIdWords, findCallId, findRow } from "../find.ts";
import type { Session } from "../ports.ts";
import { momentShown, scoreShown } from "../shown.ts";
import { snakeCase } from "../snake-case.ts";
import { defineTool } from "../tool.ts";

const Quote = z.object({
  turn: Evidence.shape.turn,
  speaker: Evidence.shape.speaker,
  start_sec: z.number(),
  end_sec: z.number(),
  quote: z.string(),
});

export const ScorecardShown = z.object({
  call_id: z.string(),
  agent_name: z.string().nullable(),
  start_time: z.string().nullable(),
  checklist: z.object({ id: z.string(), version: z.number(), name: z.string() }),
  call_type: z.string(),
  percent: z.number().nullable(),
  raw_percent: z.number().nullable(),
  passed: z.boolean(),
  auto_failed_by: z.string().nullable(),
  needs_review: z.boolean(),
  verdicts: z.array(
    z.object({
      criterion_id: z.string(),
      criterion: z.string(),
      verdict: VerdictValue,
      points: z.number().nullable(),
      weight: z.number(),
      evidence: z.array(Quote),
      comment: z.string(),
      advice: z.string().nullable(),
      overridden: z.object({ verdict: VerdictValue, by: z.string(), at: z.string() }).optional(),
    }),
  ),
  summary: z.string().nullable(),
  client_need: z.string().nullable(),
  objections: z.array(z.object({ category: z.string(), handling: z.string(), evidence: z.array(Quote) })),
  next_step: z.object({ agreed: z.boolean(), text: z.string().nullable() }).nullable(),
  advice: z.array(z.string()),
});
export type ScorecardShown = z.infer<typeof ScorecardShown>;

export const getScorecard = defineTool({
  name: "get_scorecard",
  title: "Get a scorecard",
  description:
    "Why a call has its score: every criterion with its verdict, verbatim quotes with their seconds, and advice. " +
    "Decisions of people are in it. Without a checklist: the scorecard that reports show.",
  effects: { readOnly: true },
  input: z.strictObject({
    call_id: CallIdWords,
    checklist_id: z.string().min(1).max(64).optional(),
    checklist_version: z.number().int().positive().optional(),
  }),
  output: ScorecardShown,
  async run({ call_id, checklist_id, checklist_version }, session) {
    if ((checklist_id === undefined) !== (checklist_version === undefined))
      throw new CallerError("checklist_id and checklist_version: both or none");
    const callId = await findCallId(call_id, session);
    const { store } = session.ports;
    const judged =
      checklist_id === undefined || checklist_version === undefined
        ? await scorecardInForce(callId, session)
        : isPlainId(checklist_id)
          ? await readScorecard(store, session.tenant, callId, checklist_id, checklist_version)
          : undefined;
    if (judged) return shownScorecard(callId, judged, session);
    const row = await findRow(call_id, session);
    const why =
      row.status === "scored" ? "no scorecard by that checklist" : `no score: ${row.code ?? row.status}`;
    throw new CallerError(`call_id: ${callId} has ${why}`);
  },
  text: (scorecard, session) => scorecardText(scorecard, session),
});

const isPlainId = (id: string) => /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/.test(id);

/** The one that reports show. */
export async function scorecardInForce(
  callId: string,
  session: Session,
): Promise<JudgedScorecard | undefined> {
  const { ports, tenant } = session;
  const known = await readScorecardOfCall(ports.store, tenant, callId);
  if (known) return known;
  const row = await findRow(callId, session);
  return row.checklistId === null || row.checklistVersion === null
    ? undefined
    : readScorecard(ports.store, tenant, callId, row.checklistId, row.checklistVersion);
}

export async function shownScorecard(
  callId: string,
  { inForce, checklist }: Pick<JudgedScorecard, "inForce" | "checklist">,
  session: Session,
): Promise<ScorecardShown> {
  const row = await findRow(callId, session).catch(() => undefined);
  const names = new Map([
    ...(row?.criteria ?? []).map(({ id, text }) => [id, text] as const),
    ...(checklist?.criteria ?? []).map(({ id, text }) => [id, text] as const),
  ]);
  const named: Omit<Scorecard, "verdicts"> & { verdicts: unknown[] } = {
    ...inForce,
    verdicts: inForce.verdicts.map((verdict) => ({
      ...verdict,
      criterion: names.get(verdict.criterionId) ?? verdict.criterionId,
    })),
  };
  const facts = { agent_name: row?.agentName ?? null, start_time: row?.startedAt ?? null };
  return ScorecardShown.parse({ ...(snakeCase(named) as object), ...facts });
}

export function scorecardText(scorecard: ScorecardShown, session: Session): string {
  const { texts } = session;
  const { mcp } = texts;
  const { call_id, percent, verdicts, agent_name, start_time, checklist } = scorecard;
  const missed = verdicts.filter(({ verdict }) => verdict === "not_met" || verdict === "partly");
  const unsure = verdicts.filter(({ verdict }) => verdict === "uncertain");
  const when = start_time === null ? "" : `, ${momentShown(start_time, session)}`;
  return [
    `${scoreShown(percent, texts)} — ${agent_name ?? mcp.unknownAgent}${when} (${checklist.name}, ${call_id})`,
    ...(scorecard.summary ? [scorecard.summary] : []),
    missed.length === 0 ? mcp.noMistakes : mcp.mistakes,
    ...missed.flatMap(({ criterion, comment, evidence, advice }) => [
      `- ${criterion}${comment === "" ? "" : `: ${comment}`}`,
      ...evidence.slice(0, 2).map(({ quote, start_sec }) => `  ${mcp.quote(quote, minutes(start_sec))}`),
      ...(advice === null ? [] : [`  ${mcp.advice(advice)}`]),
    ]),
    ...(unsure.length === 0 ? [] : [mcp.unsure(unsure.map(({ criterion }) => criterion).join("; "))]),
  ].join("\n");
}

function minutes(sec: number): string {
  return `${Math.floor(sec / 60)}:${String(Math.floor(sec % 60)).padStart(2, "0")}`;
}
