import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { type DuckDbCallIndex, duckDbCallIndex } from "../../../adapters/index/duckdb.ts";
import { dirtyPrefix, indexRowKey } from "../../../core/bucket-layout.ts";
import { setClock } from "../../../core/clock.ts";
import { leaveDirtyMark } from "../../../core/dirty-mark.ts";
import type { Store } from "../../../core/ports/store.ts";
import { memoryStore } from "../../fakes/store.ts";
import { callIdOn, callRow, putRow, TENANT } from "../../index/call-rows.ts";

/** Writers, compactors and readers of one closed day, each step of each in any order, and each may stop for good at any step. */

const DAY = "2026-11-17";
const CALLS = ["a", "b", "c"] as const;
type CallName = (typeof CALLS)[number];
const clock = setClock("2026-11-20T09:00:00Z");
const PERIOD = { tenant: TENANT, from: DAY, to: DAY };

class Stopped extends Error {}

const indexes: DuckDbCallIndex[] = [];
afterEach(async () => {
  for (const index of indexes.splice(0)) await index.close();
});

function indexOn(store: Store): DuckDbCallIndex {
  const index = duckDbCallIndex({ store, clock, timeZoneOf: async () => "Europe/Moscow" });
  indexes.push(index);
  return index;
}

/**
 * Whose turn it is: somebody goes on only when everybody who is still at work waits for leave, so that who is slow in reality does not
 * matter. It is always the most important one's, and now and then somebody falls behind all others: that finds what goes wrong when one
 * party stands still between two steps for as long as others need for all of theirs.
 */
function turns(random: () => number) {
  const waiting = new Map<string, (() => void)[]>();
  const importance = new Map<string, number>();

  function goOn(): void {
    if (waiting.size === 0 || [...waiting.values()].some((list) => list.length === 0)) return;
    const [first = ""] = [...waiting.keys()].sort((a, b) => importance.get(b)! - importance.get(a)!);
    if (random() < 0.1) importance.set(first, random() - 1);
    waiting.get(first)?.shift()?.();
    // It may have more requests under way than this one.
    setImmediate(goOn);
  }

  return {
    async run(name: string, work: () => Promise<void>): Promise<void> {
      waiting.set(name, []);
      importance.set(name, random());
      try {
        await work();
      } finally {
        waiting.delete(name);
        setImmediate(goOn);
      }
    },
    pass(name: string): Promise<void> {
      return new Promise((resolve) => {
        waiting.get(name)?.push(resolve);
        setImmediate(goOn);
      });
    },
  };
}
type Turns = ReturnType<typeof turns>;

interface Party {
  turns: Turns;
  name: string;
}

/** The store as one party sees it: its requests and their answers are on the way for a while, and it stops after so many of them. */
function seenBy(store: Store, { turns, name }: Party, steps: number): Store {
  let left = steps;
  const pass = async () => {
    await turns.pass(name);
    if (left <= 0) throw new Stopped();
    left -= 1;
  };
  const request = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    await pass();
    const answer = await work();
    await pass();
    return answer;
  };
  return {
    get: (key) => request(() => store.get(key)),
    put: (key, body, options) => request(() => store.put(key, body, options)),
    delete: (key) => request(() => store.delete(key)),
    async *list(prefix) {
      await pass();
      let n = 0;
      for await (const object of store.list(prefix)) {
        if (n % 2 === 0) await pass();
        n += 1;
        yield object;
      }
      await pass();
    },
  };
}

/** What was written to the row of each call, in the order in which it stood in the bucket; null: removed. */
type History = Record<CallName, { percent: number | null; isDone: boolean }[]>;

interface Writing {
  call: CallName;
  /** Removes the row instead. */
  removes: boolean;
  /** Writes again what stood there two writings ago. */
  repeats: boolean;
}

async function write(
  truth: Store,
  party: Party,
  steps: number,
  writing: Writing,
  history: History,
): Promise<void> {
  const { call, removes, repeats } = writing;
  const callId = callIdOn(DAY, call);
  const states = history[call];
  const percent = removes ? null : repeats ? (states.at(-2)?.percent ?? 1) : 1 + states.length;
  const state = { percent, isDone: false };
  const noted: Store = {
    ...truth,
    put: async (...args) => {
      const result = await truth.put(...args);
      if (args[0] === indexRowKey(TENANT, callId)) states.push(state);
      return result;
    },
    delete: async (key) => {
      await truth.delete(key);
      states.push(state);
    },
  };
  const store = seenBy(noted, party, steps);
  if (percent === null) await store.delete(indexRowKey(TENANT, callId));
  else await putRow(store, TENANT, callRow(callId, { percent }));
  await leaveDirtyMark(store, TENANT, callId);
  state.isDone = true;
}

