import { expect, it } from "vitest";
import { remembered } from "../../core/remembered.ts";

function question(keepMs: number) {
  let nowMs = 0;
  let asked = 0;
  const ask = remembered<number>({ keepMs, elapsedMs: () => nowMs });
  return {
    ask: (answer?: () => Promise<number>) => ask(answer ?? (async () => ++asked)),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

it("answers from memory while the answer is fresh", async () => {
  const { ask, pass } = question(5000);
  expect(await ask()).toBe(1);
  pass(4999);
  expect(await ask()).toBe(1);
  pass(1);
  expect(await ask()).toBe(2);
});

it("asks once for all who ask at the same time, even when it keeps nothing", async () => {
  const { ask } = question(0);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(2);
});

it("tells an error to those who wait for it and asks anew after it", async () => {
  const { ask } = question(5000);
  const error = new Error("gone");
  const failed = ask(() => Promise.reject(error));
  await expect(ask()).rejects.toBe(error);
  await expect(failed).rejects.toBe(error);
  expect(await ask()).toBe(1);
});
