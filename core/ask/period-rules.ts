import {
  addDays,
  addMonths,
  type Days,
  firstOfMonth,
  monthDays,
  monthOf,
  weekdayOf,
  yearOf,
} from "./calendar.ts";
import {
  lastDays,
  type Now,
  oneDay,
  type Reading,
  type Rule,
  rule,
  type Unit,
  untilNow,
} from "./period-rule.ts";

/** Nobody asks for more, and dates end somewhere. */
const MAX_DAYS = 4000;

const BACK: Readonly<Record<string, number>> = { this: 0, prev: 1, last: 1, "prev-prev": 2 };

export const weekDays = (now: Now, weeksBack: number): Days => {
  const from = addDays(now.today, -((weekdayOf(now.today) - now.weekStartsOn + 7) % 7) - 7 * weeksBack);
  return { from, to: addDays(from, 6) };
};

/** The calendar unit around today, or one before it. */
export function calendarUnit(unit: Unit, back: number, now: Now): Days {
  const year = yearOf(now.today);
  const month = monthOf(now.today);
  if (unit === "week") return weekDays(now, back);
  if (unit === "month") return monthDays(year, month - back);
  if (unit === "quarter") return monthDays(year, month - ((month - 1) % 3) - 3 * back, 3);
  if (unit === "half") return monthDays(year, month - ((month - 1) % 6) - 6 * back, 6);
  if (unit === "year") return monthDays(year - back, 1, 12);
  return { from: addDays(now.today, -back), to: addDays(now.today, -back) };
}

export const soFar = (unit: Unit, now: Now, back = 0) => untilNow(unit, calendarUnit(unit, back, now), now);

/** «за месяц»: the last thirty days, or since the 1st. */
function rolling(unit: Unit, days: Days, now: Now, others: Days[]): Reading {
  const distinct = others.filter(({ from, to }) => from !== days.from || to !== days.to);
  return { unit, ...days, to: now.today, ...(distinct.length > 0 ? { others: distinct } : {}) };
}

const sinceStart = (unit: Unit, now: Now): Days => ({ from: calendarUnit(unit, 0, now).from, to: now.today });

function lastN(count: string | undefined, unit: string | undefined, now: Now): Reading {
  const n = Number(count);
  if (n < 1 || n > MAX_DAYS) return undefined;
  if (unit === "day") {
    if (n === 1) return oneDay(now.today, [calendarUnit("day", 1, now)]);
    const past = { from: addDays(now.today, -n), to: addDays(now.today, -1) };
    return { unit: "other", ...lastDays(now, n), others: [past] };
  }
  if (unit === "week") {
    if (n * 7 > MAX_DAYS) return undefined;
    const full = { from: weekDays(now, n).from, to: weekDays(now, 1).to };
    return rolling(n === 1 ? "week" : "other", lastDays(now, 7 * n), now, [full]);
  }
  if (n > 120) return undefined;
  const months = unit === "year" ? 12 * n : n;
  if (months === 1) return lastMonth(now, false);
  const from = addDays(addMonths(now.today, -months), 1);
  return rolling("other", { from, to: now.today }, now, [
    { from: calendarUnit("month", months, now).from, to: calendarUnit("month", 1, now).to },
  ]);
}

function lastMonth(now: Now, isLast: boolean): Reading {
  const others = [sinceStart("month", now), calendarUnit("month", 1, now)];
  return rolling("month", lastDays(now, 30), now, isLast ? others.reverse() : others);
}

function lastHours(hours: number, now: Now): Reading {
  if (hours <= 0 || hours > 24 * 60) return undefined;
  const start = new Date(now.instant.getTime() - hours * 3_600_000);
  const from = dayOfMoment(start, now);
  return {
    unit: "other",
    from,
    to: now.today,
    rolling: { from: start.toISOString(), to: now.instant.toISOString() },
  };
}

/** Reckoned on the wall clock: the days are only where to look, the moments decide. */
const dayOfMoment = (moment: Date, now: Now): string => {
  const minutesBack = (now.instant.getTime() - moment.getTime()) / 60_000;
  return addDays(now.today, -Math.ceil(Math.max(0, minutesBack - now.minute) / (24 * 60)));
};

/** Mon–Fri of a week, cut at now. */
function workWeek(back: number, now: Now): Reading {
  const monday = addDays(now.today, 1 - weekdayOf(now.today) - 7 * back);
  return untilNow("week", { from: monday, to: addDays(monday, 4) }, now);
}

function weekend(back: number, now: Now): Reading {
  const saturday = addDays(now.today, 6 - weekdayOf(now.today));
  // On Monday to Friday «these» days off are those that were.
  const last = saturday > now.today ? addDays(saturday, -7) : saturday;
  return untilNow("week", { from: addDays(last, -7 * back), to: addDays(last, 1 - 7 * back) }, now);
}

