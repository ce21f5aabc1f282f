import { describe, expect, it } from "vitest";
import { backfillKey } from "../../../core/bucket-layout.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Crm, CrmCall } from "../../../core/ports/crm.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { type BackfillPlan, backfillDays, type DayPlan } from "../../../local/cli/backfill-days.ts";
import { crmCall } from "../../functions/ingest/ingest-world.ts";
import {
  eventsOn,
  putCall,
  putRow,
  type SweepWorld,
  sweepWorld,
} from "../../functions/ingest/sweep-world.ts";
import { readObject } from "../../functions/world.ts";

const DAYS = ["2026-03-01", "2026-03-02"];

function callAt(nativeId: string, startedAt: string, differs: Partial<CrmCall> = {}): CrmCall {
  return crmCall({ nativeId, startedAt, ...differs });
}

const oneEachHour = (day: string, count: number) =>
  Array.from({ length: count }, (_, n) =>
    callAt(`${day}-${n}`, `${day}T${String(9 + n).padStart(2, "0")}:00:00+03:00`),
  );

/** A world in which waiting takes no time, but the clock goes on by it. */
function backfillWorld(calls: CrmCall[] = DAYS.flatMap((day) => oneEachHour(day, 3))) {
  const world = sweepWorld({ calls });
  world.clock.realMs = (ms) => {
    world.clock.advance(ms / 1000);
    return 0;
  };
  return world;
}

async function backfill(
  world: SweepWorld,
  { stopAfter, ...plan }: Partial<BackfillPlan> & { stopAfter?: number } = {},
) {
  const stopping = new AbortController();
  const told = {
    days: [] as [string, DayPlan][],
    passedOver: [] as string[],
    waits: [] as string[],
    calls: 0,
  };
  await backfillDays(
    { days: DAYS, callsPerMinute: 30, again: false, settings: defaultSettings, ...plan },
    world,
    {
      day: (day, planned) => told.days.push([day, planned]),
      call: () => {
        told.calls += 1;
        if (told.calls === stopAfter) stopping.abort();
      },
      passedOver: (day) => told.passedOver.push(day),
      waits: (why) => told.waits.push(why),
    },
    stopping.signal,
  );
  return told;
}

const announced = (world: SweepWorld) => eventsOn(world, "ingest").map(({ subject }) => subject.slice(18));

describe("fetching past days", () => {
  it("announces every call of each day, day by day, with all that is known of it", async () => {
    const world = backfillWorld();
    await backfill(world);
    expect(announced(world)).toEqual([
      ...[0, 1, 2].map((n) => `2026-03-01-${n}`),
      ...[0, 1, 2].map((n) => `2026-03-02-${n}`),
    ]);
    expect(eventsOn(world, "ingest")[0]).toMatchObject({
      type: "call.ended",
      subject: "20260301-bitrix24-2026-03-01-0",
      data: { startedAt: "2026-03-01T09:00:00+03:00", durationSec: 61, missed: false },
    });
  });

  it("takes days as the company does, to the last second", async () => {
    const world = backfillWorld([
      callAt("before", "2026-02-28T23:59:59+03:00"),
      callAt("first", "2026-03-01T00:00:00+03:00"),
      callAt("last", "2026-03-02T23:59:59+03:00"),
      callAt("after", "2026-03-03T00:00:00+03:00"),
    ]);
    await backfill(world);
    expect(announced(world)).toEqual(["first", "last"]);
  });

  it("says before it begins a day how many calls it will announce, and how much sound is to be paid for", async () => {
    const world = backfillWorld([
      ...oneEachHour("2026-03-01", 2),
      callAt("missed", "2026-03-01T18:00:00+03:00", { missed: true, durationSec: 0 }),
      callAt("short", "2026-03-01T18:10:00+03:00", { durationSec: 5 }),
      callAt("inner", "2026-03-01T18:20:00+03:00", { kind: "internal" }),
      callAt("long", "2026-03-01T18:30:00+03:00", { durationSec: 598 }),
    ]);
    await putCall(world, { callId: "20260301-bitrix24-long" });
    await putRow(world, "20260301-bitrix24-2026-03-01-0");
    const { days } = await backfill(world, { days: ["2026-03-01"] });
    expect(days).toEqual([
      ["2026-03-01", { calls: 6, known: 2, toAnnounce: 4, toScore: 1, minutesToScore: 1 }],
    ]);
    expect(announced(world)).toEqual(["2026-03-01-1", "missed", "short", "inner"]);
  });

  it("goes on where it was stopped, and announces no call twice [backfill:resume]", async () => {
    const world = backfillWorld();
    await backfill(world, { stopAfter: 2 });
    expect(announced(world)).toHaveLength(2);
    await backfill(world, { stopAfter: 2 });
    expect(announced(world)).toHaveLength(4);
    await backfill(world);
    expect(announced(world)).toHaveLength(6);
    expect(new Set(announced(world)).size).toBe(6);
  });

  it("asks no more about days that are done, unless it is told to", async () => {
    const world = backfillWorld();
    await backfill(world);
    world.crmHolds.calls.push(callAt("late", "2026-03-01T20:00:00+03:00"));
    expect((await backfill(world)).passedOver).toEqual(DAYS);
    expect(announced(world)).toHaveLength(6);
    await backfill(world, { again: true });
    expect(announced(world).at(-1)).toBe("late");
    expect(announced(world)).toHaveLength(7);
  });

  it("does not take a day for done that is not over, nor a call that goes on", async () => {
    const today = "2026-11-20";
    const calls = [
      callAt("over", "2026-11-20T09:00:00Z"),
      callAt("goes-on", "2026-11-20T09:59:00Z", { durationSec: 900 }),
    ];
    const world = backfillWorld(calls);
    await backfill(world, { days: [today] });
    expect(announced(world)).toEqual(["over"]);
    expect(await readObject(world.store, backfillKey("default"))).toMatchObject({
      days: { [today]: { calls: 1, done: false } },
    });
    world.clock.advance(3600);
    await backfill(world, { days: [today] });
    expect(announced(world)).toEqual(["over", "goes-on"]);
  });

  it("keeps what is noted of other days, and refuses to go on by a note that is spoilt", async () => {
    const world = backfillWorld();
    await backfill(world, { days: ["2026-03-02"] });
    await backfill(world, { days: ["2026-03-01"] });
    expect(await readObject(world.store, backfillKey("default"))).toMatchObject({
      days: { "2026-03-01": { done: true }, "2026-03-02": { done: true } },
    });
    await world.store.put(backfillKey("default"), "{");
    await expect(backfill(world)).rejects.toThrow(backfillKey("default"));
  });
});

