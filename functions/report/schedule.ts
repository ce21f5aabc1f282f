import { addDays } from "../../core/ask/calendar.ts";
import { digestSentKey, indexDayPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { daysBetween } from "../../core/days.ts";
import { type DueDigest, digestsDue } from "../../core/digest-schedule.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import type { ReportPeriod } from "../../core/report.ts";
import { dayPeriod, periodName } from "../../core/report-period.ts";
import type { Settings } from "../../core/settings.ts";
import { exists } from "../../core/store-json.ts";
import { digestDue } from "../../events/digest-due.ts";
import { publish } from "../run-stage.ts";
import { announceAfter, isNoted, noteAnnounced, readScheduleState } from "./schedule-state.ts";

export interface SchedulePorts {
  store: Store;
  queue: QueueSender;
  clock: Clock;
  tenant: string;
  settingsOf(tenant: string): Promise<Settings>;
}

/** A timer may go off a little before its time. */
const EARLY_MS = 999;
/** A digest that is later than this was missed: the service was off at its time. */
const LATE_MS = 3_600_000;
/** A service that has heard nothing for so many days is a new one. */
const FIRST_DAYS = 7;

/**
 * Announces the digests whose time has come since it ran last, at `digestAt` in the tenant's time zone, oldest first, so that each counts the
 * late calls of those before it.
 *
 *     the clock → digest.due
 *
 * Safe to run twice, also at once: how far it came is noted after the announcement, and a digest that is announced again is not sent again.
 */
export async function announceDigests(ports: SchedulePorts) {
  const { store, queue, clock, tenant } = ports;
  const settings = await ports.settingsOf(tenant);
  const now = clock.now();
  const until = new Date(now.getTime() + EARLY_MS);
  const state = await readScheduleState(store, tenant, now);
  const counts = { due: 0, announced: 0 };
  for (const due of digestsDue(settings, announceAfter(state, settings, now), until)) {
    counts.due += 1;
    const period = await periodOf(due, now, settings, ports);
    if (!period) continue;
    await publish([digestDue({ tenant, period, time: now })], queue);
    counts.announced += 1;
  }
  // It runs every few minutes, and a write costs more than everything else it does.
  if (counts.due > 0 || !isNoted(state, settings)) await noteAnnounced(until, state, settings, store, tenant);
  return { counts };
}

/**
 * What the digest is about; undefined when there is none. One of the morning is about the day before; on the first day of all there is no day before, and
 * it is about what has been heard so far. A week or a month in which nothing was heard is no news, nor is a day whose digest was missed.
 */
async function periodOf(
  { at, period }: DueDigest,
  now: Date,
  { timeZone }: Settings,
  ports: SchedulePorts,
): Promise<ReportPeriod | undefined> {
  if (await exists(ports.store, digestSentKey(ports.tenant, periodName(period), "telegram")))
    return undefined;
  const isOnTime = now.getTime() - at.getTime() <= LATE_MS;
  if (period.kind !== "day" || !isOnTime)
    return (await wasHeard(period.from, period.to, ports)) ? period : undefined;
  const today = dayIn(timeZone, at);
  const isFirstDay =
    period.to < today && !(await wasHeard(addDays(period.to, -FIRST_DAYS), period.to, ports));
  return isFirstDay ? dayPeriod(today) : period;
}

/** Whether any call of these days has come to an end. */
async function wasHeard(from: string, to: string, { store, tenant }: SchedulePorts): Promise<boolean> {
  for (const day of daysBetween(from, to)) {
    for await (const _row of store.list(indexDayPrefix(tenant, day))) return true;
  }
  return false;
}
