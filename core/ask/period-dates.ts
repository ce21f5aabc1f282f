import {
  addDays,
  addMonths,
  type Days,
  dateOf,
  earlier,
  monthDays,
  monthOf,
  weekdayOf,
  yearOf,
} from "./calendar.ts";
import { type Now, oneDay, type Reading, type Rule, rule, type Stretch, untilNow } from "./period-rule.ts";
import { weekDays } from "./period-rules.ts";

const BACK: Readonly<Record<string, number>> = { this: 0, prev: 1, "prev-prev": 2 };

/** A leap day comes once in four years, in eight around 2100. */
const YEARS_TO_TRY = 9;

/** The latest one that began by today: `of` gives the days of one year, if it has them. */
function latest(of: (year: number) => Days | undefined, unit: "day" | "month", now: Now): Reading {
  const year = yearOf(now.today);
  for (let back = 0; back < YEARS_TO_TRY; back++) {
    const days = of(year - back);
    if (!days || days.from > now.today) continue;
    const reading = untilNow(unit, days, now);
    return reading === "future" ? undefined : { ...reading, nextFrom: (day) => nextOf(of, day) };
  }
  return undefined;
}

function nextOf(of: (year: number) => Days | undefined, day: string): Days {
  for (let year = yearOf(day); year < yearOf(day) + YEARS_TO_TRY; year++) {
    const days = of(year);
    if (days && days.from >= day) return days;
  }
  return { from: day, to: day };
}

const dayIn = (month: number, day: number) => (year: number) => {
  const date = dateOf(year, month, day);
  return date === undefined ? undefined : { from: date, to: date };
};

export function dayOfYear(
  day: string | undefined,
  month: string | undefined,
  year: number | undefined,
  now: Now,
) {
  const of = dayIn(Number(month), Number(day));
  if (year === undefined) return latest(of, "day", now);
  const days = of(year);
  return days && untilNow("day", days, now);
}

/** «25-го»: the latest one; a month may have no such day. */
export function dayOfSomeMonth(day: number, now: Now): Reading {
  if (day < 1 || day > 31) return undefined;
  const found = (month: string, step: 1 | -1, fits: (date: string) => boolean): string | undefined => {
    for (let steps = 0; steps < 4; steps++) {
      const first = addMonths(`${month.slice(0, 8)}01`, step * steps);
      const date = dateOf(yearOf(first), monthOf(first), day);
      if (date !== undefined && fits(date)) return date;
    }
    return undefined;
  };
  const date = found(now.today, -1, (date) => date <= now.today);
  if (date === undefined) return undefined;
  return {
    ...oneDay(date),
    nextFrom: (from) => {
      const next = found(from, 1, (date) => date >= from) ?? from;
      return { from: next, to: next };
    },
  };
}

function month(number: string | undefined, year: number | undefined, now: Now): Reading {
  const of = (year: number) => monthDays(year, Number(number));
  return year === undefined ? latest(of, "month", now) : untilNow("month", of(year), now);
}

/** The most recent one, today's included. */
function weekday(number: string | undefined, now: Now): Stretch {
  const wanted = Number(number);
  const day = addDays(now.today, -((weekdayOf(now.today) - wanted + 7) % 7));
  const nextFrom = (from: string) => {
    const next = addDays(from, (wanted - weekdayOf(from) + 7) % 7);
    return { from: next, to: next };
  };
  return { unit: "weekday", from: day, to: day, nextFrom };
}

/** By the calendar: the one of this week, of the week before; many say «прошлый» of the last one that was. */
function weekdayOfWeek(which: string | undefined, number: string | undefined, now: Now): Reading {
  const recent = weekday(number, now).from ?? now.today;
  const before = recent === now.today ? addDays(recent, -7) : recent;
  if (which === "last") return oneDay(before);
  const monday = weekDays(now, BACK[which ?? ""] ?? 0).from;
  const day = addDays(monday, (Number(number) - now.weekStartsOn + 7) % 7);
  if (which === "prev" && before !== day) return oneDay(day, [{ from: before, to: before }]);
  return untilNow("day", { from: day, to: day }, now);
}

const yearBack = (which: string | undefined, now: Now) => yearOf(now.today) - (BACK[which ?? ""] ?? 0);
const yearGiven = (year: string | undefined) => (year === undefined ? undefined : Number(year));

/** The first ten days, the second ten, and the rest. */
function thirdOf(which: string | undefined, whole: Reading, now: Now): Reading {
  if (!whole || whole === "future" || whole.from === null) return whole;
  const { from } = whole;
  const last = monthDays(yearOf(from), monthOf(from)).to;
  const days = {
    from: which === "start" ? from : addDays(from, which === "middle" ? 10 : 20),
    to: which === "end" ? last : addDays(from, which === "start" ? 9 : 19),
  };
  return untilNow("other", days, now);
}

