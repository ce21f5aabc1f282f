import { type Dictated, dictationsByTurn, echoesIn } from "./echoes.ts";
import type { Kind } from "./kinds.ts";
import { type NumberHit, numbersIn } from "./numbers.ts";
import { repeatsIn } from "./repeats.ts";
import type { Group, Run } from "./runs.ts";

/** A stretch of a turn's text; `turn` is its place in the list. */
export interface Span {
  turn: number;
  start: number;
  end: number;
}

/** One value at one place; several spans when it was dictated over several turns. */
export interface Hit {
  kind: Kind;
  value: string;
  spans: (Span & { part: number | null })[];
}

/**
 * All numbers of a call that are to be masked. Searches until nothing new is found: what is left beside a value may be one
 * itself, a value that is known from elsewhere, or a piece of one that is just being dictated.
 */
export function numberHits(runs: readonly Run[]): Hit[] {
  const hits: Hit[] = [];
  const dictated: Dictated[] = [];
  const known = new Map<string, NumberHit>();
  let pieces = runs;
  const search = (finder: (run: Run) => NumberHit[]) => {
    pieces = pieces.flatMap((run) => {
      const found = finder(run);
      for (const hit of found) {
        const stretches = stretchesOf(run.slice(hit.at, hit.end));
        if (hit.part === undefined) known.set(hit.kind === "phone" ? hit.value.slice(-10) : hit.value, hit);
        if (stretches.length > 1) dictated.push(dictatedOf(hit, stretches));
        hits.push({ kind: hit.kind, value: hit.value, spans: spansOf(hit, stretches) });
      }
      return found.length === 0 ? [run] : remains(run, found);
    });
  };
  for (;;) {
    const before = hits.length;
    search(numbersIn);
    search((run) => repeatsIn(run, known));
    const byTurn = dictationsByTurn(dictated);
    search((run) => echoesIn(run, byTurn));
    if (hits.length === before) return hits;
  }
}

function remains(run: Run, found: readonly NumberHit[]): Run[] {
  const starts = [0, ...found.map(({ end }) => end)];
  const ends = [...found.map(({ at }) => at), run.length];
  return starts.map((start, index) => run.slice(start, ends[index])).filter((piece) => piece.length > 0);
}

/** The groups of each turn. */
function stretchesOf(groups: readonly Group[]): Group[][] {
  const stretches: Group[][] = [];
  for (const group of groups) {
    const last = stretches.at(-1);
    if (last?.[0]?.turn === group.turn) last.push(group);
    else stretches.push([group]);
  }
  return stretches;
}

function spansOf(hit: NumberHit, stretches: readonly Group[][]): Hit["spans"] {
  return stretches.map((groups, index) => ({
    turn: groups[0]?.turn ?? 0,
    start: groups[0]?.start ?? 0,
    end: groups.at(-1)?.end ?? 0,
    part: hit.part ?? (stretches.length > 1 ? index + 1 : null),
  }));
}

function dictatedOf({ kind, value }: NumberHit, stretches: readonly Group[][]): Dictated {
  const parts = stretches.map((groups) => ({
    turn: groups[0]?.turn ?? 0,
    digits: groups.map(({ digits }) => digits).join(""),
  }));
  return { kind, value, parts };
}
