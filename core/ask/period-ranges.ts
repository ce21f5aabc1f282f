import {
  addDays,
  addMonths,
  type Days,
  dateOf,
  daysFromTo,
  later,
  monthDays,
  monthOf,
  yearOf,
} from "./calendar.ts";
import { dateRules, dayOfSomeMonth, dayOfYear } from "./period-dates.ts";
import { type Now, patternOf, type Reading, type Rule, rule, type Stretch, untilNow } from "./period-rule.ts";
import { periodRules } from "./period-rules.ts";
import type { Token } from "./period-tokens.ts";

/** The days between two readings, the ends put in order and cut at now. */
export function between(first: Reading, last: Reading, now: Now): Reading {
  if (!first || !last || first === "future") return first === "future" ? "future" : undefined;
  // «за месяц по будням» has no second end.
  if (last !== "future" && last.onlyWeekdays) return undefined;
  // «с понедельника по завтра»
  if (last === "future") return { unit: "other", from: first.from, to: now.today };
  if (first.from === null || last.from === null)
    return { unit: "other", from: null, to: later(first.to, last.to) };
  const { nextFrom } = last;
  const from = first.from;
  if (nextFrom && first.nextFrom) return bothRecurring(first, { ...last, nextFrom }, now);
  if (nextFrom) return ordered(from, nextFrom(from).to, now);
  if (first.nextFrom && from > last.to) return ordered(yearEarlier(from, last.to), last.to, now);
  return ordered(from, last.to, now, last.from, first.to);
}

function bothRecurring(
  first: Stretch,
  last: Required<Pick<Stretch, "nextFrom">> & Stretch,
  now: Now,
): Reading {
  const from = first.from ?? now.today;
  const next = last.nextFrom(from);
  const isAhead = next.from > now.today;
  if (!isAhead) return ordered(from, next.to, now);
  if (first.unit === "weekday") {
    // «с пятницы по понедельник», said on a Friday: the ones that were.
    return ordered(
      from === now.today ? addDays(from, -7) : from,
      from === now.today ? addDays(next.to, -7) : next.to,
      now,
    );
  }
  if (yearOf(next.from) > yearOf(from)) {
    // «с 3 ноября по 28 октября» is a slip rather than a year.
    const start = addMonths(from, -12);
    return daysFromTo(start, last.to) > 183
      ? ordered(last.from ?? from, first.to, now)
      : ordered(start, last.to, now);
  }
  return ordered(from, next.to, now);
}

const yearEarlier = (day: string, than: string) =>
  addMonths(day, -12 * Math.max(1, Math.ceil((daysFromTo(than, day) - 1) / 366)));

function ordered(from: string, to: string, now: Now, otherFrom = to, otherTo = from): Reading {
  return from <= to
    ? untilNow("other", { from, to }, now)
    : untilNow("other", { from: otherFrom, to: otherTo }, now);
}

/** Ends without a name of their own: the month comes after the second, or not at all. */
const bareRanges: readonly Rule[] = [
  rule("P? since|ot? NO through|until|- NO M Y? year?", ([first, last, month, year], now) =>
    between(
      dayOfYear(first, month, year === undefined ? undefined : Number(year), now),
      dayOfYear(last, month, year === undefined ? undefined : Number(year), now),
      now,
    ),
  ),
  rule("since|ot NO through|until|- NO date-word", bareDays),
  rule("since NO through NO date-word?", bareDays),
  rule("ot NO through|until NO", bareDays),
  rule("since O through|until|- NO", bareDays),
  rule("since N until N", bareDays),
  rule("NO - O date-word?", bareDays),
  rule("N - N date-word", bareDays),
  rule("P NO and|, NO M Y? year?", ([one, two, ...month], now) => listed([one, two], month, now)),
  rule("P NO , NO and|, NO M Y? year?", ([one, two, three, ...month], now) =>
    listed([one, two, three], month, now),
  ),
  rule("P M - M Y year?", ([first, last, year], now) => {
    const [from, to] = [Number(first), Number(last)];
    const start = monthDays(Number(year) - (from > to ? 1 : 0), from).from;
    return untilNow("other", { from: start, to: monthDays(Number(year), to).to }, now);
  }),
];

