import type { Span } from "./words.ts";

/** Of percents; `below` and `above` without the number itself. */
export interface ScoreRange {
  below?: number;
  above?: number;
  atLeast?: number;
  atMost?: number;
  band?: "red" | "yellow" | "green";
}

const N = "(\\d{1,3})(?![\\d.:])";
const UNIT = "(?:\\s*(%|балл\\p{L}*|процент\\p{L}*|points?|percent))?";
const word = (words: string) => `(?<!\\p{L})(?:${words})`;
const pattern = (source: string) => new RegExp(`${source}${UNIT}(?:\\s+(\\p{L}+))?`, "iu");

/** Each with the sides that it names; the first that fits counts. `sure`: about scores without a unit, whatever the number. */
const PATTERNS: readonly { pattern: RegExp; sides: readonly (keyof ScoreRange)[]; isSure: boolean }[] = [
  {
    pattern: pattern(`${word("от|from|между|between")}\\s*${N}\\s*(?:до|to|и|and|-|–)\\s*${N}`),
    sides: ["atLeast", "atMost"],
    isSure: false,
  },
  {
    pattern: pattern(`${word("не\\s+(?:ниже|меньше|менее|хуже)|at\\s+least|минимум")}\\s*(?:чем\\s+)?${N}`),
    sides: ["atLeast"],
    isSure: true,
  },
  {
    pattern: pattern(`${word("не\\s+(?:выше|больше|более|лучше)|at\\s+most|максимум")}\\s*(?:чем\\s+)?${N}`),
    sides: ["atMost"],
    isSure: true,
  },
  {
    pattern: pattern(
      `${word("ниже|меньше|менее|хуже|below|under|less\\s+than|worse\\s+than")}\\s*(?:чем\\s+)?${N}`,
    ),
    sides: ["below"],
    isSure: true,
  },
  {
    pattern: pattern(
      `${word("выше|больше|более|лучше|свыше|above|over|more\\s+than|better\\s+than")}\\s*(?:чем\\s+)?${N}`,
    ),
    sides: ["above"],
    isSure: true,
  },
  { pattern: pattern(`(?:<=|≤)\\s*${N}`), sides: ["atMost"], isSure: true },
  { pattern: pattern(`(?:>=|≥)\\s*${N}`), sides: ["atLeast"], isSure: true },
  { pattern: pattern(`<\\s*${N}`), sides: ["below"], isSure: true },
  { pattern: pattern(`>\\s*${N}`), sides: ["above"], isSure: true },
  { pattern: pattern(`(?<![\\d.-])${N}\\s*[-–]\\s*${N}`), sides: ["atLeast", "atMost"], isSure: false },
  { pattern: pattern(`${word("от|from")}\\s*${N}`), sides: ["atLeast"], isSure: false },
  { pattern: pattern(`${word("до|up\\s+to")}\\s*${N}`), sides: ["atMost"], isSure: false },
  { pattern: /(?<!\d)(\d{2,3})\s?()\+(?!\d)/u, sides: ["atLeast"], isSure: true },
];

const EXACT = new RegExp(`${word("(?:с\\s+)?(?:оценк\\p{L}*|балл\\p{L}*)|scored?|на")}\\s+${N}${UNIT}`, "iu");

/** «больше 5 минут» and «до 10 звонков» count other things. */
const COUNTED =
  /^(мин|сек|час|звон|дн|день|раз|недел|мес|год|лет|утра|вечера|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|числ|call|min|sec|hour|day|week|month|year|times)/iu;
/** Days of a month and hours end here: above, a bare number is a percent. */
const LAST_DAY = 31;
const BANDS: readonly (readonly [RegExp, NonNullable<ScoreRange["band"]>])[] = [
  [/(?<!\p{L})(?:красн\p{L}{1,3}|red)(?:\s+(?:зон\p{L}{1,2}|zone))?(?!\p{L})/iu, "red"],
  [/(?<!\p{L})(?:ж[её]лт\p{L}{1,3}|yellow)(?:\s+(?:зон\p{L}{1,2}|zone))?(?!\p{L})/iu, "yellow"],
  [/(?<!\p{L})(?:зел[её]н\p{L}{1,3}|green)(?:\s+(?:зон\p{L}{1,2}|zone))?(?!\p{L})/iu, "green"],
];

/** Which scores a sentence asks for. */
export function findScores(text: string): { range: ScoreRange; span: Span } | undefined {
  const isAboutScores = /оценк|балл|процент|%|скор|score|percent|points/iu.test(text);
  for (const { pattern, sides, isSure } of PATTERNS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const groups = match.slice(1);
    const numbers = groups
      .slice(0, sides.length)
      .map((group) => (group === undefined ? undefined : Number(group)));
    const unit = groups[sides.length];
    const next = groups[sides.length + 1];
    if (numbers.some((number) => number !== undefined && number > 100)) continue;
    if (!unit && next !== undefined && COUNTED.test(next)) continue;
    const isPlain = !unit && numbers.every((number) => (number ?? 0) <= LAST_DAY);
    if (isPlain && !isSure && !isAboutScores) continue;
    const range: ScoreRange = {};
    sides.forEach((side, at) => {
      const number = numbers[at];
      if (number !== undefined && side !== "band") range[side] = number;
    });
    if (range.atLeast !== undefined && range.atMost !== undefined && range.atLeast > range.atMost) {
      [range.atLeast, range.atMost] = [range.atMost, range.atLeast];
    }
    // The word after belongs to what is read next.
    const length = match[0].length - (next === undefined ? 0 : next.length);
    return { range, span: { start: match.index, end: match.index + length } };
  }
  return exactly(text) ?? band(text);
}

function exactly(text: string): { range: ScoreRange; span: Span } | undefined {
  const match = EXACT.exec(text);
  const number = Number(match?.[1]);
  if (!match || !(number <= 100) || (/^(на)/iu.test(match[0]) && !match[2])) return undefined;
  return {
    range: { atLeast: number, atMost: number },
    span: { start: match.index, end: match.index + match[0].length },
  };
}

function band(text: string): { range: ScoreRange; span: Span } | undefined {
  for (const [pattern, band] of BANDS) {
    const match = pattern.exec(text);
    if (match) return { range: { band }, span: { start: match.index, end: match.index + match[0].length } };
  }
  return undefined;
}

/** The percent that somebody asks about: «почему 40 у звонка». */
export function percentIn(text: string): { percent: number; span: Span } | undefined {
  for (const match of text.matchAll(
    /(?<![\d.:/#№-])(\d{1,3})(?![\d:/-]|\.\d)\s*(?:%|балл\p{L}*|процент\p{L}*)?/giu,
  )) {
    const percent = Number(match[1]);
    if (percent <= 100) return { percent, span: { start: match.index, end: match.index + match[0].length } };
  }
  return undefined;
}
