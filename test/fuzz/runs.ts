import type { Parameters } from "fast-check";

/**
 * How often each property is tried: 500 cases beside the other tests, always the same, so that nobody's change is blamed for what was there before;
 * `npm run fuzz` for ten thousand, elsewhere at each run. A failure prints its seed and path;
 * `FUZZ_SEED=<seed> FUZZ_PATH=<path> npx vitest run test/fuzz/<file> -t "<name of the test>"` repeats that one case.
 */
const { FUZZ_RUNS, FUZZ_SEED = FUZZ_RUNS === undefined ? "20261121" : undefined, FUZZ_PATH } = process.env;
const numRuns = Number(FUZZ_RUNS ?? "500");

export const cases: Parameters<unknown> = {
  numRuns,
  ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
  ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
};

/** One case takes a few milliseconds; whoever shrinks a failure takes more. */
export const timeoutMs = 30_000 + numRuns * 60;

/**
 * Which ends the cases of one property came to. A generator that never gets past the first check proves nothing, so each test names the
 * ends that many of its cases come to; a case that is repeated alone comes to one.
 */
export function endsReached() {
  const ends = new Set<string>();
  return {
    reach: (end: string) => void ends.add(end),
    missing: (...wanted: string[]) =>
      FUZZ_PATH === undefined && numRuns >= 500 ? wanted.filter((end) => !ends.has(end)) : [],
  };
}
