import { sweepKey } from "../../core/bucket-layout.ts";
import { dayIn, dayOfCall } from "../../core/call.ts";
import { callFolders, endedCalls } from "../../core/call-folders.ts";
import type { Clock } from "../../core/clock.ts";
import { daysBetween } from "../../core/days.ts";
import { isOwnError } from "../../core/errors.ts";
import type { Crm } from "../../core/ports/crm.ts";
import type { QueueAdmin, QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { retentionOf } from "../../core/removal.ts";
import type { Settings } from "../../core/settings.ts";
import { writeJson } from "../../core/store-json.ts";
import { type RetentionCounts, removeExpired } from "./retention.ts";
import { healCall, heldStages, type Standing } from "./standing-still.ts";
import { clockSince, daysFetchedSince, isTrusted, readSweepState, type SweepState } from "./sweep-state.ts";
import { announceUnknown } from "./sweep-statistics.ts";
import { announceNewUploads } from "./uploads.ts";

export interface SweepPorts {
  store: Store;
  queue: QueueSender & Pick<QueueAdmin, "stats">;
  clock: Clock;
  tenant: string;
  /** How often the sweep is run. */
  everySec: number;
  crm(): Promise<Crm>;
  /** Rows that the CRM sent unasked since this was called last. */
  takeDroppedRows(): number;
  settingsOf(tenant: string): Promise<Settings>;
}

/** `removals_held` is 1 while nothing is removed because the clock has leapt: for a day. */
type RemovalCounts = RetentionCounts & { removals_held: 1 };

export interface SweepReport {
  counts: {
    /** Calls in the statistics that were read, those of them that nobody knew, and rows that were not asked for. */
    listed: number;
    found: number;
    dropped: number;
    /** Announced again, or not because their stage is better left alone, or given up after three times. */
    again: number;
    held: number;
    stuck: number;
    unreadable: number;
    uploads: number;
  } & Partial<RemovalCounts>;
  /** Why the CRM's statistics could not be read, or what is kept no longer not removed; all else was done. */
  error?: unknown;
}

const WINDOW_SEC = 48 * 3600;
const RECENT_SEC = 3 * 3600;
/** Looking through the whole window may take up to a tenth of the time, so that the portal's allowance is left to live calls. */
const REST_PER_WINDOW = 10;
/** A schedule may be this much early. */
const EARLY_SHARE = 0.1;
const SHOWN_STUCK = 20;

/**
 * Finds calls whose notice was lost, calls that a crash has left standing, and files that no notification announced.
 *
 *     the CRM's statistics → call.ended; a call that stands still → whatever it was announced by last
 *
 * Safe to run twice, also at once: a conditional write decides who announces a call, and every stage finds what it did before.
 * What needs the CRM comes late, so that no call waits for it; last is what is kept no longer.
 */
export async function sweep(ports: SweepPorts, signal?: AbortSignal): Promise<SweepReport> {
  const { store, clock, tenant } = ports;
  const startedAt = clock.now();
  const before = await readSweepState(store, tenant);
  const isWhole = isWholeDue(before, startedAt, ports.everySec);
  const period = { from: secondsBefore(startedAt, isWhole ? WINDOW_SEC : RECENT_SEC), to: startedAt };
  const settings = await ports.settingsOf(tenant);
  const { timeZone } = settings;

  const days = daysBetween(dayIn(timeZone, period.from), dayIn(timeZone, startedAt));
  const fetched = isWhole ? await daysFetchedSince(period.from, store, tenant) : [];
  const healed = await healDays([...new Set([...days, ...fetched])], ports, signal);
  const uploads = await announceNewUploads(ports);
  const statistics = await readStatistics(period, healed.isKnown, timeZone, ports, signal);

  const tookSec = (clock.now().getTime() - startedAt.getTime()) / 1000;
  const since = clockSince(before, startedAt);
  const removed = await removeOnTime(since, startedAt, settings, ports, signal);
  const error = statistics.error ?? ("error" in removed ? removed.error : undefined);
  const isCounted = isWhole && !signal?.aborted;
  // Of days that were not looked at, what is known of them stays.
  const stuckBefore = (before?.stuck ?? []).filter((callId) => !days.includes(dayOfCall(callId)));
  const stuckElsewhere = isWhole ? [] : stuckBefore;
  const report: SweepReport = {
    counts: {
      listed: statistics.listed,
      found: statistics.found,
      dropped: ports.takeDroppedRows(),
      again: healed.counts.again,
      held: healed.counts.held,
      stuck: healed.counts.stuck + stuckElsewhere.length,
      unreadable: healed.counts.unreadable + uploads.unreadable,
      uploads: uploads.announced,
      ...removed.counts,
    },
    ...(error === undefined ? {} : { error }),
  };
  await writeJson(store, sweepKey(tenant), {
    lastAt: startedAt.toISOString(),
    lastWholeAt: isCounted ? startedAt.toISOString() : (before?.lastWholeAt ?? null),
    clockSince: since,
    wholeTookSec: isCounted ? tookSec : (before?.wholeTookSec ?? 0),
    problem: isOwnError(statistics.error)
      ? statistics.error.code
      : statistics.error === undefined
        ? null
        : "unknown",
    counts: report.counts,
    stuck: [...healed.stuck, ...stuckElsewhere].slice(0, SHOWN_STUCK),
  } satisfies SweepState);
  return report;
}

/** Removes what is kept no longer, unless the clock has leapt: then what is due is only said to be held. */
async function removeOnTime(
  since: string,
  now: Date,
  settings: Settings,
  ports: SweepPorts,
  signal?: AbortSignal,
): Promise<{ counts: Partial<RemovalCounts> | undefined; error?: unknown }> {
  try {
    if (!isTrusted(since, now))
      return { counts: retentionOf(settings).audioDays === null ? undefined : { removals_held: 1 } };
    return { counts: await removeExpired(ports, settings, signal) };
  } catch (error) {
    return { counts: undefined, error };
  }
}

/** A large portal has hundreds of pages and thousands of folders in two days: those are looked through less often, and in between only the last hours. */
function isWholeDue(before: SweepState | undefined, now: Date, everySec: number): boolean {
  if (!before || before.lastWholeAt === null) return true;
  const sinceSec = (now.getTime() - Date.parse(before.lastWholeAt)) / 1000;
  return sinceSec >= Math.max(everySec * (1 - EARLY_SHARE), REST_PER_WINDOW * before.wholeTookSec);
}

/**
 * Goes through the calls of the days; those that are known at all are not announced for being unknown. Which calls of a day have ended is listed once somebody
 * needs to know: in a time without calls the lists would be most of what a sweep costs.
 */
async function healDays(days: readonly string[], ports: SweepPorts, signal?: AbortSignal) {
  const { store, tenant } = ports;
  const known = new Set<string>();
  const counts: Record<Standing, number> = {
    moves: 0,
    waits: 0,
    again: 0,
    held: 0,
    stuck: 0,
    unreadable: 0,
    elsewhere: 0,
    nothing: 0,
  };
  const stuck: string[] = [];
  const listed = new Map<string, Promise<ReadonlySet<string>>>();
  const hasEnded = async (callId: string) => {
    const day = dayOfCall(callId);
    const ended = listed.get(day) ?? endedCalls(store, tenant, day);
    listed.set(day, ended);
    return (await ended).has(callId);
  };
  const held = await heldStages(ports);
  for (const day of days) {
    for await (const folder of callFolders(store, tenant, day)) {
      if (signal?.aborted) break;
      if (await hasEnded(folder.callId)) continue;
      const standing = await healCall(folder, held, ports);
      counts[standing] += 1;
      // Without a record there is nothing to announce it by: the statistics may have the call.
      if (standing !== "nothing") known.add(folder.callId);
      if (standing === "stuck" && stuck.length < SHOWN_STUCK) stuck.push(folder.callId);
    }
  }
  const isKnown = async (callId: string) => known.has(callId) || hasEnded(callId);
  return { isKnown, counts, stuck };
}

async function readStatistics(
  period: { from: Date; to: Date },
  isKnown: (callId: string) => Promise<boolean>,
  timeZone: string,
  ports: SweepPorts,
  signal?: AbortSignal,
): Promise<{ listed: number; found: number; error?: unknown }> {
  const counts = { listed: 0, found: 0 };
  try {
    const crm = await ports.crm();
    await announceUnknown(period, isKnown, timeZone, { ...ports, crm, signal, counts });
    return counts;
  } catch (error) {
    return { ...counts, error };
  }
}

function secondsBefore(moment: Date, sec: number): Date {
  return new Date(moment.getTime() - sec * 1000);
}
