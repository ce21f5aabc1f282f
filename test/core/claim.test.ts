import { describe, expect, it } from "vitest";
import * as z from "zod";
import { claimEffect, doneEffect } from "../../core/claim.ts";
import { setClock } from "../../core/clock.ts";
import { RetryLaterError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readText } from "../../core/store-json.ts";
import { memoryStore } from "../fakes/store.ts";

const KEY = "calls/default/2026-11-20/c/published/comment.json";
const Result = z.object({ id: z.string() });

function world(store: Store = memoryStore()) {
  const clock = setClock("2026-11-20T12:00:00Z");
  const claim = () => claimEffect(store, clock, KEY, Result, 60);
  const claimOurs = async () => {
    const claimed = await claim();
    if (claimed.state !== "ours") throw new Error("it is done already");
    return claimed.effect;
  };
  return { store, clock, claim, claimOurs };
}

it("of twenty runs at once one gets the right, the others come later", async () => {
  const { claim } = world();
  const runs = await Promise.allSettled(Array.from({ length: 20 }, claim));
  const won = runs.filter((run) => run.status === "fulfilled");
  const lost = runs.flatMap((run) => (run.status === "rejected" ? [run.reason] : []));
  expect(won).toHaveLength(1);
  expect(won[0]?.value.state).toBe("ours");
  expect(lost).toHaveLength(19);
  for (const error of lost) {
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ code: "claim.held", afterSec: 60 });
  }
});

it("what is done is done for good, with its result", async () => {
  const { store, clock, claim, claimOurs } = world();
  await (await claimOurs()).done({ id: "7" });
  clock.advance(1_000_000);
  expect(await claim()).toEqual({ state: "done", result: { id: "7" } });
  expect(await doneEffect(store, KEY, Result)).toEqual({ id: "7" });
});

it("has no result before it is done", async () => {
  const { store, claimOurs } = world();
  expect(await doneEffect(store, KEY, Result)).toBeUndefined();
  const effect = await claimOurs();
  expect(await doneEffect(store, KEY, Result)).toBeUndefined();
  await effect.release();
  expect(await doneEffect(store, KEY, Result)).toBeUndefined();
});

describe("the lease", () => {
  it("keeps others out, who are told when to come back", async () => {
    const { clock, claim, claimOurs } = world();
    await claimOurs();
    clock.advance(45.5);
    await expect(claim()).rejects.toMatchObject({ code: "claim.held", afterSec: 15 });
    clock.advance(14.4);
    await expect(claim()).rejects.toMatchObject({ afterSec: 1 });
  });

  it("ends, so that a crashed run does not block the call for ever", async () => {
    const { clock, claim, claimOurs } = world();
    await claimOurs();
    clock.advance(60);
    const runs = await Promise.allSettled(Array.from({ length: 20 }, claim));
    expect(runs.filter((run) => run.status === "fulfilled")).toHaveLength(1);
  });

  it("of a run that took over is its own", async () => {
    const { clock, claim, claimOurs } = world();
    await claimOurs();
    clock.advance(60);
    await claimOurs();
    clock.advance(59);
    await expect(claim()).rejects.toMatchObject({ afterSec: 1 });
  });
});

describe("a release", () => {
  it("lets the next run begin at once", async () => {
    const { claimOurs } = world();
    await (await claimOurs()).release();
    await (await claimOurs()).done({ id: "2" });
  });

  it("lets in one run only", async () => {
    const { claim, claimOurs } = world();
    await (await claimOurs()).release();
    const runs = await Promise.allSettled(Array.from({ length: 20 }, claim));
    expect(runs.filter((run) => run.status === "fulfilled")).toHaveLength(1);
  });

  it("does not take the right from a run that took over", async () => {
    const { clock, claim, claimOurs } = world();
    const slow = await claimOurs();
    clock.advance(60);
    await claimOurs();
    await slow.release();
    await expect(claim()).rejects.toBeInstanceOf(RetryLaterError);
  });

  it("does not undo what is done", async () => {
    const { claim, claimOurs } = world();
    const effect = await claimOurs();
    await effect.done({ id: "7" });
    await effect.release();
    expect(await claim()).toEqual({ state: "done", result: { id: "7" } });
  });
});

it("a result that is not what was promised is not taken for done", async () => {
  const { store, claim } = world();
  await store.put(KEY, '{"state":"done","at":"2026-11-20T12:00:00Z","result":{"id":5}}');
  await expect(claim()).rejects.toThrow();
  await expect(doneEffect(store, KEY, Result)).rejects.toThrow();
});

