import { median, percentile } from "../statistics.ts";
import type { DayRecord, DaySample } from "./day-run.ts";

/** What the service was like while a tenth of the calls came to their ends. */
export interface Tenth {
  untilClockMs: number;
  callsPerSec: number;
  cpuMsPerCall: number;
  busyShare: number;
  /** Of the rows that were written meanwhile. */
  reportMs: number;
  rss: { least: number; median: number; most: number };
  heapMedian: number;
}

/** Tenths of the calls in the order in which they ended; those of which there is no sample are left out. */
export function tenthsOf({ samples, ledger, day }: Pick<DayRecord, "samples" | "ledger" | "day">): Tenth[] {
  const share = day.calls.length / 10;
  return Array.from({ length: 10 }, (_value, at) => {
    const within = samples.filter(({ ended }) => ended > at * share && ended <= (at + 1) * share);
    const before = samples.findLast(({ ended }) => ended <= at * share);
    return within.length === 0 || !before ? undefined : tenthOf(before, within, ledger.reportMs);
  }).filter((tenth) => tenth !== undefined);
}

function tenthOf(before: DaySample, within: readonly DaySample[], reportMs: readonly number[]): Tenth {
  const last = within.at(-1) ?? before;
  const rss = within.map(({ rssBytes }) => rssBytes);
  return {
    untilClockMs: last.clockMs,
    callsPerSec: (1000 * (last.ended - before.ended)) / (last.atMs - before.atMs),
    cpuMsPerCall: (last.cpuMs - before.cpuMs) / (last.ended - before.ended),
    busyShare: median(within.map(({ busyShare }) => busyShare)),
    reportMs: percentile(reportMs.slice(before.ended, last.ended), 50),
    rss: { least: Math.min(...rss), median: median(rss), most: Math.max(...rss) },
    heapMedian: median(within.map(({ heapBytes }) => heapBytes)),
  };
}

export interface Verdict {
  what: string;
  earlier: number;
  later: number;
  met: boolean;
}

/** What may not grow by more than this share from an early tenth to the last. */
export const MOST_GROWTH = 0.15;

/** Undefined for a run too short to have tenths. */
export function growthVerdicts(tenths: readonly Tenth[]): Verdict[] {
  const last = tenths[9];
  const [, second, third] = tenths;
  if (!last || !second || !third) return [];
  const verdict = (what: string, earlier: number, later: number): Verdict => ({
    what,
    earlier,
    later,
    met: later <= earlier * (1 + MOST_GROWTH),
  });
  return [
    verdict("RSS, MB, third tenth to last", third.rss.median / 1e6, last.rss.median / 1e6),
    verdict("CPU ms per call, second tenth to last", second.cpuMsPerCall, last.cpuMsPerCall),
    verdict("a row of the index, ms, second tenth to last", second.reportMs, last.reportMs),
  ];
}
