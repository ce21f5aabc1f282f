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

it("the marker tells a person what happened and when", async () => {
  const { store, claimOurs } = world();
  await (await claimOurs()).done({ id: "7" });
  expect(JSON.parse((await readText(store, KEY))!)).toEqual({
    state: "done",
    at: "2026-11-20T12:00:00.000Z",
    result: { id: "7" },
  });
});

it("a result that nobody wrote down is the loss of that run, not of the store", async () => {
  const real = memoryStore();
  let writes = 0;
  const { claim, claimOurs, clock } = world({
    ...real,
    put: async (...given) => {
      writes += 1;
      if (writes === 2) throw new RangeError("no connection");
      return real.put(...given);
    },
  });
  const effect = await claimOurs();
  await expect(effect.done({ id: "7" })).rejects.toThrow("no connection");
  await expect(claim()).rejects.toBeInstanceOf(RetryLaterError);
  clock.advance(60);
  expect(await claim()).toMatchObject({ state: "ours" });
});
