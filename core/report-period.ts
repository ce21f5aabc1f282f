import {
  addDays,
  daysFromTo,
  firstOfMonth,
  lastOfMonth,
  monthOf,
  weekdayOf,
  yearOf,
} from "./ask/calendar.ts";
import type { ReportPeriod } from "./report.ts";

/** The periods that reports are made of: a day, a week from Monday, a month, or any stretch of days. */

export const dayPeriod = (day: string): ReportPeriod => ({ kind: "day", from: day, to: day });

export const rangePeriod = (from: string, to: string): ReportPeriod => ({ kind: "range", from, to });

/** The week that the day stands in. */
export function weekPeriod(day: string): ReportPeriod {
  const from = addDays(day, 1 - weekdayOf(day));
  return { kind: "week", from, to: addDays(from, 6) };
}

/** The month that the day stands in. */
export function monthPeriod(day: string): ReportPeriod {
  const [year, month] = [yearOf(day), monthOf(day)];
  return { kind: "month", from: firstOfMonth(year, month), to: lastOfMonth(year, month) };
}

/** Its folder under `reports/`: `2026-11-20`, `2026-W47`, `2026-11` or `2026-11-01_2026-11-19`. */
export function periodName({ kind, from, to }: ReportPeriod): string {
  switch (kind) {
    case "day":
      return from;
    case "week":
      return weekName(from);
    case "month":
      return from.slice(0, 7);
    case "range":
      return `${from}_${to}`;
  }
}

/** The days of an ISO week or of a month as people write them; undefined when there is none of that name. */
export function readPeriodName(name: string): ReportPeriod | undefined {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  if (year !== undefined && month !== undefined) return monthPeriod(`${year}-${month}-01`);
  const [, weekYear, week] = /^(\d{4})-W(\d{2})$/i.exec(name) ?? [];
  if (weekYear === undefined) return undefined;
  // ISO 8601: the week with the 4th of January is the first one of its year.
  const first = weekPeriod(`${weekYear}-01-04`);
  const found = weekPeriod(addDays(first.from, (Number(week) - 1) * 7));
  return periodName(found) === name.toUpperCase() ? found : undefined;
}

/** ISO 8601: the year of a week is that of its Thursday. */
function weekName(monday: string): string {
  const year = yearOf(addDays(monday, 3));
  const first = weekPeriod(`${year}-01-04`);
  const week = Math.round((daysFromTo(first.from, monday) - 1) / 7) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** The period of its kind right before it; of a stretch of days, as many days. */
export function periodBefore(period: ReportPeriod): ReportPeriod {
  const last = addDays(period.from, -1);
  switch (period.kind) {
    case "day":
      return dayPeriod(last);
    case "week":
      return weekPeriod(last);
    case "month":
      return monthPeriod(last);
    case "range":
      return rangePeriod(addDays(period.from, -daysFromTo(period.from, period.to)), last);
  }
}

const TREND_DAYS = { day: 14, week: 28, month: 28, range: 28 };

/** The first day of the trend: all of the period, and enough before a short one to see where it goes. */
export function trendFrom({ kind, from, to }: ReportPeriod): string {
  const enough = addDays(to, 1 - TREND_DAYS[kind]);
  return enough < from ? enough : from;
}
