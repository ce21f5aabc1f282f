import * as z from "zod";
import { warrantsAlert } from "../../core/alerts.ts";
import { callPrefix, dayPrefix, digestKey, indexDayPrefix, publishedKey } from "../../core/bucket-layout.ts";
import { callIdOf } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import { doneEffect } from "../../core/claim.ts";
import type { Store } from "../../core/ports/store.ts";
import { Report } from "../../core/report.ts";
import { defaultSettings } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import type { ScenarioCall } from "../../local/sandbox/scenario.ts";
import { kindOf } from "./calls.ts";
import type { Calm } from "./calm.ts";
import type { Payments } from "./payments.ts";

const TENANT = "default";

export interface EndedCall {
  call: ScenarioCall;
  callId: string;
}

export function endedCallOf(call: ScenarioCall, startedAt: string): EndedCall {
  const callId = callIdOf("bitrix24", call.nativeId, new Date(startedAt), defaultSettings.timeZone);
  return { call, callId };
}

/** Everything that is not as it must be, in sentences. */
export async function problemsOf(
  calls: readonly EndedCall[],
  { store, days, missed, deadLetters, halfWritten }: Calm,
  { payments, digestsSent }: { payments: Payments; digestsSent: number },
): Promise<string[]> {
  const rows = await rowsOf(store, days);
  const digests = await Promise.all(days.map((day) => readJson(store, digestKey(TENANT, day), Report)));
  const counted = Map.groupBy(
    digests.flatMap((digest) => digest?.value.callIds ?? []),
    (callId) => callId,
  );
  const known = new Set(calls.map(({ callId }) => callId));
  const folders = await foldersOf(store, days);
  const unheard = await callsNobodyHeardOf(rows, store);
  return [
    ...missed,
    ...(await Promise.all(calls.map((ended) => problemsOfCall(ended, rows, store)))).flat(),
    ...percentsThatDiffer(calls, rows),
    ...calls.flatMap(({ callId }) => {
      const times = counted.get(callId)?.length ?? 0;
      return times === 1 ? [] : [`${callId}: counted ${times} times by the digests`];
    }),
    ...digests.flatMap((digest) =>
      digest?.value.totals.inProgress === 0
        ? []
        : [`a digest says that ${digest?.value.totals.inProgress} calls are in progress`],
    ),
    ...(digestsSent === days.length ? [] : [`${digestsSent} digests in the chat, expected one for each day`]),
    ...(halfWritten === 0 ? [] : [`${halfWritten} folders of killed writers are left in the bucket`]),
    ...unheard.map((callId) => `${callId}: it was scored badly, and nobody was told`),
    ...folders
      .filter((callId) => !known.has(callId))
      .map((callId) => `${callId}: the portal has no such call`),
    ...folders.filter((callId) => !rows.has(callId)).map((callId) => `${callId}: still in progress`),
    ...deadLetters.flatMap(({ stage, letter }) => {
      const callId: unknown = JSON.parse(letter.body).subject;
      return rows.has(String(callId))
        ? []
        : [`${callId}: a dead letter of ${stage}, and the call has not ended`];
    }),
    ...(["transcription", "scoring"] as const).flatMap((what) => [
      ...payments[what].never.map((callId) => `${callId}: no ${what} was paid for`),
      ...payments[what].unexplained.map(
        ({ callId, times, why }) =>
          `${callId}: its ${what} was paid for ${times} times more than needed, and ${why}`,
      ),
    ]),
  ];
}

async function problemsOfCall(
  { call, callId }: EndedCall,
  rows: ReadonlyMap<string, CallRow>,
  store: Store,
): Promise<string[]> {
  const names: string[] = [];
  const prefix = callPrefix(TENANT, callId);
  for await (const { key } of store.list(prefix)) names.push(key.slice(prefix.length));
  const scorecards = names.filter((name) => name.startsWith("scorecard/")).length;
  const outcomes = names.filter((name) => name === "outcome.json").length;
  const row = rows.get(callId);
  const { expected } = call;
  const ended = row?.status === "scored" ? "scored" : `${row?.status}, ${row?.code}`;
  const wanted = expected.outcome === "scored" ? "scored" : `${expected.outcome}, ${expected.code}`;
  const isScored = expected.outcome === "scored";
  return [
    ...(row === undefined ? [`${callId}: no row in the index`] : []),
    ...(row !== undefined && ended !== wanted ? [`${callId}: ended ${ended}, expected ${wanted}`] : []),
    ...(scorecards === Number(isScored) ? [] : [`${callId}: ${scorecards} scorecards`]),
    ...(outcomes === Number(!isScored) ? [] : [`${callId}: ${outcomes} outcomes`]),
  ];
}

/** What the sample checklists say. */
const ALERT_BELOW_PERCENT = 40;

async function callsNobodyHeardOf(rows: ReadonlyMap<string, CallRow>, store: Store): Promise<string[]> {
  const bad = [...rows.values()].filter((row) => warrantsAlert(row, ALERT_BELOW_PERCENT));
  const told = await Promise.all(
    bad.map(({ callId }) => doneEffect(store, publishedKey(TENANT, callId, "alert"), z.unknown())),
  );
  return bad.filter((_row, index) => !told[index]).map(({ callId }) => callId);
}

/** Copies of one conversation get one score, however often their judgement was begun anew. */
function percentsThatDiffer(calls: readonly EndedCall[], rows: ReadonlyMap<string, CallRow>): string[] {
  const byKind = Map.groupBy(calls, ({ call }) => kindOf(call));
  return [...byKind].flatMap(([kind, copies]) => {
    const percents = new Set(copies.flatMap(({ callId }) => rows.get(callId)?.percent ?? []));
    return percents.size < 2 ? [] : [`the copies of ${kind} got ${[...percents].join(", ")} %`];
  });
}

async function rowsOf(store: Store, days: readonly string[]): Promise<Map<string, CallRow>> {
  const rows = new Map<string, CallRow>();
  for (const day of days) {
    for await (const { key } of store.list(indexDayPrefix(TENANT, day))) {
      const row = await readJson(store, key, CallRow);
      if (row) rows.set(row.value.callId, row.value);
    }
  }
  return rows;
}

async function foldersOf(store: Store, days: readonly string[]): Promise<string[]> {
  const folders = new Set<string>();
  for (const day of days) {
    const prefix = dayPrefix(TENANT, day);
    for await (const { key } of store.list(prefix)) folders.add(key.slice(prefix.length).split("/")[0] ?? "");
  }
  return [...folders];
}