/** A bare genitive can be a person: «звонки Марты»; «may» is a verb as well. */
const isDoubtful = (form: string | undefined) => /^(марта|мая|мае|августа|may|mar)$/.test(form ?? "");

export const dateRules: readonly Rule[] = [
  rule("P D", ([year, month, day], now) => dayOfYear(day, month, yearGiven(year), now)),
  rule("P NO M Y? year?", ([day, month, year], now) => dayOfYear(day, month, yearGiven(year), now)),
  rule("P NO M =this|prev|prev-prev year", ([day, month, which], now) =>
    dayOfYear(day, month, yearBack(which, now), now),
  ),
  rule("P M O Y?", ([month, day, year], now) => dayOfYear(day, month, yearGiven(year), now)),
  rule("P M N ,? Y?", ([month, day, year], now, tokens) => {
    const isEnglish = tokens.some(({ lemma, form }) => /^m\d/.test(lemma) && /^[a-z]/.test(form));
    return isEnglish ? dayOfYear(day, month, yearGiven(year), now) : undefined;
  }),
  rule("P O date-word?", ([day], now) => dayOfSomeMonth(Number(day), now)),
  rule("P N date-word", ([day], now) => dayOfSomeMonth(Number(day), now)),
  rule("P O this month", ([day], now) => {
    const of = dayIn(monthOf(now.today), Number(day))(yearOf(now.today));
    return of && untilNow("day", of, now);
  }),
  rule("P O prev month", ([day], now) => {
    const before = addMonths(now.today, -1);
    const of = dayIn(monthOf(before), Number(day))(yearOf(before));
    return of && untilNow("day", of, now);
  }),

  rule("P W", ([number], now) => weekday(number, now)),
  rule("P =this|prev|prev-prev|last W", ([which, number], now) => weekdayOfWeek(which, number, now)),
  rule("P W P =this|prev|prev-prev week", ([number, which], now) => {
    const day = addDays(
      weekDays(now, BACK[which ?? ""] ?? 0).from,
      (Number(number) - now.weekStartsOn + 7) % 7,
    );
    return untilNow("day", { from: day, to: day }, now);
  }),

  rule("P whole? M Y? year?", ([number, year], now, tokens) =>
    year === undefined && tokens.length === 1 && isDoubtful(tokens[0]?.form)
      ? undefined
      : month(number, yearGiven(year), now),
  ),
  rule("P M =this|prev|prev-prev year", ([number, which], now) => month(number, yearBack(which, now), now)),
  rule("P =prev|last M", ([, number], now) => {
    const recent = month(number, undefined, now);
    if (!recent || recent === "future" || recent.from === null) return recent;
    return { ...recent, others: [monthDays(yearOf(recent.from) - 1, Number(number))] };
  }),
  rule("P =start|middle|end M Y? year?", ([which, number, year], now) =>
    thirdOf(which, month(number, yearGiven(year), now), now),
  ),
  rule("P =start|middle|end =this|prev? month", ([which, back], now) => {
    const first = addMonths(`${now.today.slice(0, 8)}01`, -(BACK[back ?? ""] ?? 0));
    return thirdOf(which, { unit: "month", from: first, to: first }, now);
  }),
  rule("P A week M Y?", ([number, name, year], now) => {
    const whole = month(name, yearGiven(year), now);
    const n = Number(number);
    if (!whole || whole === "future" || whole.from === null || n < 1 || n > 5) return undefined;
    const last = monthDays(yearOf(whole.from), monthOf(whole.from)).to;
    const from = addDays(whole.from, 7 * (n - 1));
    const to = addDays(from, 6);
    return untilNow("week", { from, to: earlier(to, last) }, now);
  }),

  rule("P NA quarter Y? year?", ([number, year], now) => numbered(Number(number), 3, year, now)),
  rule("P NA half Y? year?", ([number, year], now) => numbered(Number(number), 6, year, now)),
  rule("P Y year?", ([year], now, tokens) => {
    if (tokens.length === 1) return undefined;
    return untilNow("year", monthDays(Number(year), 1, 12), now);
  }),
];

/** «3 квартал»: of the latest year in which it has begun. */
function numbered(number: number, months: 3 | 6, year: string | undefined, now: Now): Reading {
  if (number < 1 || number > 12 / months) return undefined;
  const unit = months === 3 ? "quarter" : "half";
  const of = (year: number) => monthDays(year, (number - 1) * months + 1, months);
  const days = of(year === undefined ? yearOf(now.today) : Number(year));
  if (year !== undefined || days.from <= now.today) return untilNow(unit, days, now);
  return untilNow(unit, of(yearOf(now.today) - 1), now);
}
