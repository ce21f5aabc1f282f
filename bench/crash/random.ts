import { randomNumbers } from "../load/day.ts";

/** Chance that is the same for the same seed. */
export interface Chance {
  between(least: number, most: number): number;
  /** True in so many of a hundred cases. */
  percent(percent: number): boolean;
  shuffled<T>(list: readonly T[]): T[];
}

export function chanceOf(seed: number): Chance {
  const random = randomNumbers(seed);
  return {
    between: (least, most) => least + (most - least) * random(),
    percent: (percent) => random() * 100 < percent,
    shuffled: (list) =>
      list
        .map((value) => ({ value, place: random() }))
        .sort((one, other) => one.place - other.place)
        .map(({ value }) => value),
  };
}
