import { Cron } from "croner";
import { addDays, weekdayOf } from "./ask/calendar.ts";
import { dayIn } from "./call.ts";
import type { ReportPeriod } from "./report.ts";
import { dayPeriod, monthPeriod, weekPeriod } from "./report-period.ts";
import type { Settings } from "./settings.ts";

/** Which digests are due when. Pure: whoever has a clock asks, whether it ticks here or in a cloud. */

type ScheduleSettings = Pick<Settings, "timeZone" | "digestAt" | "digests">;

export interface DueDigest {
  at: Date;
  period: ReportPeriod;
}

/** Every digest whose time has come after the first moment and not after the second, in the order in which they are due. */
export function digestsDue(settings: ScheduleSettings, after: Date, until: Date): DueDigest[] {
  const due: DueDigest[] = [];
  const times = digestTimes(settings);
  for (let at = times.nextRun(after); at !== null && at <= until; at = times.nextRun(at)) {
    const moment = at;
    due.push(
      ...periodsDueOn(settings, dayIn(settings.timeZone, at)).map((period) => ({ at: moment, period })),
    );
  }
  return due;
}

/** Long enough for any digest that is sent at all. */
const MAX_DAYS = 32;

/** Null when no digest is wanted. */
export function nextDigestAt(settings: ScheduleSettings, after: Date): Date | null {
  const times = digestTimes(settings);
  let at = times.nextRun(after);
  for (let days = 0; at !== null && days < MAX_DAYS; days++) {
    if (periodsDueOn(settings, dayIn(settings.timeZone, at)).length > 0) return at;
    at = times.nextRun(at);
  }
  return null;
}

/** The wall clock at `digestAt`, across changes of the clock. */
export function digestTimes({ timeZone, digestAt }: ScheduleSettings, onTime?: () => void): Cron {
  const [hour, minute] = digestAt.split(":").map(Number);
  const options = { timezone: timeZone, paused: true };
  return onTime
    ? new Cron(`0 ${minute} ${hour} * * *`, options, onTime)
    : new Cron(`0 ${minute} ${hour} * * *`, options);
}

function periodsDueOn({ digestAt, digests }: ScheduleSettings, today: string): ReportPeriod[] {
  const yesterday = addDays(today, -1);
  // In the morning the day has only just begun: there is nothing to say about it.
  const day = digestAt < "12:00" ? yesterday : today;
  return [
    ...(digests.includes("day") ? [dayPeriod(day)] : []),
    ...(digests.includes("week") && weekdayOf(today) === 1 ? [weekPeriod(yesterday)] : []),
    ...(digests.includes("month") && today.endsWith("-01") ? [monthPeriod(yesterday)] : []),
  ];
}
