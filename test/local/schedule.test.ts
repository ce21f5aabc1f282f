import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defaultSettings, type Settings } from "../../core/settings.ts";
import { type Schedule, startSchedule } from "../../local/schedule.ts";
import { scheduleWorld } from "../functions/report/schedule-world.ts";

let schedule: Schedule | undefined;

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  await schedule?.stop();
  vi.useRealTimers();
});

/** A service that starts at this moment; its schedule runs what is deployed. */
function start(at: string, options: { settings?: Partial<Settings>; run?: () => Promise<unknown> } = {}) {
  vi.setSystemTime(new Date(at));
  const world = scheduleWorld();
  const runs: string[] = [];
  const errors: unknown[] = [];
  const service = { settings: { ...defaultSettings, ...options.settings } };
  schedule = startSchedule({
    run: async () => {
      runs.push(new Date().toISOString());
      await (options.run?.() ?? world.run(new Date(), service.settings));
    },
    settingsOf: async () => service.settings,
    onError: (error) => errors.push(error),
  });
  return { ...world, runs, errors, service };
}

it("runs at the start and at the very time of the digest", async () => {
  const { runs, due } = start("2026-11-20T14:59:30Z", { settings: { digestAt: "18:00" } });
  await vi.advanceTimersByTimeAsync(31_000);
  expect(runs).toEqual(["2026-11-20T14:59:30.000Z", "2026-11-20T15:00:00.000Z"]);
  expect(await due()).toEqual(["2026-11-20"]);
});

it("announces each digest once, though the service runs for days", async () => {
  const { runs, due } = start("2026-11-17T12:00:00Z");
  await vi.advanceTimersByTimeAsync(3 * 86_400_000);
  expect(runs).toHaveLength(4);
  expect(await due()).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
});

it("follows settings that are changed while it runs", async () => {
  const { due, service } = start("2026-11-20T12:00:00Z");
  await vi.advanceTimersByTimeAsync(60_000);
  service.settings = { ...service.settings, digestAt: "15:30" };
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  expect(await due()).toEqual(["2026-11-20"]);
});

it("runs again within a minute when a run has failed", async () => {
  let tries = 0;
  const { runs } = start("2026-11-20T12:00:00Z", {
    run: async () => {
      tries += 1;
      if (tries < 3) throw new Error("the bucket is away");
    },
  });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(runs).toEqual(["2026-11-20T12:00:00.000Z", "2026-11-20T12:01:00.000Z", "2026-11-20T12:02:00.000Z"]);
});

it("runs at once when the machine wakes up after the time of the digest", async () => {
  const { runs, due, hasCall } = start("2026-11-20T12:00:00Z");
  await hasCall("2026-11-20");
  await vi.advanceTimersByTimeAsync(1000);
  vi.setSystemTime(new Date("2026-11-20T21:00:00Z"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toHaveLength(2);
  expect(await due()).toEqual(["2026-11-20"]);
});

it("goes on when the settings cannot be read, and says so", async () => {
  const { errors, service, due } = start("2026-11-20T15:58:00Z");
  const { settings } = service;
  await vi.advanceTimersByTimeAsync(1000);
  const broken = new Error("settings/default.json is malformed");
  Object.defineProperty(service, "settings", {
    configurable: true,
    get: () => {
      throw broken;
    },
  });
  await vi.advanceTimersByTimeAsync(61_000);
  expect(new Set(errors)).toEqual(new Set([broken]));
  Object.defineProperty(service, "settings", { value: settings });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await due()).toEqual(["2026-11-20"]);
});

it("waits for the run in hand when it is stopped, and never runs again", async () => {
  let finish = () => {};
  const { runs } = start("2026-11-20T15:59:59Z", { run: () => new Promise<void>((done) => (finish = done)) });
  await vi.advanceTimersByTimeAsync(0);
  let isStopped = false;
  const stopping = schedule?.stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isStopped).toBe(false);
  finish();
  await stopping;
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(runs).toHaveLength(1);
});
