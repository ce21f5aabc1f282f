import type { CallAggregation } from "../../core/call-query.ts";
import type { PartialSums } from "./duckdb-merge.ts";

/**
 * What a question gave for a day's file. A file never changes, so the next summary of a month that moved on by a day sums up that day alone.
 */
export interface DaySums {
  get(path: string, question: string): readonly PartialSums[] | undefined;
  set(path: string, question: string, sums: readonly PartialSums[]): void;
}

/** More of one day are no summary. */
const MOST_OF_ONE = 2000;
/** Some kilobyte each. */
const MOST_OF_ALL = 100_000;

export function daySums(): DaySums {
  const kept = new Map<string, readonly PartialSums[]>();
  let count = 0;
  return {
    get(path, question) {
      const place = `${path}\n${question}`;
      const sums = kept.get(place);
      if (!sums) return undefined;
      // The map's order is that of the last use.
      kept.delete(place);
      kept.set(place, sums);
      return sums;
    },
    set(path, question, sums) {
      if (sums.length > MOST_OF_ONE) return;
      kept.set(`${path}\n${question}`, sums);
      // An empty day takes room as well.
      count += sums.length + 1;
      for (const [place, oldest] of kept) {
        if (count <= MOST_OF_ALL) return;
        kept.delete(place);
        count -= oldest.length + 1;
      }
    },
  };
}

/** The question whatever its period, which is in the paths. */
export function questionOf(
  { tenant: _tenant, from: _from, to: _to, ...question }: CallAggregation,
  which: string,
): string {
  const sorted = Object.entries(question).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([which, sorted]);
}