it("a marker that was broken by hand stops the effect instead of repeating it", async () => {
  const { store, claim } = world();
  await store.put(KEY, "{}");
  await expect(claim()).rejects.toMatchObject({ code: "store.unreadable" });
});

it("the marker tells a person what happened, when, and in how many attempts", async () => {
  const { store, claimOurs } = world();
  await (await claimOurs()).done({ id: "7" });
  expect(await marker(store)).toEqual({
    state: "done",
    at: "2026-11-20T12:00:00.000Z",
    owner: expect.any(String),
    attempts: 1,
    result: { id: "7" },
  });
});

it("a marker that an older version wrote is read", async () => {
  const { store, clock, claim } = world();
  await store.put(KEY, '{"state":"done","at":"2026-11-20T12:00:00Z","result":{"id":"5"}}');
  expect(await claim()).toEqual({ state: "done", result: { id: "5" } });
  await store.put(KEY, '{"state":"free"}');
  expect(await claim()).toMatchObject({ state: "ours", unsettled: 0 });
  const until = clock.now().toISOString();
  await store.put(KEY, JSON.stringify({ state: "claimed", owner: "o", until }));
  expect(await claim()).toMatchObject({ state: "ours", unsettled: 1 });
});

describe("the attempts", () => {
  it("count every run that ended without a word, and stand in the marker for good [effects:repeats-are-counted]", async () => {
    const { store, clock, claim, claimOurs } = world();
    expect(await claim()).toMatchObject({ unsettled: 0 });
    for (const unsettled of [1, 2]) {
      clock.advance(60);
      expect(await marker(store)).toMatchObject({ state: "claimed", attempts: unsettled });
      expect(await claim()).toMatchObject({ unsettled });
    }
    clock.advance(60);
    await (await claimOurs()).done({ id: "7" });
    expect(await marker(store)).toMatchObject({ state: "done", attempts: 4, result: { id: "7" } });
  });

  it("do not count a run that surely did nothing", async () => {
    const { store, clock, claim, claimOurs } = world();
    await (await claimOurs()).release();
    expect(await marker(store)).toEqual({ state: "free", attempts: 0 });
    await claimOurs();
    clock.advance(60);
    await (await claimOurs()).release();
    // The one before it may have done it all the same.
    expect(await marker(store)).toEqual({ state: "free", attempts: 1 });
    expect(await claim()).toMatchObject({ unsettled: 1 });
  });

  it("count a run that left it in doubt, and the next one need not wait", async () => {
    const { store, claim, claimOurs } = world();
    await (await claimOurs()).leaveInDoubt();
    expect(await marker(store)).toEqual({ state: "free", attempts: 1 });
    expect(await claim()).toMatchObject({ state: "ours", unsettled: 1 });
  });
});

describe("a run that was taken for dead", () => {
  async function overtaken() {
    const made = world();
    const slow = await made.claimOurs();
    made.clock.advance(60);
    return { ...made, slow, second: await made.claimOurs() };
  }

  it("and finishes last learns what counts, and its own receipt is kept beside it", async () => {
    const { store, claim, slow, second } = await overtaken();
    expect(await second.done({ id: "second" })).toEqual({ id: "second" });
    expect(await slow.done({ id: "slow" })).toEqual({ id: "second" });
    expect(await marker(store)).toMatchObject({
      attempts: 2,
      result: { id: "second" },
      repeats: [{ result: { id: "slow" } }],
    });
    expect(await claim()).toEqual({ state: "done", result: { id: "second" } });
  });

  it("and finishes first has done it", async () => {
    const { store, claim, slow, second } = await overtaken();
    expect(await slow.done({ id: "slow" })).toEqual({ id: "slow" });
    expect(await claim()).toEqual({ state: "done", result: { id: "slow" } });
    expect(await second.done({ id: "second" })).toEqual({ id: "slow" });
    expect(await marker(store)).toMatchObject({ attempts: 2, repeats: [{ result: { id: "second" } }] });
  });

  it("and finishes after the other one gave it back has done it", async () => {
    const { store, slow, second } = await overtaken();
    await second.release();
    expect(await slow.done({ id: "slow" })).toEqual({ id: "slow" });
    expect(await marker(store)).toMatchObject({ state: "done", attempts: 1 });
  });

  it("and whose marker was removed by hand leaves its receipt all the same", async () => {
    const { store, claimOurs } = world();
    const effect = await claimOurs();
    await store.delete(KEY);
    expect(await effect.done({ id: "7" })).toEqual({ id: "7" });
    expect(await marker(store)).toMatchObject({ state: "done", result: { id: "7" } });
  });
});

