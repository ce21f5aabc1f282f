import { dayIn } from "../call.ts";
import { type Days, weekdayOf } from "./calendar.ts";

/** Which calls by their time. Complete: what is shown to the person who asked follows from it. */
export interface Period {
  /** First day, in `timeZone`; null: from the first call on. */
  from: string | null;
  /** Last day, included, never in the future. */
  to: string;
  /** The company's: days begin and end by it. */
  timeZone: string;
  /** Only these of the days between, where the asked ones do not follow each other. */
  parts?: Days[];
  /** Minutes of each day, the end not included, in `zone` where one was named. `fromMinute` above `toMinute` goes over midnight. */
  hours?: { fromMinute: number; toMinute: number };
  /** To the moment, not by days: «за последние сутки». ISO 8601. */
  rolling?: { from: string; to: string };
  /** A count and no dates: «последние 10 звонков». */
  lastCalls?: number;
  exclude?: "weekends";
  /** The zone that was named, for the hours and for the echo. */
  zone?: { said: string; timeZone: string };
  /** What the period is compared with. */
  comparedTo?: Period;
  /** Other readings of the same words, the likeliest first: for buttons. */
  ambiguous?: Period[];
}

/** Whether a call of this moment belongs to the period; `lastCalls` is left to whoever has the calls. */
export function isInPeriod(period: Period, moment: Date): boolean {
  const { from, to, timeZone, parts, hours, rolling, exclude, zone } = period;
  if (rolling) return moment >= new Date(rolling.from) && moment <= new Date(rolling.to);
  const day = dayIn(timeZone, moment);
  if ((from !== null && day < from) || day > to) return false;
  if (parts && !parts.some((part) => day >= part.from && day <= part.to)) return false;
  if (exclude === "weekends" && weekdayOf(day) > 5) return false;
  if (!hours) return true;
  const minute = minuteIn(zone?.timeZone ?? timeZone, moment);
  return hours.fromMinute < hours.toMinute
    ? minute >= hours.fromMinute && minute < hours.toMinute
    : minute >= hours.fromMinute || minute < hours.toMinute;
}

/** Minutes since midnight on a wall clock of the zone. */
export function minuteIn(timeZone: string, moment: Date): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(moment);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return number("hour") * 60 + number("minute");
}
