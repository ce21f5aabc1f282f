import { dayIn } from "./call.ts";

/** Days are written `yyyy-mm-dd` and belong to a time zone. */

const DAY_MS = 86_400_000;

/** Every day from the first to the last, both included; none when the first is after the last. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${first}T12:00:00Z`); at <= Date.parse(`${last}T12:00:00Z`); at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** Zones are at most 14 hours off. */
const FARTHEST_ZONE_SEC = 15 * 3600;

/** The first second of a day. It is looked for, not reckoned: where clocks change at midnight, a day does not begin at 00:00. */
export function startOfDay(timeZone: string, day: string): Date {
  const midnightSec = Date.parse(`${day}T00:00:00Z`) / 1000;
  let before = midnightSec - FARTHEST_ZONE_SEC;
  let within = midnightSec + FARTHEST_ZONE_SEC;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dayIn(timeZone, new Date(middle * 1000)) < day) before = middle;
    else within = middle;
  }
  return new Date(within * 1000);
}
