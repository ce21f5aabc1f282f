import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCrashTest } from "../bench/crash/run.ts";

/** The short form of `npm run crash-test`: the same code with fewer calls and kills. */

const SEED = 20_261_120;
const GIVE_UP_SEC = 90;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-crash-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it("ends, counts and pays for every call once while it is killed again and again and notices are lost", {
  timeout: 180_000,
}, async () => {
  const report = await runCrashTest({
    seed: SEED,
    calls: 25,
    kills: 8,
    speed: 120,
    giveUpSec: GIVE_UP_SEC,
    folder,
    progress: () => undefined,
  });
  expect(report.problems).toEqual([]);
  expect(report.calls).toEqual({ scored: 25, onTop: 2 });
  expect(report.storm.kills).toHaveLength(8);
  // Otherwise nothing was tried.
  expect(report.storm.notices.dropped).toBeGreaterThan(0);
  expect(report.storm.notices.twice).toBeGreaterThan(0);
  expect(report.givenBack).toBeGreaterThan(0);
  expect(report.sweeps.found).toBeGreaterThan(0);
});
