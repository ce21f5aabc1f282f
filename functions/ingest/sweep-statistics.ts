import type { Clock } from "../../core/clock.ts";
import type { Crm, CrmCall } from "../../core/ports/crm.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { announceCall, idOfCrmCall } from "./sweep-announce.ts";

interface StatisticsPorts {
  store: Store;
  queue: QueueSender;
  clock: Clock;
  tenant: string;
}

export interface Period {
  from: Date;
  to: Date;
}

/** The CRM is asked for so much at once. */
const SLICE_SEC = 86_400;
/**
 * A call that was passed on has several rows, and its start, and so its id, is that of the first. Rows are read from so
 * much earlier on, so that no call is taken for one that began later.
 */
const LEAD_SEC = 3600;
/** A call that has only just ended is left to the notice, which is on its way. */
const SETTLED_SEC = 60;

/** The calls that began in the period, the latest day first: what was lost just now is found before what was lost yesterday. */
export async function* callsOf(
  crm: Crm,
  { from, to }: Period,
  signal?: AbortSignal,
): AsyncGenerator<CrmCall> {
  for (let end = to.getTime(); end > from.getTime(); end -= SLICE_SEC * 1000) {
    const begin = Math.max(from.getTime(), end - SLICE_SEC * 1000);
    const asked = { from: new Date(begin - LEAD_SEC * 1000), to: new Date(end) };
    for await (const call of untilAborted(crm.listCalls(asked), signal)) {
      if (Date.parse(call.startedAt) >= begin) yield call;
    }
  }
}

/** Announces every call of the period that is over and that nobody knows. */
export async function announceUnknown(
  period: Period,
  isKnown: (callId: string) => Promise<boolean>,
  timeZone: string,
  {
    crm,
    signal,
    counts,
    ...ports
  }: StatisticsPorts & {
    crm: Crm;
    signal?: AbortSignal | undefined;
    /** Counted up as it goes, so that what was found counts even if the CRM then fails. */
    counts: { listed: number; found: number };
  },
): Promise<void> {
  for await (const call of callsOf(crm, period, signal)) {
    counts.listed += 1;
    const endedAt = Date.parse(call.startedAt) + call.durationSec * 1000;
    if (endedAt + SETTLED_SEC * 1000 > ports.clock.now().getTime()) continue;
    if (await isKnown(idOfCrmCall(call, timeZone))) continue;
    if (await announceCall(call, timeZone, ports)) counts.found += 1;
  }
}

/** Ends early when the signal is aborted, also while the next item is being waited for, which a slow vendor can make long. */
async function* untilAborted<Item>(items: AsyncIterable<Item>, signal?: AbortSignal): AsyncGenerator<Item> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  if (signal?.aborted) return;
  signal?.addEventListener("abort", abort, { once: true });
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      const result = await Promise.race([next, aborted]);
      if (signal?.aborted || !result) {
        // Whatever becomes of it, nobody waits for it any more.
        next.catch(() => undefined);
        return;
      }
      if (result.done) return;
      yield result.value;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    iterator.return?.().catch(() => undefined);
  }
}
