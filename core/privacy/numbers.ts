import { isInn, isLuhn, isSnils } from "./check-digits.ts";
import type { Kind } from "./kinds.ts";
import { phoneByForm, phoneByName } from "./phones.ts";
import { joinedAt, splitAt } from "./regroup.ts";
import type { Run } from "./runs.ts";
import { hasShape, isAligned, type Window, windowsAt } from "./window.ts";

export interface NumberHit {
  kind: Kind;
  /** The digits, the same for every way to say them. */
  value: string;
  /** Groups of the run, `end` not included. */
  at: number;
  end: number;
  /** From 1; only where a piece of a dictated value is repeated. */
  part?: number;
}

/**
 * Finds the numbers in a run, from left to right, each value as a row of whole groups. What was called by its name needs
 * the right length only (recognition mishears digits); what was not needs check digits or a form of its own.
 */
export function numbersIn(run: Run): NumberHit[] {
  const hits: NumberHit[] = [];
  let at = 0;
  while (at < run.length) {
    const hit = mayStart(run, at, hits.at(-1)?.end ?? 0) ? bestAt(run, at) : undefined;
    if (hit) hits.push(hit);
    at = hit?.end ?? at + 1;
  }
  return hits;
}

/** A row of digits said one by one is not searched for a value somewhere inside it. */
function mayStart(run: Run, at: number, after: number): boolean {
  const group = run[at];
  if (at === after || group?.plus || /[,;]/.test(group?.gap ?? "")) return true;
  return group?.digits.length !== 1 || run[at - 1]?.digits.length !== 1;
}

type Reader = (window: Window) => readonly [Kind, string | null];

/** Tried in this order, each on the longest windows first. */
const READERS: readonly Reader[] = [
  (window) => ["phone", isDashed(window) ? phoneByForm(window) : null],
  (window) => byName(window, window.isStretch),
  (window) => ["card", isCard(window) ? window.digits : null],
  (window) => ["phone", window.plus || window.digits.length === 11 ? phoneByForm(window) : null],
  (window) => ["snils", isSnilsByForm(window) ? window.digits : null],
  (window) => ["passport", isPassport(window) ? window.digits : null],
  (window) => ["phone", window.solid ? null : phoneByForm(window)],
  (window) => byName(window, true),
  (window) => ["inn", isInnByForm(window, 12) ? window.digits : null],
  (window) => ["phone", phoneByForm(window)],
  (window) => ["phone", phoneByName(window)],
  (window) => ["inn", isInnByForm(window, 10) ? window.digits : null],
];

const isDashed = ({ gaps }: Window) => gaps.length > 1 && gaps.slice(-2).every((gap) => gap === "-");

function bestAt(run: Run, at: number): NumberHit | undefined {
  const joined = joinedAt(run, at);
  if (joined) return { kind: "phone", at, ...joined };
  const windows = windowsAt(run, at);
  for (const read of READERS) {
    for (const { window, end } of windows) {
      const [kind, value] = read(window);
      if (value !== null) return { kind, value, at, end };
    }
  }
  const split = splitAt(run, at);
  return split && { kind: "phone", at, ...split };
}

const LENGTHS = { card: [16, 18, 19], inn: [12, 10], snils: [11], passport: [10] };

function byName(window: Window, wanted: boolean): readonly [Kind, string | null] {
  const { topic, digits, plus } = window;
  if (!wanted || !topic || plus || topic.kind === "other" || topic.kind === "phone") return ["inn", null];
  const isNumberOfPassport =
    topic.kind === "passport" && topic.direct && ["6", "33", "222", "111111"].includes(window.sizes.join(""));
  const fits = LENGTHS[topic.kind].includes(digits.length);
  return [topic.kind, fits || isNumberOfPassport ? digits : null];
}

const isNamedOther = ({ topic }: Window) => topic?.kind === "other" && topic.direct;

/** 16 digits in fours, in pairs as they are said, or in a row; four years are no card. */
function isCard(window: Window): boolean {
  const { digits, plus } = window;
  if (plus || isNamedOther(window) || !/^[2-6]\d{15}$/.test(digits) || !isLuhn(digits)) return false;
  if (/^((19|20)\d\d){4}$/.test(digits)) return false;
  return [4, 8, 12].every((at) => isAligned(window, at, window.solid ? 12 : -1));
}

function isSnilsByForm(window: Window): boolean {
  const isGrouped = window.solid || hasShape(window, [3, 3, 3, 2]);
  return !window.plus && !isNamedOther(window) && isGrouped && isSnils(window.digits);
}

function isInnByForm(window: Window, length: 10 | 12): boolean {
  const { digits, plus, sizes } = window;
  const isRow = length === 12 ? window.solid : sizes.length === 1;
  return !plus && !isNamedOther(window) && isRow && digits.length === length && isInn(digits);
}

/** «45 12 345678», «4512 № 345678»: the form is its own; said without a name it is no more than two numbers. */
function isPassport({ sizes, gaps, plus }: Window): boolean {
  if (plus) return false;
  const shape = sizes.join("");
  return (
    (shape === "226" && gaps.every((gap) => gap === "" || gap === "№")) || (shape === "46" && gaps[0] === "№")
  );
}
