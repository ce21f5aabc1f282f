import { addDays, type Days, earlier } from "./calendar.ts";
import type { Token } from "./period-tokens.ts";

/** What «now» is to the rules. */
export interface Now {
  instant: Date;
  timeZone: string;
  today: string;
  /** Minutes since midnight in `timeZone`. */
  minute: number;
  /** 1 is Monday, 7 is Sunday. */
  weekStartsOn: number;
}

export type Unit = "day" | "weekday" | "week" | "month" | "quarter" | "half" | "year" | "other";

/** A stretch of days as one phrase names it. */
export interface Stretch {
  unit: Unit;
  /** Null: from the first call on. */
  from: string | null;
  to: string;
  /** Named without its year, month or week: the first one that starts on `day` or later. */
  nextFrom?: (day: string) => Days;
  rolling?: { from: string; to: string };
  exclude?: "weekends";
  /** «будни» beside another period only takes the weekends out of it. */
  onlyWeekdays?: boolean;
  /** Only these of the days between. */
  parts?: Days[];
  /** Other readings, the likeliest first. */
  others?: Days[];
}

/** `future`: understood, but nothing of it has been yet. */
export type Reading = Stretch | "future" | undefined;

export interface Rule {
  pattern: RegExp;
  read(groups: (string | undefined)[], now: Now, tokens: readonly Token[]): Reading;
}

const MACROS: Readonly<Record<string, string>> = {
  P: "(?:(?:za|v|na|through) )?",
  N: "(\\d{1,4}) ",
  O: "(\\d+)o ",
  A: "(\\d+)a ",
  NO: "(\\d{1,2})o? ",
  NA: "(\\d{1,2})a? ",
  M: "m(\\d+) ",
  W: "w(\\d) ",
  Y: "((?:19|20)\\d\\d) ",
  H: "(t?\\d{1,4}) ",
  D: "D(\\d{4})?-(\\d\\d)-(\\d\\d) ",
};

/**
 * Lemmas one after the other: `a|b` either, `=a|b` either and which, `?` at the end for what can be left out; capitals are what
 * `MACROS` says. «P last|prev? N day» is «за последние 3 дня» and «3 дня».
 */
export function patternOf(source: string): RegExp {
  const parts = source.split(" ").map((part) => {
    const isOptional = part.endsWith("?");
    const bare = isOptional ? part.slice(0, -1) : part;
    const macro = MACROS[bare];
    const body = macro ?? (bare.startsWith("=") ? `(${bare.slice(1)}) ` : `(?:${bare.replace("+", "\\+")}) `);
    return isOptional ? `(?:${body})?` : body;
  });
  return new RegExp(parts.join(""), "y");
}

export const rule = (source: string, read: Rule["read"]): Rule => ({ pattern: patternOf(source), read });

export const oneDay = (day: string, others?: Days[]): Stretch => ({
  unit: "day",
  from: day,
  to: day,
  ...(others ? { others } : {}),
});

/** The last so many days with today. */
export const lastDays = (now: Now, days: number): Days => ({
  from: addDays(now.today, 1 - days),
  to: now.today,
});

/** Cut at now; nothing is left of what only comes. */
export function untilNow(unit: Unit, { from, to }: Days, now: Now): Stretch | "future" {
  if (from > now.today) return "future";
  return { unit, from, to: earlier(to, now.today) };
}
