import type { CellObject } from "write-excel-file/node";

/** What a cell can hold; null is an empty one, which is not a zero. */
export type SheetCell = CellObject | string | null;

/** Excel repairs, that is damages, a file with a longer text. */
const LONGEST_TEXT = 32_000;
const SEC_PER_DAY = 86_400;

/**
 * A text, whatever it begins with. The file marks it as text, so no program computes it; the format keeps it one when somebody edits the cell,
 * for it is then that Excel would take `=…` or `+7…` for a formula.
 */
export function textCell(text: string | null | undefined, wrap = false): SheetCell {
  if (text === null || text === undefined || text === "") return null;
  // The writer looks texts up in a plain object, where "constructor" and its like are found without having been put there.
  const value = shortEnough(text in {} ? `${text}\u200b` : text);
  const looksLikeFormula = /^[=+\-@\t\r]/.test(value);
  return looksLikeFormula || wrap
    ? { value, type: String, ...(looksLikeFormula ? { format: "@" } : {}), ...(wrap ? wrapped : {}) }
    : value;
}

const wrapped = { wrap: true, alignVertical: "top" } as const;

function shortEnough(text: string): string {
  return text.length > LONGEST_TEXT
    ? `${text.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, "")}…`
    : text;
}

export const countCell = (value: number | null) => numberCell(value, "0");
/** A score from 0 to 100, or points of it. */
export const percentCell = (value: number | null) => numberCell(value, "0.0");
/** From 0 to 1, shown in percent. */
export const shareCell = (value: number | null) => numberCell(value, "0%");
export const moneyCell = (value: number | null) => numberCell(value, "#,##0.00");

/** Hours do not start anew after a day, so that sums can be read. */
export function durationCell(sec: number | null): SheetCell {
  return numberCell(sec === null ? null : sec / SEC_PER_DAY, "[h]:mm:ss");
}

/** A second of a recording. */
export function clockCell(sec: number | null): SheetCell {
  return numberCell(sec === null ? null : Math.floor(sec) / SEC_PER_DAY, "[m]:ss");
}

function numberCell(value: number | null, format: string): SheetCell {
  if (value === null || !Number.isFinite(value)) return null;
  return { value, type: Number, format };
}

/** `yyyy-mm-dd` as a day of the sheet. */
export function dayCell(day: string): SheetCell {
  return { value: new Date(`${day}T00:00:00Z`), type: Date, format: "dd.mm.yyyy" };
}

/**
 * Moments as the company's clocks showed them: a sheet knows no time zones, and the writer takes a date's UTC for the wall clock. What nobody
 * can read stays text.
 */
export function momentCells(timeZone: string): (at: string) => SheetCell {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (at) => {
    const ms = Date.parse(at);
    if (Number.isNaN(ms)) return textCell(at);
    const shown = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    const value = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
    return { value, type: Date, format: "dd.mm.yyyy hh:mm:ss" };
  };
}
