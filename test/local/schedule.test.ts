import { afterEach, expect, it, vi } from "vitest";
import { digestKey, digestSentKey, indexRowKey } from "../../core/bucket-layout.ts";
import { setClock } from "../../core/clock.ts";
import { defaultSettings, type Settings } from "../../core/settings.ts";
import { writeJson } from "../../core/store-json.ts";
import { pipeline, stageNames, visibilitySec } from "../../events/pipeline.ts";
import { startSchedule } from "../../local/schedule.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { memoryStore } from "../fakes/store.ts";

const settings: Settings = defaultSettings;

const schedules: { stop(): void }[] = [];

afterEach(() => {
  for (const schedule of schedules.splice(0)) schedule.stop();
  vi.useRealTimers();
});

function world() {
  const store = memoryStore();
  const queues = stageNames.map((name) => ({
    name,
    visibilitySec: visibilitySec(name),
    maxReceiveCount: pipeline[name].maxReceiveCount,
  }));
  const queue = memoryQueue({ queues });
  return {
    store,
    queue,
    /** As a service that starts at this moment. */
    async start(at: string, changed: Partial<Settings> = {}) {
      const schedule = await startSchedule({
        store,
        queue,
        tenant: "default",
        settings: { ...settings, ...changed },
        onError: (error) => {
          throw error;
        },
        now: setClock(at).now,
      });
      schedules.push(schedule);
      return schedule;
    },
    hasCall: (day: string) => store.put(indexRowKey("default", `${day.replaceAll("-", "")}-upload-1`), "{}"),
    /** The days of the digests that are due, in order. */
    async due(): Promise<string[]> {
      const messages = await queue.receive("report", { max: 10, waitSec: 0, visibilitySec: 600 });
      return messages.map((message) => JSON.parse(message.body).subject);
    },
  };
}

it.each([
  ["Europe/Moscow", "19:00", "2026-11-20T16:00:00.000Z"],
  ["Asia/Vladivostok", "18:30", "2026-11-20T08:30:00.000Z"],
  ["Europe/Kaliningrad", "23:59", "2026-11-20T21:59:00.000Z"],
])("comes next at the time of day of the company: %s %s", async (timeZone, digestAt, next) => {
  const { nextDigestAt } = await world().start("2026-11-20T05:00:00Z", { timeZone, digestAt });
  expect(nextDigestAt?.toISOString()).toBe(next);
});

it("keeps the time of day when the clocks are changed", async () => {
  const { start } = world();
  const before = await start("2026-10-24T12:00:00Z", { timeZone: "Europe/Berlin" });
  expect(before.nextDigestAt?.toISOString()).toBe("2026-10-24T17:00:00.000Z");
  const after = await start("2026-10-25T12:00:00Z", { timeZone: "Europe/Berlin" });
  expect(after.nextDigestAt?.toISOString()).toBe("2026-10-25T18:00:00.000Z");
});

it("announces the digest of the company's day when its time has come", async () => {
  // One o'clock in the night of the 21st in Vladivostok, still the 20th in Moscow and in UTC.
  vi.useFakeTimers({ now: new Date("2026-11-20T14:59:58Z") });
  const { store, queue, hasCall, due } = world();
  schedules.push(
    await startSchedule({
      store,
      queue,
      tenant: "default",
      settings: { ...settings, timeZone: "Asia/Vladivostok", digestAt: "01:00" },
      onError: (error) => {
        throw error;
      },
    }),
  );
  await hasCall("2026-11-19");
  await vi.advanceTimersByTimeAsync(3000);
  // At night about the day that has just ended.
  expect(await due()).toEqual(["2026-11-20"]);
});