describe("a bucket that fails while a result is written down", () => {
  /** Fails the writes with these numbers, counted from 1: the claim's own is the first. */
  function failing(isFailing: (write: number) => boolean, goesThrough = false) {
    const real = memoryStore();
    let writes = 0;
    const store: Store = {
      ...real,
      put: async (...given) => {
        writes += 1;
        if (!isFailing(writes)) return real.put(...given);
        if (goesThrough) await real.put(...given);
        throw new RangeError("no connection");
      },
    };
    return { ...world(store), real };
  }

  it("is asked again until it takes it [effects:receipt-insists]", async () => {
    const { claim, claimOurs } = failing((write) => write >= 2 && write <= 5);
    expect(await (await claimOurs()).done({ id: "7" })).toEqual({ id: "7" });
    expect(await claim()).toEqual({ state: "done", result: { id: "7" } });
  });

  it("and yet took it is not taken for another run", async () => {
    const { real, claimOurs } = failing((write) => write === 2, true);
    expect(await (await claimOurs()).done({ id: "7" })).toEqual({ id: "7" });
    expect(await marker(real)).not.toHaveProperty("repeats");
  });

  it("and yet took a second result keeps it once", async () => {
    // Two claims, the result of the second run, and the late one's lost and kept writes.
    const { real, clock, claimOurs } = failing((write) => write === 5, true);
    const slow = await claimOurs();
    clock.advance(60);
    await (await claimOurs()).done({ id: "second" });
    expect(await slow.done({ id: "slow" })).toEqual({ id: "second" });
    expect(await marker(real)).toMatchObject({ repeats: [{ result: { id: "slow" } }] });
    expect(((await marker(real)) as { repeats: unknown[] }).repeats).toHaveLength(1);
  });

  it("for longer has the run fail, and nobody else begin before its lease ends", async () => {
    const { clock, claim, claimOurs } = failing((write) => write >= 2 && write <= 6);
    await expect((await claimOurs()).done({ id: "7" })).rejects.toThrow("no connection");
    await expect(claim()).rejects.toBeInstanceOf(RetryLaterError);
    clock.advance(60);
    expect(await claim()).toMatchObject({ state: "ours", unsettled: 1 });
  });

  it("while a claim is freed hides no other error: the lease ends by itself", async () => {
    const { clock, claim, claimOurs } = failing((write) => write === 2);
    await (await claimOurs()).release();
    await expect(claim()).rejects.toBeInstanceOf(RetryLaterError);
    clock.advance(60);
    expect(await claim()).toMatchObject({ state: "ours" });
  });
});

it("of two runs that meet at the marker the loser takes the result when there is one already", async () => {
  const real = memoryStore();
  const { claimOurs } = world(real);
  // The other run claims and finishes between this one's look and its write.
  const late: Store = {
    ...real,
    put: async (...given) => {
      await (await claimOurs()).done({ id: "7" });
      return real.put(...given);
    },
  };
  const clock = setClock("2026-11-20T12:00:00Z");
  expect(await claimEffect(late, clock, KEY, Result, 60)).toEqual({ state: "done", result: { id: "7" } });
});

async function marker(store: Store): Promise<unknown> {
  return JSON.parse((await readText(store, KEY)) ?? "null");
}

describe("a result that does not stand any more", () => {
  const stands = ({ id }: { id: string }) => id === "8";
  const claimAnew = (store: Store, clock: ReturnType<typeof setClock>) =>
    claimEffect(store, clock, KEY, Result, 60, stands);

  it("is done anew, by one run, as an effect of its own", async () => {
    const { store, clock, claim, claimOurs } = world();
    await (await claimOurs()).done({ id: "7" });
    const claimed = await claimAnew(store, clock);
    if (claimed.state !== "ours") throw new Error("it stands");
    expect(claimed.unsettled).toBe(0);
    await expect(claimAnew(store, clock)).rejects.toMatchObject({ code: "claim.held" });
    await claimed.effect.done({ id: "8" });
    expect(await claimAnew(store, clock)).toEqual({ state: "done", result: { id: "8" } });
    expect(await claim()).toEqual({ state: "done", result: { id: "8" } });
    expect(JSON.parse((await readText(store, KEY)) ?? "")).toMatchObject({ attempts: 1 });
  });
});
