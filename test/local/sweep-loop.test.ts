import { afterEach, expect, it } from "vitest";
import { fastClock } from "../../core/clock.ts";
import { type SweepLoop, startSweepLoop } from "../../local/sweep-loop.ts";

let loop: SweepLoop | undefined;

afterEach(() => loop?.stop());

/** A sweep is due every ten minutes, which are a tenth of a second here. */
const clock = fastClock(6000);
const everySec = 600;

it("sweeps soon after the start, so that what was missed while the service was off is found at once", async () => {
  const swept = Promise.withResolvers<void>();
  const begun = clock.now().getTime();
  // A day would be fifteen seconds.
  loop = startSweepLoop({ everySec: 86_400, clock, sweep: async () => swept.resolve() });
  await swept.promise;
  expect(clock.now().getTime() - begun).toBeLessThan(86_400_000 / 2);
});

it("sweeps again and again, and goes on after a sweep that failed", async () => {
  const thrice = Promise.withResolvers<void>();
  let times = 0;
  const sweep = async () => {
    times += 1;
    if (times === 3) thrice.resolve();
    throw new Error("the portal is down");
  };
  loop = startSweepLoop({ everySec, clock, sweep });
  await thrice.promise;
});

it("never sweeps twice at a time, however long a sweep takes", async () => {
  const thrice = Promise.withResolvers<void>();
  const running: number[] = [];
  let atOnce = 0;
  const sweep = async () => {
    atOnce += 1;
    running.push(atOnce);
    if (running.length === 3) thrice.resolve();
    // Longer than the pause between two.
    await new Promise((resolve) => setTimeout(resolve, clock.realMs(everySec * 1000 * 1.5)));
    atOnce -= 1;
  };
  loop = startSweepLoop({ everySec, clock, sweep });
  await thrice.promise;
  expect(running).toEqual([1, 1, 1]);
});

it("tells the sweep in hand to stop, and sweeps no more", async () => {
  const begun = Promise.withResolvers<void>();
  const stopped: boolean[] = [];
  const sweep = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      begun.resolve();
      signal.addEventListener("abort", () => {
        stopped.push(signal.aborted);
        resolve();
      });
    });
  loop = startSweepLoop({ everySec, clock, sweep });
  await begun.promise;
  await loop.stop();
  expect(stopped).toEqual([true]);
});

it("stops at once while it waits for its turn", async () => {
  loop = startSweepLoop({ everySec: 86_400, clock: fastClock(1), sweep: () => Promise.reject(new Error()) });
  const askedAt = performance.now();
  await loop.stop();
  expect(performance.now() - askedAt).toBeLessThan(1000);
});
