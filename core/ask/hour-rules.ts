import type { Lemmas } from "./period-ranges.ts";
import { patternOf } from "./period-rule.ts";

export interface Hours {
  fromMinute: number;
  /** Not included. */
  toMinute: number;
}

const DAY = 24 * 60;
const hours = (from: number, to: number): Hours => ({ fromMinute: from * 60, toMinute: to * 60 });

/** What the parts of a day mean at work: the morning ends with lunch, the evening begins when most people leave. */
const PARTS = {
  morning: hours(0, 13),
  midday: hours(11, 17),
  evening: hours(17, 24),
  night: hours(23, 5),
};
const LUNCH = hours(12, 14);
const AFTER_LUNCH = hours(13, 24);
const BEFORE_LUNCH = hours(0, 13);

type Groups = (string | undefined)[];
interface HourRule {
  pattern: RegExp;
  read(groups: Groups): Hours | undefined;
}
const rule = (source: string, read: HourRule["read"]): HourRule => ({ pattern: patternOf(source), read });

const SAID = "=hour|morning|day|midday|evening|night?";

const rules: readonly HourRule[] = [
  rule(`=since|ot|between H ${SAID} until|and H ${SAID}`, ([opening, from, fromPart, to, toPart]) => {
    const isPlain = !`${from}${to}`.includes("t") && fromPart === undefined && toPart === undefined;
    // «от 10 до 15» and «с 1 до 5» are days of the month rather than hours.
    if (isPlain && (opening === "ot" || Number(from) < 6)) return undefined;
    return span(minutesOf(from, fromPart), minutesOf(to, toPart));
  }),
  rule(`H ${SAID} - H ${SAID}`, ([from, fromPart, to, toPart]) =>
    `${from}${to}`.includes("t") || fromPart === "hour" || toPart === "hour"
      ? span(minutesOf(from, fromPart), minutesOf(to, toPart))
      : undefined,
  ),
  rule(`until H ${SAID}`, ([to, part]) => span(0, minutesOf(to, part))),
  rule(`after H ${SAID}`, ([from, part]) => span(minutesOf(from, part), DAY)),
  rule("since H =hour|morning|midday|evening", ([from, part]) => span(minutesOf(from, part), DAY)),
  rule("until lunch", () => BEFORE_LUNCH),
  rule("after lunch", () => AFTER_LUNCH),
  rule("v|na lunch", () => LUNCH),
  rule("since|v? morning", () => PARTS.morning),
  rule("midday", () => PARTS.midday),
  rule("v|k? evening", () => PARTS.evening),
  rule("v|za? night", () => PARTS.night),
];

const COUNTED = patternOf("call|_");

/** Hours of the day named at a token; the longest phrase counts. */
export function hoursAt(lemmas: Lemmas, at: number): { tokens: number; hours: Hours } | undefined {
  let best: { tokens: number; hours: Hours } | undefined;
  for (const { pattern, read } of rules) {
    const match = lemmas.match(pattern, at);
    if (!match || match.tokens <= (best?.tokens ?? 0)) continue;
    const found = read(match.groups);
    // «до 12 звонков»: a count of something.
    const isBare = match.groups.length === 2 && match.groups[1] === undefined;
    const isCount = isBare && lemmas.match(COUNTED, at + match.tokens) !== undefined;
    if (found && !isCount) best = { tokens: match.tokens, hours: found };
  }
  return best;
}

function minutesOf(hour: string | undefined, part: string | undefined): number {
  if (hour === undefined) return Number.NaN;
  const minute = hour.startsWith("t") ? Number(hour.slice(1)) : Number(hour) * 60;
  if (minute > DAY) return Number.NaN;
  if ((part === "day" || part === "midday" || part === "evening") && minute < DAY / 2)
    return minute + DAY / 2;
  return part === "night" && minute === DAY / 2 ? 0 : minute;
}

const span = (fromMinute: number, toMinute: number): Hours | undefined =>
  fromMinute < toMinute ? { fromMinute, toMinute } : undefined;
