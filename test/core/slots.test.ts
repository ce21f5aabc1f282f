import { describe, expect, it } from "vitest";
import { setClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { freeSlot, takeSlot } from "../../core/slots.ts";
import { memoryStore } from "../fakes/store.ts";
import { readObject } from "../functions/world.ts";

const KEY = "health/default/speech-slots.json";

function world(store: Store = memoryStore()) {
  const clock = setClock("2026-11-20T12:00:00Z");
  return {
    store,
    clock,
    take: (holder: string, slots = 2) => takeSlot(store, clock, KEY, { holder, slots, leaseSec: 60 }),
    free: (holder: string) => freeSlot(store, clock, KEY, holder),
    holders: async () => {
      const kept = (await readObject(store, KEY)) as { slots: { holder: string }[] };
      return kept.slots.map(({ holder }) => holder);
    },
  };
}

/** Counts what the store is asked. */
function counted() {
  const store = memoryStore();
  const counts = { gets: 0, puts: 0 };
  const counting: Store = {
    ...store,
    get: (...given) => {
      counts.gets += 1;
      return store.get(...given);
    },
    put: (...given) => {
      counts.puts += 1;
      return store.put(...given);
    },
  };
  return { ...world(counting), counts };
}

describe("slots", () => {
  it("are given out until all are taken", async () => {
    const { take, holders } = world();
    expect([await take("a"), await take("b"), await take("c")]).toEqual([true, true, false]);
    expect(await holders()).toEqual(["a", "b"]);
  });

  it("that were freed are given out again", async () => {
    const { take, free } = world();
    await take("a");
    await take("b");
    await free("a");
    expect(await take("c")).toBe(true);
    expect(await take("a")).toBe(false);
  });

  it("are freed by their holder alone, once", async () => {
    const { take, free, holders } = world();
    await take("a");
    await free("b");
    await free("a");
    await free("a");
    expect(await holders()).toEqual([]);
  });

  it("of a holder that asks again are one, with a new lease", async () => {
    const { clock, take, holders } = world();
    await take("a");
    await take("b");
    clock.advance(50);
    expect(await take("a")).toBe(true);
    clock.advance(50);
    expect(await take("c")).toBe(true);
    expect(await holders()).toEqual(["a", "c"]);
  });

  it("whose lease has ended are free: a holder that died takes none away for ever", async () => {
    const { clock, take } = world();
    await take("a");
    await take("b");
    clock.advance(59.9);
    expect(await take("c")).toBe(false);
    clock.advance(0.1);
    expect(await take("c")).toBe(true);
  });

  it("that were lost to another one are not taken back", async () => {
    const { clock, take } = world();
    await take("a", 1);
    clock.advance(60);
    await take("b", 1);
    expect(await take("a", 1)).toBe(false);
  });

  it("are never given to more than there are, however many ask at once [transcribe:cap]", async () => {
    const { take, holders } = world();
    const asked = await Promise.all(Array.from({ length: 20 }, (_value, n) => take(`call-${n}`, 5)));
    const taken = asked.filter((isTaken) => isTaken).length;
    expect(taken).toBeLessThanOrEqual(5);
    expect(await holders()).toHaveLength(taken);
    for (let n = 0; n < 20; n += 1) await take(`call-${n}`, 5);
    expect(await holders()).toHaveLength(5);
  });

  it("that many free at the same moment are all free", async () => {
    const { take, free, holders } = world();
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names) await take(name, 5);
    await Promise.all(names.map(free));
    expect(await holders()).toEqual([]);
  });

  it("cost one read and one write each way, and a read alone when there is none", async () => {
    const { take, free, counts } = counted();
    await take("a", 1);
    expect(counts).toEqual({ gets: 1, puts: 1 });
    await take("b", 1);
    expect(counts).toEqual({ gets: 2, puts: 1 });
    await free("a");
    expect(counts).toEqual({ gets: 3, puts: 2 });
  });

  it.each([
    ["", "nothing"],
    ["{", "half a file"],
    ['{"slots":[{"holder":7}]}', "something else"],
  ])("that are unreadable (%j, %s) stop no work", async (text) => {
    const { store, take, holders } = world();
    await store.put(KEY, text);
    expect(await take("a")).toBe(true);
    expect(await holders()).toEqual(["a"]);
  });

  it("that cannot be freed end with their lease, and the caller hears nothing of it", async () => {
    const store = memoryStore();
    const { clock, take } = world(store);
    await take("a", 1);
    const broken = { ...store, get: () => Promise.reject(new Error("no connection")) };
    await freeSlot(broken, clock, KEY, "a");
    expect(await take("b", 1)).toBe(false);
    clock.advance(60);
    expect(await take("b", 1)).toBe(true);
  });
});
