import * as z from "zod";
import { CallRow } from "./call-row.ts";

/** `digest.json`: one report model that every form of the digest is made of. */
export const Digest = z.object({
  tenant: z.string(),
  /** `yyyy-mm-dd` in the tenant's time zone. */
  day: z.string(),
  total: z.number().int(),
  scored: z.number().int(),
  passed: z.number().int(),
  needsReview: z.number().int(),
  averagePercent: z.number().nullable(),
  bands: z.object({ green: z.number().int(), yellow: z.number().int(), red: z.number().int() }),
  /** By name; ranking people on a handful of calls would be unfair. */
  agents: z.array(
    z.object({
      id: z.string().nullable(),
      name: z.string().nullable(),
      scored: z.number().int(),
      averagePercent: z.number().nullable(),
    }),
  ),
  /** At most three, worst first. */
  attention: z.array(CallRow),
  best: CallRow.nullable(),
  /** Calls without a score by reason, most frequent first. */
  notScored: z.array(z.object({ code: z.string(), calls: z.number().int() })),
  /** Calls of the day that are not done yet: their recording or transcript is still to come. */
  inProgress: z.number().int(),
  /** Calls of earlier days that were finished after their own day's digest. */
  late: z.object({ calls: z.number().int(), averagePercent: z.number().nullable() }),
  /** Every call that this digest counts, so that the next one can tell which are new. */
  callIds: z.array(z.string()),
});
export type Digest = z.infer<typeof Digest>;

const MAX_ATTENTION = 3;

interface DayOfCalls {
  rows: readonly CallRow[];
  /** Rows of earlier days that no digest has counted yet. */
  late: readonly CallRow[];
  inProgress: number;
}

/** Sums up one day. */
export function summarize(tenant: string, day: string, { rows, late, inProgress }: DayOfCalls): Digest {
  const scored = rows.filter((row) => row.status === "scored");
  const ranked = scored
    .filter((row) => row.percent !== null)
    .sort((a, b) => (a.percent ?? 0) - (b.percent ?? 0) || compare(a.callId, b.callId));
  const best = ranked.findLast((row) => row.band === "green") ?? null;
  return {
    tenant,
    day,
    total: rows.length,
    scored: scored.length,
    passed: scored.filter((row) => row.passed).length,
    needsReview: scored.filter((row) => row.needsReview).length,
    averagePercent: average(scored),
    bands: {
      green: scored.filter((row) => row.band === "green").length,
      yellow: scored.filter((row) => row.band === "yellow").length,
      red: scored.filter((row) => row.band === "red").length,
    },
    agents: byAgent(scored),
    attention: ranked.filter((row) => row.autoFailed || row.band === "red").slice(0, MAX_ATTENTION),
    best,
    notScored: byReason(rows),
    inProgress,
    late: { calls: late.length, averagePercent: average(late) },
    callIds: [...rows, ...late].map((row) => row.callId),
  };
}

function average(rows: readonly CallRow[]): number | null {
  const percents = rows.flatMap((row) => (row.percent === null ? [] : [row.percent]));
  if (percents.length === 0) return null;
  return Math.round((percents.reduce((sum, percent) => sum + percent, 0) / percents.length) * 10) / 10;
}

function byAgent(scored: readonly CallRow[]): Digest["agents"] {
  const groups = Map.groupBy(scored, (row) => row.agentId);
  return [...groups]
    .map(([id, rows]) => ({
      id,
      name: rows.find((row) => row.agentName !== null)?.agentName ?? null,
      scored: rows.length,
      averagePercent: average(rows),
    }))
    .sort((a, b) => compare(a.name ?? a.id ?? "\uffff", b.name ?? b.id ?? "\uffff"));
}

function byReason(rows: readonly CallRow[]): Digest["notScored"] {
  const groups = Map.groupBy(
    rows.filter((row) => row.status !== "scored"),
    (row) => row.code ?? "unknown",
  );
  return [...groups]
    .map(([code, list]) => ({ code, calls: list.length }))
    .sort((a, b) => b.calls - a.calls || compare(a.code, b.code));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