/** «5 и 6 ноября» */
function listed(days: (string | undefined)[], [month, year]: (string | undefined)[], now: Now): Reading {
  const parts: Days[] = [];
  for (const day of days) {
    const reading = dayOfYear(day, month, year === undefined ? undefined : Number(year), now);
    if (!reading || reading === "future" || reading.from === null) return undefined;
    parts.push({ from: reading.from, to: reading.to });
  }
  parts.sort((a, b) => (a.from < b.from ? -1 : 1));
  return { unit: "other", from: parts[0]?.from ?? null, to: parts.at(-1)?.to ?? now.today, parts };
}

function bareDays([first, last]: (string | undefined)[], now: Now): Reading {
  const [from, to] = [Number(first), Number(last)];
  const start = dayOfSomeMonth(from, now);
  const end = dayOfSomeMonth(to, now);
  if (!start || !end || start === "future" || end === "future" || start.from === null) return undefined;
  if (from <= to) {
    const sameMonth = dateOf(yearOf(start.from), monthOf(start.from), to);
    return untilNow(
      "other",
      { from: start.from, to: sameMonth ?? monthDays(yearOf(start.from), monthOf(start.from)).to },
      now,
    );
  }
  // «с 25 по 5»: over the end of a month.
  const before = addMonths(`${end.to.slice(0, 8)}01`, -1);
  const day = dateOf(yearOf(before), monthOf(before), from);
  return day === undefined ? undefined : untilNow("other", { from: day, to: end.to }, now);
}

const wholeRules = [...periodRules, ...dateRules, ...bareRanges];

export interface Found {
  /** How many tokens it takes. */
  tokens: number;
  reading: Exclude<Reading, undefined>;
}

/** The longest phrase at a token that some rule knows. `starts`: where each token begins in the joined lemmas. */
export function phraseAt(lemmas: Lemmas, at: number, now: Now): Found | undefined {
  let best: Found | undefined;
  for (const { pattern, read } of wholeRules) {
    const match = lemmas.match(pattern, at);
    if (!match || match.tokens === 0 || match.tokens <= (best?.tokens ?? 0)) continue;
    const reading = read(match.groups, now, lemmas.tokens.slice(at, at + match.tokens));
    if (reading) best = { tokens: match.tokens, reading };
  }
  return best;
}

const OPENS = patternOf("since|ot");
const CONNECTS = patternOf("through|until|- P?");
const CLOSES = patternOf("P? until|through");

/** A phrase, or two as the ends of a range, or one end with the other left open. */
export function stretchAt(lemmas: Lemmas, at: number, now: Now): Found | undefined {
  const whole = phraseAt(lemmas, at, now);
  const opening = lemmas.match(OPENS, at)?.tokens ?? 0;
  const first = opening > 0 ? phraseAt(lemmas, at + opening, now) : whole;
  if (first) {
    const middle = at + opening + first.tokens;
    const connecting = lemmas.match(CONNECTS, middle)?.tokens ?? 0;
    const last = connecting > 0 ? phraseAt(lemmas, middle + connecting, now) : undefined;
    const range = last && between(first.reading, last.reading, now);
    if (last && range) return { tokens: opening + first.tokens + connecting + last.tokens, reading: range };
    if (opening > 0 && opening + first.tokens > (whole?.tokens ?? 0)) {
      const { reading } = first;
      if (reading === "future") return { tokens: opening + first.tokens, reading };
      return {
        tokens: opening + first.tokens,
        reading: { unit: "other", from: reading.from, to: now.today },
      };
    }
  }
  if (whole) return whole;
  const closing = lemmas.match(CLOSES, at)?.tokens ?? 0;
  const end =
    closing > 0 && lemmas.tokens[at]?.lemma === "until" ? phraseAt(lemmas, at + closing, now) : undefined;
  if (!end) return undefined;
  const to = end.reading === "future" ? now.today : end.reading.to;
  return { tokens: closing + end.tokens, reading: { unit: "other", from: null, to } };
}

/** Tokens joined to one text, so that patterns can be tried at each of them. */
export interface Lemmas {
  tokens: readonly Token[];
  match(pattern: RegExp, at: number): { tokens: number; groups: (string | undefined)[] } | undefined;
}

export function lemmasOf(tokens: readonly Token[]): Lemmas {
  const starts: number[] = [];
  let joined = "";
  for (const { lemma } of tokens) {
    starts.push(joined.length);
    joined += `${lemma} `;
  }
  return {
    tokens,
    match: (pattern, at) => {
      const start = starts[at];
      if (start === undefined) return undefined;
      pattern.lastIndex = start;
      const match = pattern.exec(joined);
      if (!match) return undefined;
      const length = match[0].split(" ").length - 1;
      return { tokens: length, groups: match.slice(1) };
    },
  };
}
