import type { Day } from "../load/day.ts";
import { add, kindOf } from "./tally.ts";

/** What stands in the bucket when the day is over, and what the vendors were asked for by it. */
export interface Leavings {
  objects: number;
  /** By kind of object. */
  bytes: Map<string, number>;
  scored: number;
  /** Each channel of a recording counts (SaluteSpeech docs, "Подключение для юридических лиц"). */
  speechSec: number;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
}

const CHANNELS = 2;

/** @throws Error when a call has no row: figures of work that was not done would say nothing */
export function leavings(objects: ReadonlyMap<string, { content: Buffer }>, day: Day): Leavings {
  const bytes = new Map<string, number>();
  const tokens = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
  let rows = 0;
  let scored = 0;
  for (const [key, { content }] of objects) {
    const kind = kindOf(key);
    add(bytes, kind, content.length);
    if (kind === "row of the index") rows += 1;
    if (kind !== "scorecard") continue;
    scored += 1;
    const { model } = JSON.parse(content.toString());
    for (const name of ["promptTokens", "cachedTokens", "completionTokens"] as const)
      tokens[name] += model?.[name] ?? 0;
  }
  if (rows !== day.calls.length) throw new Error(`${rows} of ${day.calls.length} calls have a row`);
  const speechSec = day.calls
    .filter(({ kind }) => kind === "scored")
    .reduce((sum, { portalCall }) => sum + CHANNELS * portalCall.durationSec, 0);
  return { objects: objects.size, bytes, scored, speechSec, ...tokens };
}
