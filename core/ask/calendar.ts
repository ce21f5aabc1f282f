/** Reckoning with calendar days, written `yyyy-mm-dd`; no clock and no zone in it. */

const DAY_MS = 86_400_000;
const msOf = (day: string) => Date.parse(`${day}T12:00:00Z`);
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string => dayOf(msOf(day) + days * DAY_MS);

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => new Date(msOf(day)).getUTCDay() || 7;

export const daysFromTo = (from: string, to: string): number =>
  Math.round((msOf(to) - msOf(from)) / DAY_MS) + 1;

/** Days sort as texts. */
export const earlier = (one: string, other: string): string => (one < other ? one : other);
export const later = (one: string, other: string): string => (one > other ? one : other);

export const yearOf = (day: string): number => Number(day.slice(0, 4));
export const monthOf = (day: string): number => Number(day.slice(5, 7));

export function dateOf(year: number, month: number, day: number): string | undefined {
  const written = `${year}-${two(month)}-${two(day)}`;
  const ms = msOf(written);
  // The 31st of a month with 30 days is no day, though `Date` takes it for the next one's first.
  return !Number.isNaN(ms) && dayOf(ms) === written ? written : undefined;
}

const two = (number: number) => String(number).padStart(2, "0");

export const firstOfMonth = (year: number, month: number): string => {
  const months = year * 12 + month - 1;
  return `${Math.floor(months / 12)}-${two((months % 12) + 1)}-01`;
};
export const lastOfMonth = (year: number, month: number): string =>
  addDays(firstOfMonth(year, month + 1), -1);

/** The same day of another month, or its last one where it is shorter. */
export function addMonths(day: string, months: number): string {
  const first = firstOfMonth(yearOf(day), monthOf(day) + months);
  const last = lastOfMonth(yearOf(first), monthOf(first));
  const same = `${first.slice(0, 8)}${day.slice(8)}`;
  return same > last ? last : same;
}

export interface Days {
  from: string;
  to: string;
}

export const monthDays = (year: number, month: number, months = 1): Days => ({
  from: firstOfMonth(year, month),
  to: lastOfMonth(year, month + months - 1),
});
