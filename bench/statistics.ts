/** Of an unsorted list; the lower of the two in the middle, so that it is a value that was measured. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** By nearest rank: the smallest value that is not exceeded by `percent` % of them. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** How many times the floor's cost was paid, round by round, so that both of a pair met the same noise. */
export interface Ratio {
  median: number;
  least: number;
  most: number;
}

export function ratioOf(measured: readonly number[], floor: readonly number[]): Ratio {
  const ratios = measured.map((value, index) => value / (floor[index] ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