export const periodRules: readonly Rule[] = [
  rule("P today day?", (_groups, now) => oneDay(now.today)),
  rule("P whole? yesterday day?", (_groups, now) => soFar("day", now, 1)),
  rule("P before-yesterday day?", (_groups, now) => soFar("day", now, 2)),
  rule("P tomorrow day?", () => "future"),
  rule("P next week|month|quarter|year|half|weekend|w1|w2|w3|w4|w5|w6|w7", () => "future"),
  rule("N day|sutki ago", ([n], now) => (Number(n) > MAX_DAYS ? undefined : soFar("day", now, Number(n)))),
  rule("day ago", (_groups, now) => soFar("day", now, 1)),
  rule("N? week ago", ([n = "1"], now) =>
    Number(n) * 7 > MAX_DAYS
      ? undefined
      : oneDay(addDays(now.today, -7 * Number(n)), [weekDays(now, Number(n))]),
  ),
  rule("N? month ago", ([n = "1"], now) =>
    Number(n) > 120
      ? undefined
      : oneDay(addMonths(now.today, -Number(n)), [calendarUnit("month", Number(n), now)]),
  ),
  rule("za|v whole? day", (_groups, now) => oneDay(now.today, [calendarUnit("day", 1, now)])),
  rule("P last day", (_groups, now) => oneDay(now.today, [calendarUnit("day", 1, now)])),
  rule("za|v shift", (_groups, now) => oneDay(now.today, [calendarUnit("day", 1, now)])),
  rule("P last|prev? N last|prev? =day|week|month|year", ([n, unit], now) => lastN(n, unit, now)),
  rule("P last|prev? N work day", ([n], now) => {
    const count = Number(n);
    if (count < 1 || count > 300) return undefined;
    let from = now.today;
    for (let left = weekdayOf(from) > 5 ? count : count - 1; left > 0; ) {
      from = addDays(from, -1);
      if (weekdayOf(from) <= 5) left--;
    }
    return { unit: "other", from, to: now.today, exclude: "weekends" };
  }),
  rule("za|v last|prev? sutki", (_groups, now) => lastHours(24, now)),
  rule("last sutki", (_groups, now) => lastHours(24, now)),
  rule("P last|prev? N last? sutki", ([n], now) => lastHours(24 * Number(n), now)),
  rule("za|v last|prev? N last? hour", ([n], now) => lastHours(Number(n), now)),
  rule("last|prev N hour", ([n], now) => lastHours(Number(n), now)),
  rule("za last|prev? hour", (_groups, now) => lastHours(1, now)),
  rule("za last|prev? N minute", ([n], now) => lastHours(Number(n) / 60, now)),

  rule("za|v|through? last? whole? week|weekly", (_groups, now) => lastN("1", "week", now)),
  rule("last week", (_groups, now) => lastN("1", "week", now)),
  rule("na last week", (_groups, now) => lastN("1", "week", now)),
  rule("na week", (_groups, now) => soFar("week", now)),
  rule("P =this|prev|prev-prev week|weekly", ([which = ""], now) => soFar("week", now, BACK[which])),
  rule("P =this|prev|prev-prev|last? work week", ([which = "this"], now) => workWeek(BACK[which] ?? 0, now)),
  rule("P =this|prev|prev-prev weekdays", ([which = ""], now) => workWeek(BACK[which] ?? 0, now)),
  rule("P weekdays", (_groups, now) => {
    const week = workWeek(0, now);
    return week && week !== "future" ? { ...week, onlyWeekdays: true } : week;
  }),
  rule("P =this|prev|prev-prev|last? weekend", ([which], now) => {
    const isNow = weekdayOf(now.today) > 5 && which?.startsWith("prev");
    return weekend((isNow ? 1 : 0) + (which === "prev-prev" ? 1 : 0), now);
  }),
  rule("P last|prev? off-day", (_groups, now) => {
    const days = weekend(0, now);
    return days === "future" || !days ? days : oneDay(days.to);
  }),

  rule("za|v|through? whole? month|monthly", (_groups, now) => lastMonth(now, false)),
  rule("P last month", (_groups, now) => lastMonth(now, true)),
  rule("P =this|prev|prev-prev month", ([which = ""], now) => soFar("month", now, BACK[which])),
  rule("za|v|through? whole? quarter|quarterly", (_groups, now) =>
    rolling("quarter", sinceStart("quarter", now), now, [calendarUnit("quarter", 1, now)]),
  ),
  rule("P =this|prev|prev-prev|last quarter", ([which = ""], now) => soFar("quarter", now, BACK[which])),
  rule("P =this|prev|prev-prev half", ([which = ""], now) => soFar("half", now, BACK[which])),
  rule("P last|prev? half-year", (_groups, now) =>
    rolling("half", { from: addDays(addMonths(now.today, -6), 1), to: now.today }, now, [
      sinceStart("half", now),
      calendarUnit("half", 1, now),
    ]),
  ),
  rule("za whole? year", (_groups, now) => lastYear(now)),
  rule("P last year", (_groups, now) => lastYear(now)),
  rule("P =this|prev|prev-prev year", ([which = ""], now) => soFar("year", now, BACK[which])),
  rule("since|ot start this? =day|week|month|quarter|half|year", ([unit], now) => ({
    ...sinceStart(unit as Unit, now),
    unit: "other",
  })),
  rule("P all|whole time", (_groups, now) => ({ unit: "other", from: null, to: now.today })),
];

function lastYear(now: Now): Reading {
  const from = addDays(addMonths(now.today, -12), 1);
  return rolling("year", { from, to: now.today }, now, [
    { from: firstOfMonth(yearOf(now.today), 1), to: now.today },
    calendarUnit("year", 1, now),
  ]);
}
