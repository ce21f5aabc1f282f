import type { Group, Run } from "./runs.ts";
import type { Topic } from "./topics.ts";

/** Some neighbouring groups of a run, as they are weighed for being one value. */
export interface Window {
  digits: string;
  sizes: number[];
  /** The marks before each group but the first. */
  gaps: string[];
  /** Nothing shows how it is grouped: one row, or digit by digit. */
  solid: boolean;
  /** One stretch between marks, as far as marks tell: none inside, one or nothing behind. */
  isStretch: boolean;
  plus: boolean;
  english: boolean;
  topic: Topic | null;
}

/** No value that is looked for has fewer digits or more. */
const MIN_DIGITS = 6;
const MAX_DIGITS = 19;
const ENDS = /[.,;!?…—]/;

/** Windows that start at a group, the longest first. */
export function windowsAt(run: Run, at: number): { window: Window; end: number }[] {
  const first = run[at];
  if (!first) return [];
  const windows: { window: Window; end: number }[] = [];
  const groups: Group[] = [];
  let total = 0;
  for (let end = at; end < run.length; end++) {
    const group = run[end] as Group;
    total += group.digits.length;
    if (total > MAX_DIGITS || (end > at && group.plus)) break;
    groups.push(group);
    if (total >= MIN_DIGITS) windows.push({ window: windowOf(groups, run[end + 1]), end: end + 1 });
  }
  return windows.reverse();
}

export function windowOf(groups: readonly Group[], next: Group | undefined): Window {
  const sizes = groups.map((group) => group.digits.length);
  return {
    digits: groups.map((group) => group.digits).join(""),
    sizes,
    gaps: groups.slice(1).map((group) => group.gap),
    solid: groups.length === 1 || sizes.every((size) => size === 1),
    isStretch: (!next || ENDS.test(next.gap)) && !groups.slice(1).some(({ gap }) => ENDS.test(gap)),
    plus: groups[0]?.plus ?? false,
    english: groups.every((group) => group.english),
    topic: groups[0]?.topic ?? null,
  };
}

/** Whether a group ends after so many digits, or one that started by `latest` goes over it. */
export function isAligned({ sizes }: Window, at: number, latest = 0): boolean {
  let start = 0;
  for (const size of sizes) {
    if (start === at) return true;
    if (start < at && start + size > at) return start <= latest;
    start += size;
  }
  return start === at;
}

/** «3-2-2»; digits said one by one fit every shape. */
export function hasShape({ sizes }: Window, shape: readonly number[]): boolean {
  if (sizes.every((size) => size === 1)) return sizes.length === shape.reduce((sum, size) => sum + size, 0);
  return sizes.length === shape.length && shape.every((size, at) => size === sizes[at]);
}
