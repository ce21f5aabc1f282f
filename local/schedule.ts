import { addDays } from "../core/ask/calendar.ts";
import { digestSentKey, indexDayPrefix } from "../core/bucket-layout.ts";
import { dayIn } from "../core/call.ts";
import { daysBetween } from "../core/days.ts";
import { digestsDue, digestTimes, nextDigestAt } from "../core/digest-schedule.ts";
import type { QueueSender } from "../core/ports/queue.ts";
import type { Store } from "../core/ports/store.ts";
import type { ReportPeriod } from "../core/report.ts";
import { dayPeriod, periodName } from "../core/report-period.ts";
import type { Settings } from "../core/settings.ts";
import { exists } from "../core/store-json.ts";
import { digestDue } from "../events/digest-due.ts";
import { publish } from "../functions/run-stage.ts";

interface ScheduleOptions {
  store: Store;
  queue: QueueSender;
  tenant: string;
  settings: Settings;
  onError(error: unknown): void;
  now?(): Date;
}

/** How long ago a digest that was missed may have been due: the service was off from Friday evening to Monday morning. */
const MISSED_SEC = 3 * 86_400;
/** A timer may go off a little before its time. */
const EARLY_MS = 999;
/** A service that has heard nothing for so many days is a new one. */
const FIRST_DAYS = 7;

/** Announces digests at their time in the tenant's time zone; those missed while the service was down follow at the start. */
export async function startSchedule(
  options: ScheduleOptions,
): Promise<{ stop(): void; nextDigestAt: Date | null }> {
  const { settings, onError, now = () => new Date() } = options;
  const startedAt = now();
  let announcedUntil = startedAt;
  const times = digestTimes(settings, () => {
    const until = new Date(now().getTime() + EARLY_MS);
    const due = digestsDue(settings, announcedUntil, until);
    announcedUntil = until;
    const today = dayIn(settings.timeZone, until);
    Promise.all(due.map(({ period }) => announceDue(period, today, options))).catch(onError);
  });
  // Oldest first, so that each counts the late calls of those before it.
  const since = new Date(startedAt.getTime() - MISSED_SEC * 1000);
  for (const { period } of digestsDue(settings, since, startedAt)) await announceMissed(period, options);
  times.resume();
  return { stop: () => times.stop(), nextDigestAt: nextDigestAt(settings, startedAt) };
}

/**
 * A digest of the morning is about the day before. On the first day of all there is no day before: it is about what has been heard so far. A week or a month in
 * which nothing was heard is no news.
 */
async function announceDue(period: ReportPeriod, today: string, options: ScheduleOptions): Promise<void> {
  if (period.kind !== "day") return announceHeard(period, options);
  const isFirstDay =
    period.to < today && !(await wasHeard(addDays(period.to, -FIRST_DAYS), period.to, options));
  return announce(isFirstDay ? dayPeriod(today) : period, options);
}

async function announceMissed(period: ReportPeriod, options: ScheduleOptions): Promise<void> {
  const { store, tenant } = options;
  if (await exists(store, digestSentKey(tenant, periodName(period), "telegram"))) return;
  // Nothing was heard in that time, so nothing was missed: a fresh start sends no empty digest.
  return announceHeard(period, options);
}

async function announceHeard(period: ReportPeriod, options: ScheduleOptions): Promise<void> {
  if (await wasHeard(period.from, period.to, options)) await announce(period, options);
}

/** Whether any call of these days has come to an end. */
async function wasHeard(from: string, to: string, { store, tenant }: ScheduleOptions): Promise<boolean> {
  for (const day of daysBetween(from, to)) {
    for await (const _row of store.list(indexDayPrefix(tenant, day))) return true;
  }
  return false;
}

async function announce(
  period: ReportPeriod,
  { queue, tenant, now = () => new Date() }: ScheduleOptions,
): Promise<void> {
  await publish([digestDue({ tenant, period, time: now() })], queue);
}
