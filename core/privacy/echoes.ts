import type { Kind } from "./kinds.ts";
import type { NumberHit } from "./numbers.ts";
import type { Run } from "./runs.ts";

/** A value that was dictated over several turns. */
export interface Dictated {
  kind: Kind;
  value: string;
  /** What was said in each turn, as digits. */
  parts: { turn: number; digits: string }[];
}

/** Shorter ones are a «да, семь» as well. */
const MIN_DIGITS = 3;
/** The last part is repeated after it was said. */
const TURNS_AFTER = 2;

/** Which values are being dictated while a turn is said. */
export function dictationsByTurn(values: readonly Dictated[]): Map<number, Dictated[]> {
  const byTurn = new Map<number, Dictated[]>();
  for (const value of values) {
    const first = value.parts[0]?.turn ?? 0;
    const last = (value.parts.at(-1)?.turn ?? 0) + TURNS_AFTER;
    for (let turn = first; turn <= last; turn++) byTurn.set(turn, [...(byTurn.get(turn) ?? []), value]);
  }
  return byTurn;
}

/** «восемь девятьсот двенадцать…», repeats the other side while a number is dictated: a piece of the value is the value too. */
export function echoesIn(run: Run, byTurn: ReadonlyMap<number, readonly Dictated[]>): NumberHit[] {
  const hits: NumberHit[] = [];
  let at = 0;
  while (at < run.length) {
    const turn = run[at]?.turn ?? 0;
    let end = at;
    while (run[end]?.turn === turn) end++;
    const stretch = run.slice(at, end);
    const said = stretch.map((group) => group.digits).join("");
    const echo = said.length >= MIN_DIGITS ? echoOf(said, byTurn.get(turn) ?? []) : undefined;
    if (echo) hits.push({ ...echo, at, end });
    at = end;
  }
  return hits;
}

function echoOf(said: string, dictated: readonly Dictated[]): Omit<NumberHit, "at" | "end"> | undefined {
  for (const { kind, value, parts } of dictated) {
    const at = parts
      .map(({ digits }) => digits)
      .join("")
      .indexOf(said);
    if (at < 0) continue;
    let end = 0;
    const part = parts.findIndex(({ digits }) => {
      end += digits.length;
      return at < end;
    });
    return { kind, value, part: part + 1 };
  }
  return undefined;
}
