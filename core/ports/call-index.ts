import type { CallAggregationInput, CallDimension, CallQueryInput } from "../call-query.ts";
import type { CallRow } from "../call-row.ts";

/** Every call that has come to an end, as rows and as sums. It shows what was recorded before the question was asked. */
export interface CallIndex {
  /**
   * One page of the calls that fit, in the asked order; those without a percent stand last when that is the order, and calls that are
   * equal in it go by their id. Whoever asks on with `next` until it is null gets every call that was there all the time once, whatever
   * is recorded meanwhile. `total` counts all that fit, on whatever page.
   * @throws CallQueryError for a key that is not known, a value that is none, or a cursor of another question
   */
  find(query: CallQueryInput): Promise<CallPage>;
  /**
   * Sums, in the order of the groups' values, null last. Without `groupBy` one group, also of no calls.
   * @throws CallQueryError
   */
  aggregate(query: CallAggregationInput): Promise<CallGroup[]>;
}

export interface CallPage {
  rows: CallRow[];
  next: string | null;
  total: number;
}

/**
 * The calls that have one value in each of the asked dimensions. A call counts once in each department of its agent; once in every
 * criterion that it was judged by; once for every category (handling) of its objections. A call without criteria or objections is in no
 * group of these. Averages, deviations and sums of seconds have four decimals; null where there is nothing to take them of.
 */
export interface CallGroup {
  /** Of each asked dimension. Days are `yyyy-mm-dd`. */
  key: Partial<Record<CallDimension, string | null>>;
  /** How people call it, of agents, checklists and criteria: as in the group's last call that names it (of several that began together, the last by name). */
  name: Partial<Record<"agent" | "checklist" | "criterion", string | null>>;
  calls: number;
  scored: number;
  /** Of those that have a percent, to say how sure an average is. */
  percents: number;
  averagePercent: number | null;
  /** Standard deviation of a sample; null of fewer than two. */
  percentDeviation: number | null;
  passed: number;
  needsReview: number;
  autoFailed: number;
  bands: { green: number; yellow: number; red: number };
  durationSec: number;
  /** Sums of what is known. */
  cost: { speechSec: number; promptTokens: number; completionTokens: number };
  /** Only by `criterion`. */
  verdicts?: {
    met: number;
    partly: number;
    notMet: number;
    notApplicable: number;
    uncertain: number;
    /** Of the verdicts that count, 0 to 1. */
    averagePoints: number | null;
  };
  /** How many of the calls' objections are of this group: only by `objectionCategory` or `objectionHandling`. */
  objections?: number;
}

/** What keeps the index quick. Nothing is lost when nobody ever calls it. */
export interface CallIndexUpkeep {
  /** Closed days that are not compacted yet or have changed since, oldest first. */
  dirtyDays(tenant: string): Promise<string[]>;
  /**
   * Brings the files that are read by columns up to date for one day. May run anywhere, at any time, several times at once and stop at
   * any point: what was recorded is never lost.
   */
  compactDay(tenant: string, day: string): Promise<Compaction>;
}

export type Compaction =
  | { state: "compacted"; rows: number }
  /** Nothing to do: no calls, or nothing has changed. */
  | { state: "clean" }
  /** The day is not over, or only just. */
  | { state: "open" }
  /** Somebody else compacted it meanwhile; whatever was left over is still marked. */
  | { state: "overtaken" };
