import { indexDayPrefix } from "../../core/bucket-layout.ts";
import { callFolders } from "../../core/call-folders.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import { readSweepState } from "../../functions/ingest/sweep-state.ts";
import { textsFor } from "../../locales/index.ts";
import { age } from "./age.ts";

/** How the calls of a day stand: those that have ended, and where the others are. */
export async function dayLines(day: string, tenant: string, store: Store): Promise<string[]> {
  const rows: CallRow[] = [];
  for await (const { key } of store.list(indexDayPrefix(tenant, day))) {
    const row = await readJson(store, key, CallRow);
    if (row) rows.push(row.value);
  }
  const ended = new Set(rows.map(({ callId }) => callId));
  const open = {
    "for their recording": 0,
    "for their transcript": 0,
    "for their score": 0,
    "for their report": 0,
  };
  for await (const { callId, names } of callFolders(store, tenant, day)) {
    if (!ended.has(callId)) open[waitsFor(names)] += 1;
  }
  const waiting = Object.entries(open).filter(([, calls]) => calls > 0);
  if (rows.length === 0 && waiting.length === 0) return [`${day}: no call`];

  const scored = rows.filter((row) => row.status === "scored");
  const toReview = scored.filter((row) => row.needsReview).length;
  const reasons = Map.groupBy(
    rows.filter((row) => row.status !== "scored"),
    (row) => row.code ?? "unknown",
  );
  const texts = textsFor("en").digest;
  return [
    `${day}: ${scored.length} of ${rows.length} calls scored, ${toReview} to review`,
    ...waiting.map(([what, calls]) => `  waiting ${what}: ${calls}`),
    ...[...reasons].map(([code, calls]) => `  not scored, ${texts.reason(code, calls.length)}`),
  ];
}

function waitsFor(names: readonly string[]) {
  if (names.some((name) => name.startsWith("scorecard/") || name === "outcome.json"))
    return "for their report";
  if (names.includes("transcript.json")) return "for their score";
  return names.some((name) => name.startsWith("recording.")) ? "for their transcript" : "for their recording";
}

/** What the last sweep found. */
export async function sweepLines(tenant: string, store: Store, now: Date): Promise<string[]> {
  const state = await readSweepState(store, tenant);
  if (!state) return ["The portal's statistics have not been looked through yet"];
  const { found = 0, again = 0, stuck = 0 } = state.counts;
  return [
    `The portal's statistics were looked through ${age(now, new Date(state.lastAt))} ago: ${found} calls found whose notice was lost, ${again} announced again${state.problem === null ? "" : `; not read to their end: ${state.problem}`}`,
    ...(stuck === 0
      ? []
      : [`  ${stuck} calls do not move, though they were announced three times: ${state.stuck.join(", ")}`]),
  ];
}