describe("the pace of it", () => {
  it("is as many calls a minute as was asked for", async () => {
    const world = backfillWorld();
    await backfill(world, { callsPerMinute: 30 });
    const times = eventsOn(world, "ingest").map(({ time }) => Date.parse(time) / 1000);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 2, 4, 6, 8, 10]);
  });

  it.each([
    ["visible at ingest", "ingest", undefined],
    ["visible at transcribe", "transcribe", undefined],
    ["at transcribe, waiting for the recogniser", "transcribe", 900],
  ])("leaves room for live calls: it waits while more than twenty are %s", async (_, queue, delaySec) => {
    const world = backfillWorld(oneEachHour("2026-03-01", 1));
    for (let sent = 0; sent < 3; sent += 1)
      await world.queue.send(
        queue,
        Array.from({ length: 7 }, () => ({ body: "{}", ...(delaySec ? { delaySec } : {}) })),
      );
    world.sent.length = 0;
    const announcedBefore: number[] = [];
    const { realMs } = world.clock;
    world.clock.realMs = (ms) => {
      announcedBefore.push(world.sent.length);
      // Somebody works on them meanwhile.
      if (announcedBefore.length === 3) drained();
      return realMs(ms);
    };
    const stats = world.queue.stats;
    let empty = false;
    const drained = () => {
      empty = true;
    };
    world.queue.stats = async (name) => {
      const found = await stats(name);
      return empty ? { ...found, visible: 20, delayed: 0 } : found;
    };
    const { waits } = await backfill(world, { days: ["2026-03-01"] });
    expect(announcedBefore).toEqual([0, 0, 0]);
    expect(waits).toHaveLength(3);
    expect(waits[0]).toContain("21 calls are in line");
    expect(announced(world)).toHaveLength(1);
  });
});

describe("a CRM that fails in the middle", () => {
  function failing(world: SweepWorld, errors: Error[]): void {
    const { crmHolds } = world;
    const crm: Crm = {
      ...crmHolds,
      async *listCalls(period) {
        const [error] = errors.splice(0, 1);
        yield* crmHolds.listCalls(period);
        if (error) throw error;
      },
    };
    world.crm = async () => crm;
  }

  it("is waited for, as long as it asks, and nothing is announced twice or left out", async () => {
    const world = backfillWorld();
    failing(world, [
      new RetryLaterError("crm.rate_limited", 120, "too many requests"),
      new VendorError("crm.unreachable", "no answer"),
    ]);
    const begun = world.clock.now().getTime();
    const { waits } = await backfill(world, { callsPerMinute: 6000 });
    expect(waits).toEqual([
      "the CRM is asked again in 120 s: too many requests",
      "the CRM is asked again in 60 s: no answer",
    ]);
    expect((world.clock.now().getTime() - begun) / 1000).toBeGreaterThanOrEqual(180);
    expect(announced(world)).toHaveLength(6);
  });

  it("ends it when it fails on and on", async () => {
    const world = backfillWorld();
    failing(
      world,
      Array.from({ length: 20 }, () => new VendorError("crm.unreachable", "no answer")),
    );
    await expect(backfill(world)).rejects.toThrow("no answer");
    expect(announced(world)).toEqual([]);
  });

  it("ends it at once when it refuses us", async () => {
    const world = backfillWorld();
    failing(world, [new ConfigurationError("crm.unauthorized", "check BITRIX24_WEBHOOK_URL")]);
    await expect(backfill(world)).rejects.toThrow("check BITRIX24_WEBHOOK_URL");
  });
});
