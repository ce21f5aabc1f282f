import { dayIn } from "../call.ts";
import { addDays, type Days, daysFromTo, earlier, later } from "./calendar.ts";
import { comparedPair } from "./comparisons.ts";
import type { Hours } from "./hour-rules.ts";
import { minuteIn, type Period } from "./period.ts";
import { type Items, itemsOf } from "./period-items.ts";
import type { Now, Stretch } from "./period-rule.ts";
import { blankOut, type Span, squeezed } from "./words.ts";

export interface PeriodOptions {
  now: Date;
  /** The company's. */
  timeZone: string;
  weekStartsOn?: "monday" | "sunday";
  /** Words that are people's names and no misspelt month. */
  isName?: (form: string) => boolean;
}

export interface FoundPeriod {
  period: Period;
  /** What is left of the text. */
  rest: string;
  spans: Span[];
}

/**
 * The period that a sentence names, always looking back: of what repeats it is the latest, and nothing reaches beyond now.
 * Undefined where none is named: what a missing period means is not decided here.
 */
export function findPeriod(text: string, options: PeriodOptions): FoundPeriod | undefined {
  const { items, now } = read(text, options);
  const period = periodOf(items, now);
  if (!period) return undefined;
  return { period, rest: squeezed(blankOut(text, items.spans)), spans: items.spans };
}

/** Whether the sentence names what is yet to come, so that nothing can be shown: «завтра». */
export function isAhead(text: string, options: PeriodOptions): boolean {
  const { items, now } = read(text, options);
  const isNamed = items.isFuture || items.stretches.length > 0;
  return isNamed && periodOf(items, now) === undefined;
}

function read(text: string, { now: instant, timeZone, weekStartsOn, isName = () => false }: PeriodOptions) {
  const now: Now = {
    instant,
    timeZone,
    today: dayIn(timeZone, instant),
    minute: minuteIn(timeZone, instant),
    weekStartsOn: weekStartsOn === "sunday" ? 7 : 1,
  };
  return { items: itemsOf(text, now, isName), now };
}

function periodOf(items: Items, now: Now): Period | undefined {
  const { stretches, hours, lastCalls, exclude, isFuture, zone } = items;
  if (isFuture && stretches.length === 0) return undefined;
  const rest = { ...(exclude ? { exclude } : {}), ...(zone ? { zone } : {}) };
  if (items.comparison !== undefined) {
    const [main, other] = comparedPair(stretches, items.comparison, now);
    if (!main || !other) return undefined;
    const period = { ...(withHours(plain(main, now), hours, now) ?? plain(main, now)), ...rest };
    return comparison(period, main, { ...plain(other, now), ...rest }, now);
  }
  const days = allOf(stretches, now);
  if (lastCalls !== undefined) {
    const base = days ?? { from: null, to: now.today, timeZone: now.timeZone };
    return { ...(withHours(base, hours, now) ?? base), ...rest, lastCalls };
  }
  if (days) {
    const period = withHours(days, hours, now) ?? withHours(weekEarlier(stretches, now), hours, now);
    return period && withRest(period, rest);
  }
  if (!hours) return undefined;
  // «вечером», said at noon: yesterday's is the latest one.
  const today = withHours(plain({ unit: "day", from: now.today, to: now.today }, now), hours, now);
  const yesterday = addDays(now.today, -1);
  return withRest(today ?? { ...plain({ unit: "day", from: yesterday, to: yesterday }, now), hours }, rest);
}

/** «в пятницу вечером», said on a Friday at noon, is of the one before. */
function weekEarlier([first, ...more]: readonly Stretch[], now: Now): Period | undefined {
  if (first?.unit !== "weekday" || first.from === null || more.length > 0) return undefined;
  const day = addDays(first.from, -7);
  return plain({ unit: "day", from: day, to: day }, now);
}

function withRest(period: Period, rest: Pick<Period, "exclude" | "zone">): Period {
  const ambiguous = period.ambiguous?.map((other) => ({ ...other, ...rest }));
  return { ...period, ...rest, ...(ambiguous ? { ambiguous } : {}) };
}

/** Hours of today end now; undefined when none of them has been yet. */
function withHours(period: Period | undefined, hours: Hours | undefined, now: Now): Period | undefined {
  if (!period || !hours || period.rolling) return period;
  const isToday = period.from === now.today && !period.parts;
  // A night begins the evening before or this morning: it is left whole.
  const isNight = hours.fromMinute > hours.toMinute;
  if (isToday && !isNight && hours.fromMinute >= now.minute) return undefined;
  const toMinute = isToday && !isNight ? Math.min(hours.toMinute, now.minute) : hours.toMinute;
  const ambiguous = period.ambiguous?.map((other) => ({ ...other, hours }));
  return { ...period, hours: { ...hours, toMinute }, ...(ambiguous ? { ambiguous } : {}) };
}

function plain({ from, to, rolling, exclude, others }: Stretch, now: Now): Period {
  const { timeZone } = now;
  const period: Period = { from, to, timeZone };
  if (rolling) period.rolling = rolling;
  if (exclude) period.exclude = exclude;
  if (others) period.ambiguous = others.map((days) => ({ ...days, timeZone }));
  return period;
}

/** Several stretches are one period: together where they touch, else in parts. */
function allOf(all: readonly Stretch[], now: Now): Period | undefined {
  const dated = all.filter(({ onlyWeekdays }) => !onlyWeekdays);
  if (dated.length > 0 && dated.length < all.length) {
    const period = allOf(dated, now);
    return period && withRest(period, { exclude: "weekends" });
  }
  const stretches = dated.length > 0 ? dated : all.slice(0, 1);
  const [first, ...more] = stretches;
  if (!first) return undefined;
  if (more.length === 0 && !first.parts) return plain(first, now);
  const to = stretches.map((stretch) => stretch.to).reduce(later);
  if (stretches.some(({ from }) => from === null)) return { from: null, to, timeZone: now.timeZone };
  const parts: Days[] = [];
  const inOrder = stretches
    .flatMap(({ from, to, parts }) => parts ?? [{ from: from ?? to, to }])
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  for (const days of inOrder) {
    const last = parts.at(-1);
    if (last && days.from <= addDays(last.to, 1)) last.to = later(last.to, days.to);
    else parts.push({ ...days });
  }
  const from = parts[0]?.from ?? null;
  return { from, to, timeZone: now.timeZone, ...(parts.length > 1 ? { parts } : {}) };
}

/** Half a week is compared with half a week: what is cut at now cuts the other one as well. */
function comparison(main: Period, { unit }: Stretch, other: Period, now: Now): Period {
  if (main.hours) return { ...main, comparedTo: { ...other, hours: main.hours } };
  if (main.from === null || other.from === null || main.to !== now.today)
    return { ...main, comparedTo: other };
  if (main.from === main.to && other.from === other.to && now.minute > 0) {
    const hours = { fromMinute: 0, toMinute: now.minute };
    return { ...main, hours, comparedTo: { ...other, hours } };
  }
  if (unit === "other") return { ...main, comparedTo: other };
  const to = addDays(other.from, daysFromTo(main.from, main.to) - 1);
  return { ...main, comparedTo: { ...other, to: earlier(to, other.to) } };
}
