import { setTimeout } from "node:timers/promises";
import { callFolders, endedCalls } from "../../core/call-folders.ts";
import type { Clock } from "../../core/clock.ts";
import { dayAfter, startOfDay } from "../../core/days.ts";
import { RetryLaterError, VendorError } from "../../core/errors.ts";
import type { Crm, CrmCall } from "../../core/ports/crm.ts";
import type { QueueAdmin, QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Settings } from "../../core/settings.ts";
import { announceCall, idOfCrmCall } from "../../functions/ingest/sweep-announce.ts";
import { fetchedDays, noteFetchedDay } from "../../functions/ingest/sweep-state.ts";
import { callsOf } from "../../functions/ingest/sweep-statistics.ts";

export interface BackfillPorts {
  store: Store;
  queue: QueueSender & Pick<QueueAdmin, "stats">;
  clock: Clock;
  tenant: string;
  crm(): Promise<Crm>;
}

export interface BackfillPlan {
  days: readonly string[];
  callsPerMinute: number;
  /** Days that are done are looked through once more. */
  again: boolean;
  settings: Settings;
}

/** What it tells as it goes. */
export interface BackfillNews {
  day(day: string, planned: DayPlan): void;
  /** One call of the day is dealt with. */
  call(kind: "announced" | "known"): void;
  passedOver(day: string): void;
  waits(why: string): void;
}

export interface DayPlan {
  calls: number;
  known: number;
  toAnnounce: number;
  /** Of those to announce: long enough and answered, so that they cost something. */
  toScore: number;
  minutesToScore: number;
}

/** More calls than this in line for a stage: the live ones would have to wait behind past ones. */
const ROOM = 20;
const LOOK_AGAIN_SEC = 10;
const VENDOR_PAUSE_SEC = 60;
const MOST_FAILURES = 10;
/** As in the sweep: a call that has only just ended is left to its notice. */
const SETTLED_SEC = 60;

/** Announces the calls of the days that nobody has announced, day by day. Safe to end at any moment and to run again: what is known is passed over. */
export async function backfillDays(
  plan: BackfillPlan,
  ports: BackfillPorts,
  news: BackfillNews,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, tenant } = ports;
  const before = await fetchedDays(store, tenant);
  const turn = takingTurns(plan.callsPerMinute, clock, signal);
  for (const day of plan.days) {
    if (signal.aborted) return;
    if (before[day]?.done && !plan.again) {
      news.passedOver(day);
      continue;
    }
    const found = await listDay(day, plan, ports, news, signal);
    if (signal.aborted) return;
    const known = await knownCalls(day, ports);
    const isKnown = (call: CrmCall) => known.has(idOfCrmCall(call, plan.settings.timeZone));
    const unknown = found.calls.filter((call) => !isKnown(call));
    news.day(day, planOf(found.calls.length, unknown, plan.settings));
    const note = (done: boolean) => {
      const at = clock.now().toISOString();
      return noteFetchedDay(day, { calls: found.calls.length, at, done }, store, tenant);
    };
    if (unknown.length > 0) await note(false);
    for (const call of unknown) {
      await turn();
      await roomForLiveCalls(ports, news, signal);
      if (signal.aborted) return;
      const announced = await announceCall(call, plan.settings.timeZone, ports);
      news.call(announced ? "announced" : "known");
    }
    await note(found.isOver);
  }
}

/** The day's calls that are over. A CRM that wants a pause or is down is waited for. */
async function listDay(
  day: string,
  { settings }: BackfillPlan,
  { crm, clock }: BackfillPorts,
  news: BackfillNews,
  signal: AbortSignal,
): Promise<{ calls: CrmCall[]; isOver: boolean }> {
  const now = clock.now();
  const from = startOfDay(settings.timeZone, day);
  const end = startOfDay(settings.timeZone, dayAfter(day));
  const isOver = end.getTime() + SETTLED_SEC * 1000 <= now.getTime();
  const to = isOver ? end : new Date(Math.min(end.getTime(), now.getTime()));
  for (let failures = 0; ; ) {
    const calls: CrmCall[] = [];
    try {
      for await (const call of callsOf(await crm(), { from, to }, signal)) {
        const endedAt = Date.parse(call.startedAt) + call.durationSec * 1000;
        if (endedAt + SETTLED_SEC * 1000 <= now.getTime()) calls.push(call);
      }
      return { calls, isOver };
    } catch (error) {
      failures += 1;
      const isPassing = error instanceof RetryLaterError || error instanceof VendorError;
      if (!isPassing || failures > MOST_FAILURES) throw error;
      const afterSec = error instanceof RetryLaterError ? Math.max(1, error.afterSec) : VENDOR_PAUSE_SEC;
      news.waits(`the CRM is asked again in ${Math.ceil(afterSec)} s: ${error.message}`);
      await wait(afterSec, clock, signal);
      if (signal.aborted) return { calls: [], isOver: false };
    }
  }
}

async function knownCalls(day: string, { store, tenant }: BackfillPorts): Promise<Set<string>> {
  const known = await endedCalls(store, tenant, day);
  for await (const { callId } of callFolders(store, tenant, day)) known.add(callId);
  return known;
}

function planOf(calls: number, unknown: readonly CrmCall[], { minCallSec }: Settings): DayPlan {
  const toScore = unknown.filter(
    (call) => !call.missed && call.kind === "client" && call.durationSec >= minCallSec,
  );
  return {
    calls,
    known: calls - unknown.length,
    toAnnounce: unknown.length,
    toScore: toScore.length,
    minutesToScore: Math.round(toScore.reduce((sec, call) => sec + call.durationSec, 0) / 60),
  };
}

/** One after the other, a pause apart; after a long wait there is nothing to catch up on. */
function takingTurns(callsPerMinute: number, clock: Clock, signal: AbortSignal): () => Promise<void> {
  let nextAtMs = 0;
  return async () => {
    const waitMs = nextAtMs - clock.now().getTime();
    if (waitMs > 0) await wait(waitMs / 1000, clock, signal);
    nextAtMs = clock.now().getTime() + 60_000 / callsPerMinute;
  };
}

async function roomForLiveCalls(
  { queue, clock }: BackfillPorts,
  news: BackfillNews,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const [ingest, transcribe] = await Promise.all([queue.stats("ingest"), queue.stats("transcribe")]);
    // A recording that finds the recogniser busy waits as a delayed message.
    const most = Math.max(ingest.visible, transcribe.visible + transcribe.delayed);
    if (most <= ROOM) return;
    news.waits(`${most} calls are in line, and live ones are not to wait behind past ones`);
    await wait(LOOK_AGAIN_SEC, clock, signal);
  }
}

function wait(sec: number, clock: Clock, signal: AbortSignal): Promise<unknown> {
  return setTimeout(clock.realMs(sec * 1000), undefined, { signal }).catch(() => undefined);
}
