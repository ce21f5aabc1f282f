import type { Average } from "./report.ts";

/** The arithmetic of reports. Percents have one decimal, so they are summed as whole tenths: no sum depends on its order. */

/** Rounds half up at a decimal, and takes what a computer makes of 72.35 for 72.35. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(Number((value * scale).toFixed(6))) / scale;
}

export const roundPercent = (percent: number): number => rounded(percent, 1);
/** Shares go from 0 to 1; a tenth of a percent of them is enough. */
export const roundShare = (share: number): number => rounded(share, 3);

/** Percents, as far as averages need them. */
export interface Percents {
  of: number;
  tenths: number;
  squaredTenths: number;
}

export const noPercents = (): Percents => ({ of: 0, tenths: 0, squaredTenths: 0 });

export function addPercent(percents: Percents, percent: number | null): void {
  if (percent === null) return;
  const tenths = Math.round(percent * 10);
  percents.of += 1;
  percents.tenths += tenths;
  percents.squaredTenths += tenths * tenths;
}

export function averagePercent({ of, tenths }: Percents): number | null {
  return of === 0 ? null : roundPercent(tenths / of / 10);
}

/** `before`: the average of the period that it is compared with. */
export function averageOf(percents: Percents, before: number | null): Average {
  const percent = averagePercent(percents);
  return { percent, of: percents.of, margin: marginOf(percents), change: changeOf(percent, before, 1) };
}

/** 95 % of what is normally distributed lies within so many standard deviations. */
const STANDARD_DEVIATIONS = 1.96;

/** Of fewer calls the deviation itself is a guess: two of them can give «40 ± 79». */
const CALLS_FOR_A_MARGIN = 5;

/** 1.96·s/√n */
function marginOf({ of, tenths, squaredTenths }: Percents): number | null {
  if (of < CALLS_FOR_A_MARGIN) return null;
  const variance = Math.max(0, squaredTenths - (tenths * tenths) / of) / (of - 1);
  return roundPercent((STANDARD_DEVIATIONS * Math.sqrt(variance / of)) / 10);
}

/** Of two numbers as they are shown, so that whoever subtracts them finds the same. */
export function changeOf(now: number | null, before: number | null, decimals: number): number | null {
  return now === null || before === null ? null : rounded(now - rounded(before, decimals), decimals);
}