/** Its message is delivered again when the writer stops on the way. */
async function writer(
  truth: Store,
  party: Party,
  writings: readonly (Writing & { steps: number })[],
  history: History,
) {
  for (const writing of writings) {
    try {
      await write(truth, party, writing.steps, writing, history);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      await write(truth, party, Number.POSITIVE_INFINITY, { ...writing, repeats: false }, history);
    }
  }
}

async function compactor(truth: Store, party: Party, steps: readonly number[]) {
  for (const most of steps) {
    const index = indexOn(seenBy(truth, party, most));
    await index.compactDay(TENANT, DAY).catch((error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
    });
  }
}

/** Sees nothing older than what was done before it asked. */
async function reader(truth: Store, party: Party, times: number, history: History) {
  const index = indexOn(seenBy(truth, party, Number.POSITIVE_INFINITY));
  for (let n = 0; n < times; n += 1) {
    const oldest = CALLS.map((call) => history[call].findLastIndex(({ isDone }) => isDone));
    const found = await percentsIn(index);
    for (const [n, call] of CALLS.entries()) {
      const since = history[call].slice(Math.max(0, oldest[n]!)).map(({ percent }) => percent);
      expect(since).toContain(found[call]);
    }
  }
}

async function percentsIn(index: DuckDbCallIndex): Promise<Record<CallName, number | null>> {
  const { rows } = await index.find(PERIOD);
  const percentOf = (call: CallName) =>
    rows.find(({ callId }) => callId === callIdOn(DAY, call))?.percent ?? null;
  return { a: percentOf("a"), b: percentOf("b"), c: percentOf("c") };
}

async function marksIn(store: Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(dirtyPrefix(TENANT))) keys.push(key);
  return keys;
}

/** Mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const steps = fc.oneof(
  { weight: 3, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  { weight: 1, arbitrary: fc.nat(20) },
);
const writings = fc.array(
  fc.record({
    call: fc.constantFrom(...CALLS),
    removes: fc.boolean(),
    repeats: fc.boolean(),
    steps: fc.nat(6),
  }),
  { minLength: 2, maxLength: 5 },
);
const compactions = fc.array(steps, { minLength: 2, maxLength: 3 });

it("loses nothing that writers, compactors and readers do at once, wherever one of them stops", async () => {
  const property = fc.asyncProperty(
    fc.nat(),
    fc.tuple(writings, writings),
    fc.tuple(compactions, compactions),
    fc.boolean(),
    async (seed, [one, other], [first, second], isCompacted) => {
      const truth = memoryStore({ clock });
      const history: History = { a: [], b: [], c: [] };
      for (const call of ["a", "b"] as const) {
        await putRow(truth, TENANT, callRow(callIdOn(DAY, call), { percent: 0 }));
        history[call].push({ percent: 0, isDone: true });
      }
      history.c.push({ percent: null, isDone: true });
      if (isCompacted) await indexOn(truth).compactDay(TENANT, DAY);

      const order = turns(randomOf(seed));
      const at = (name: string, work: (party: Party) => Promise<void>) =>
        order.run(name, () => work({ turns: order, name }));
      await Promise.all([
        at("one writer", (party) => writer(truth, party, one, history)),
        at("the other writer", (party) => writer(truth, party, other, history)),
        at("one compactor", (party) => compactor(truth, party, first)),
        at("the other compactor", (party) => compactor(truth, party, second)),
        at("the reader", (party) => reader(truth, party, 2, history)),
      ]);

      const last = {
        a: history.a.at(-1)!.percent,
        b: history.b.at(-1)!.percent,
        c: history.c.at(-1)!.percent,
      };
      const index = indexOn(truth);
      expect(await percentsIn(index)).toEqual(last);
      await index.compactDay(TENANT, DAY);
      expect(await marksIn(truth)).toEqual([]);
      expect(await percentsIn(index)).toEqual(last);
      expect(await percentsIn(indexOn(truth))).toEqual(last);
      for (const used of indexes.splice(0)) await used.close();
    },
  );
  await fc.assert(property, { numRuns: Number(process.env.RUNS ?? 20) });
}, 600_000);