it("announces in the morning of the first day of all what has been heard so far", async () => {
  vi.useFakeTimers({ now: new Date("2026-11-20T06:59:58Z") });
  const { store, queue, hasCall, due } = world();
  await hasCall("2026-11-20");
  const onError = (error: unknown) => {
    throw error;
  };
  const morning = { ...settings, digestAt: "10:00" };
  schedules.push(await startSchedule({ store, queue, tenant: "default", settings: morning, onError }));
  await vi.advanceTimersByTimeAsync(3000);
  expect(await due()).toEqual(["2026-11-20"]);
});

it("says nothing of a week in which nothing was heard", async () => {
  vi.useFakeTimers({ now: new Date("2026-11-23T15:59:58Z") });
  const { store, queue, due } = world();
  const onError = (error: unknown) => {
    throw error;
  };
  schedules.push(await startSchedule({ store, queue, tenant: "default", settings, onError }));
  await vi.advanceTimersByTimeAsync(3000);
  expect(await due()).toEqual(["2026-11-23"]);
});

it("announces the digest that was missed while the service was down, once it has been sent not again", async () => {
  const { store, start, hasCall, due } = world();
  await hasCall("2026-11-20");
  await start("2026-11-20T20:00:00Z");
  expect(await due()).toEqual(["2026-11-20"]);
  await writeJson(store, digestSentKey("default", "2026-11-20", "telegram"), { state: "done" });
  await start("2026-11-20T21:00:00Z");
  expect(await due()).toEqual([]);
});

it("announces the digests of a whole weekend that was missed, oldest first", async () => {
  const { start, hasCall, due } = world();
  for (const day of ["2026-11-19", "2026-11-20", "2026-11-22"]) await hasCall(day);
  // Monday morning; the service was stopped on Friday afternoon, and Thursday is beyond what is made up for.
  await start("2026-11-23T05:00:00Z");
  expect(await due()).toEqual(["2026-11-20", "2026-11-22"]);
});

it("announces on Monday the week that has ended, and makes up for that as well", async () => {
  vi.useFakeTimers({ now: new Date("2026-11-23T15:59:58Z") });
  const { store, queue, start, hasCall, due } = world();
  const onError = (error: unknown) => {
    throw error;
  };
  await hasCall("2026-11-17");
  schedules.push(await startSchedule({ store, queue, tenant: "default", settings, onError }));
  await vi.advanceTimersByTimeAsync(3000);
  expect(await due()).toEqual(["2026-11-23", "2026-W47"]);
  vi.useRealTimers();

  await start("2026-11-25T05:00:00Z");
  expect(await due()).toEqual(["2026-W47"]);
  await store.put(digestSentKey("default", "2026-W47", "telegram"), "{}");
  await start("2026-11-25T05:00:00Z");
  expect(await due()).toEqual([]);
});

it("announces the month that has ended where that is wanted", async () => {
  const { start, hasCall, due } = world();
  await hasCall("2026-11-02");
  await start("2026-12-02T05:00:00Z", { digests: ["month"] });
  expect(await due()).toEqual(["2026-11"]);
});

it("announces each digest once, though the service runs for days", async () => {
  vi.useFakeTimers({ now: new Date("2026-11-17T12:00:00Z") });
  const { store, queue, due } = world();
  const onError = (error: unknown) => {
    throw error;
  };
  schedules.push(await startSchedule({ store, queue, tenant: "default", settings, onError }));
  await vi.advanceTimersByTimeAsync(3 * 86_400_000);
  expect(await due()).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
});

it("announces a missed digest though somebody looked at it before it was due", async () => {
  const { store, start, hasCall, due } = world();
  await hasCall("2026-11-20");
  await store.put(digestKey("default", "2026-11-20"), "{}");
  await start("2026-11-20T20:00:00Z");
  expect(await due()).toEqual(["2026-11-20"]);
});

it("announces nothing on a fresh start, and nothing of today before its time", async () => {
  const { start, hasCall, due } = world();
  await start("2026-11-20T20:00:00Z");
  await hasCall("2026-11-21");
  await start("2026-11-21T10:00:00Z");
  expect(await due()).toEqual([]);
});
