import { describe, expect, it } from "vitest";
import { callKey, sweepKey } from "../../../core/bucket-layout.ts";
import { Call } from "../../../core/call.ts";
import { VendorError } from "../../../core/errors.ts";
import type { Crm, CrmCall } from "../../../core/ports/crm.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { readJson, readText, writeJson } from "../../../core/store-json.ts";
import { callEndedFrom } from "../../../functions/ingest/call-id.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { sweep } from "../../../functions/ingest/sweep.ts";
import { SweepState } from "../../../functions/ingest/sweep-state.ts";
import { run } from "../world.ts";
import { CALL_ID, crmCall, ingestWorld, NATIVE_ID } from "./ingest-world.ts";
import { EVERY_SEC, eventsOn, putCall, putRow, type SweepWorld, sweepWorld } from "./sweep-world.ts";

const HOUR = 3600;

/** A CRM that notes which periods it was asked for. */
function noting(calls: CrmCall[], crm: Crm, tookSec = () => {}) {
  const periods: { from: Date; to: Date }[] = [];
  const noted: Crm = {
    ...crm,
    async *listCalls(period) {
      periods.push(period);
      tookSec();
      yield* crm.listCalls(period);
    },
  };
  return { noted, periods, calls };
}

describe("a call whose notice was lost", () => {
  it("is announced with all that the statistics know of it [sweep:lost-webhook]", async () => {
    const world = sweepWorld();
    expect(await world.sweep()).toMatchObject({ listed: 1, found: 1 });
    expect(eventsOn(world, "ingest")).toEqual([
      expect.objectContaining({
        type: "call.ended",
        subject: CALL_ID,
        time: "2026-11-20T10:00:00.000Z",
        data: {
          source: "bitrix24",
          nativeId: NATIVE_ID,
          startedAt: "2026-11-20T12:55:00+03:00",
          durationSec: 61,
          direction: "outgoing",
          kind: "client",
          missed: false,
          agentId: "11",
        },
      }),
    ]);
    const record = await readJson(world.store, callKey("default", CALL_ID), Call);
    expect(record?.value).toMatchObject({ callId: CALL_ID, clientPhone: "+79990000101", line: "reg100001" });
  });

  it("is announced once, although it waits in a long queue through ten sweeps", async () => {
    const world = sweepWorld();
    for (let times = 0; times < 10; times += 1) {
      await world.sweep();
      world.clock.advance(100);
    }
    expect(eventsOn(world, "ingest")).toHaveLength(1);
  });

  it("is the call that its notice would have made, also where midnight lies between here and Greenwich", async () => {
    const startedAt = "2026-11-20T00:30:00+03:00";
    const world = sweepWorld({ calls: [crmCall({ startedAt })] });
    await world.sweep();
    const noticed = callEndedFrom(
      {
        nativeId: NATIVE_ID,
        startedAt,
        sentAt: null,
        durationSec: 61,
        direction: null,
        kind: null,
        missed: null,
        agentId: null,
      },
      "default",
      defaultSettings,
      world.clock.now(),
    );
    expect(eventsOn(world, "ingest").map(({ id, subject }) => [id, subject])).toEqual([
      [noticed.id, noticed.subject],
    ]);
    expect(noticed.subject).toContain("20261120-");
  });

  it("that nobody answered is counted as missed, and nothing is asked of the CRM again", async () => {
    const world = sweepWorld({ calls: [crmCall({ missed: true, durationSec: 0, recording: null })] });
    await world.sweep();
    const [event] = eventsOn(world, "ingest");
    if (!event) throw new Error("it was not announced");
    const atIngest = ingestWorld();
    const [handled] = await run(ingest, event, atIngest);
    expect(handled).toMatchObject({ outcome: "skipped", code: "call.missed", callId: CALL_ID });
    expect(atIngest.crmOpened()).toBe(0);
  });

  it("is left to the next sweep while it goes on, and to its notice for a minute", async () => {
    const world = sweepWorld({
      calls: [
        crmCall({ nativeId: "goes-on", startedAt: "2026-11-20T09:59:00Z", durationSec: 600 }),
        crmCall({ nativeId: "just-over", startedAt: "2026-11-20T09:59:00Z", durationSec: 30 }),
      ],
    });
    expect(await world.sweep()).toMatchObject({ listed: 2, found: 0 });
    world.clock.advance(60);
    expect(await world.sweep()).toMatchObject({ found: 1 });
    world.clock.advance(600);
    expect(await world.sweep()).toMatchObject({ found: 1 });
    expect(eventsOn(world, "ingest").map(({ subject }) => subject)).toEqual([
      "20261120-bitrix24-just-over",
      "20261120-bitrix24-goes-on",
    ]);
  });

  it("that nobody answered is counted as missed and not as short, although its first announcement was lost", async () => {
    const missed = crmCall({ durationSec: 7, missed: true, recording: null });
    const world = sweepWorld({ calls: [missed] });
    // Its record stands, and then the message was never sent.
    await world.sweep();
    world.sent.length = 0;
    world.clock.advance(HOUR);
    expect(await world.sweep()).toMatchObject({ again: 1 });
    const [event] = eventsOn(world, "ingest");
    if (!event) throw new Error("it was not announced again");
    const [handled] = await run(ingest, event, ingestWorld({ crm: world.crmHolds }));
    expect(handled).toMatchObject({ outcome: "skipped", code: "call.missed", callId: CALL_ID });
  });

  it("is announced once by two sweeps at the same time", async () => {
    const world = sweepWorld();
    await Promise.all([world.sweep(), world.sweep(), world.sweep()]);
    expect(eventsOn(world, "ingest")).toHaveLength(1);
  });

  it("is taken for a new one when all that stands of it is a sign that nobody waits any more", async () => {
    const world = sweepWorld();
    const until = "2026-11-20T10:00:00Z";
    const waiting = { stage: "ingest", state: "later", code: "x", problem: null, at: until, until };
    await writeJson(world.store, `calls/default/2026-11-20/${CALL_ID}/waiting.json`, waiting);
    expect(await world.sweep()).toMatchObject({ found: 0 });
    world.clock.advance(1900);
    expect(await world.sweep()).toMatchObject({ found: 1 });
  });

  it("leaves alone calls that have come to an end, even if their folders were removed", async () => {
    const world = sweepWorld();
    await putRow(world);
    expect(await world.sweep()).toMatchObject({ listed: 1, found: 0 });
    expect(world.sent).toEqual([]);
  });
});

describe("the window", () => {
  it("is 48 hours, whatever else the portal sends", async () => {
    const old = crmCall({ nativeId: "old", startedAt: "2026-11-18T09:59:59Z" });
    const first = crmCall({ nativeId: "first", startedAt: "2026-11-18T10:00:00Z" });
    const { noted } = noting([], sweepWorld({ calls: [old, first, crmCall()] }).crmHolds);
    const world = sweepWorld({ differs: { crm: async () => noted, takeDroppedRows: () => 731 } });
    expect(await world.sweep()).toMatchObject({ listed: 2, found: 2, dropped: 731 });
    expect(eventsOn(world, "ingest").map(({ subject }) => subject)).toEqual([
      CALL_ID,
      "20261118-bitrix24-first",
    ]);
  });

  it("is asked for in days, the latest first, each from an hour before so that a call's first leg is seen", async () => {
    const { noted, periods } = noting([], sweepWorld().crmHolds);
    await sweepWorld({ differs: { crm: async () => noted } }).sweep();
    expect(periods).toEqual([
      { from: new Date("2026-11-19T09:00:00Z"), to: new Date("2026-11-20T10:00:00Z") },
      { from: new Date("2026-11-18T09:00:00Z"), to: new Date("2026-11-19T10:00:00Z") },
    ]);
  });

  it("is read whole at first, then only its last three hours until ten times as long has passed as the reading took", async () => {
    let tookSec = 60;
    const { noted, periods } = noting([], sweepWorld().crmHolds, () => world.clock.advance(tookSec));
    const world = sweepWorld({ differs: { crm: async () => noted } });
    const hours: number[] = [];
    // Two requests of a minute: the next whole reading is due 1200 s after the first began.
    for (let times = 0; times < 4; times += 1) {
      await world.sweep();
      const oldest = Math.min(...periods.splice(0).map(({ from }) => from.getTime()));
      hours.push(Math.round((world.clock.now().getTime() - oldest) / 1000 / HOUR));
      tookSec = 0;
      world.clock.advance(times === 0 ? EVERY_SEC - 120 : EVERY_SEC);
    }
    expect(hours).toEqual([49, 4, 49, 49]);
  });

  it("is read whole again after a reading that failed", async () => {
    const world = sweepWorld();
    const { noted, periods } = noting([], world.crmHolds);
    const broken: Crm = {
      ...noted,
      // biome-ignore lint/correctness/useYield: it fails before the first
      async *listCalls() {
        throw new VendorError("crm.unreachable", "down");
      },
    };
    let crm: Crm = broken;
    world.crm = async () => crm;
    await expect(world.sweep()).rejects.toThrow("down");
    crm = noted;
    world.clock.advance(EVERY_SEC);
    await world.sweep();
    expect(periods).toHaveLength(2);
  });
});

it("spends no more than a tenth of the time on readings that fail late", async () => {
  const world = sweepWorld();
  const { noted, periods } = noting([], world.crmHolds);
  const failingLate: Crm = {
    ...noted,
    async *listCalls(period) {
      yield* noted.listCalls(period);
      world.clock.advance(100);
      throw new VendorError("crm.unreachable", "down");
    },
  };
  world.crm = async () => failingLate;
  for (let times = 0; times < 2; times += 1) {
    await expect(world.sweep()).rejects.toThrow("down");
    world.clock.advance(EVERY_SEC - 100);
  }
  // The second asked for the last three hours alone.
  expect(periods.map(({ from, to }) => Math.round((to.getTime() - from.getTime()) / 1000 / HOUR))).toEqual([
    25, 4,
  ]);
});

describe("what is kept no longer", () => {
  const kept = { ...defaultSettings, retentionDays: 30 };
  const OLD_ID = "20261001-bitrix24-OLD.1";
  const goOn = async (world: SweepWorld, days: number) => {
    for (let day = 0; day < days; day += 1) {
      await world.sweep();
      world.clock.advance(86_400);
    }
  };

  it("is removed by a sweep, and counted [privacy:retention]", async () => {
    const world = sweepWorld({ calls: [] });
    world.settingsOf = async () => kept;
    await putCall(world, { callId: OLD_ID });
    await goOn(world, 14);
    expect(await world.sweep()).toMatchObject({ texts_removed: 1, recordings_removed: 0, removals_left: 0 });
    expect(await readText(world.store, callKey("default", OLD_ID))).not.toContain("+7999");
    expect(await world.sweep()).toMatchObject({ uploads: 0 });
  });

  it("that cannot be removed fails the sweep when all else is done", async () => {
    const down = new Error("no deletes today");
    const world = sweepWorld({
      store: (store) => ({ ...store, delete: () => Promise.reject(down) }),
    });
    world.settingsOf = async () => kept;
    await putCall(world, { callId: OLD_ID });
    await world.store.put(`calls/default/2026-10-01/${OLD_ID}/recording.mp3`, "sound");
    await goOn(world, 14);
    await expect(world.sweep()).rejects.toBe(down);
    const state = (await readJson(world.store, sweepKey("default"), SweepState))?.value;
    expect(state).toMatchObject({ problem: null, counts: { uploads: 0 } });
  });

  it.each([365 * 86_400, -365 * 86_400, 10 * 86_400])(
    "is held for a day when the clock has leapt by %i s, so that somebody can set it right [privacy:wrong-clock]",
    async (sec) => {
      const world = sweepWorld({ calls: [] });
      world.settingsOf = async () => ({ ...kept, retentionDays: 300 });
      const recent = "20261119-bitrix24-NEW.1";
      await putCall(world, { callId: recent });
      await putRow(world, recent);
      await goOn(world, 3);
      world.clock.advance(sec);
      const held = await world.sweep();
      expect(held).toMatchObject({ removals_held: 1 });
      expect(held).not.toHaveProperty("texts_removed");
      world.clock.advance(EVERY_SEC);
      expect(await world.sweep()).toMatchObject({ removals_held: 1 });
      world.clock.advance(-sec);
      await world.sweep();
      expect(await readText(world.store, callKey("default", recent))).toContain("+7999");
    },
  );

  it("is removed on its day again when the clock was right after all", async () => {
    const world = sweepWorld({ calls: [] });
    world.settingsOf = async () => kept;
    await putCall(world, { callId: OLD_ID });
    await goOn(world, 1);
    world.clock.advance(20 * 86_400);
    expect(await world.sweep()).toMatchObject({ removals_held: 1 });
    world.clock.advance(86_400);
    expect(await world.sweep()).toMatchObject({ texts_removed: 1 });
  });
});

describe("what a sweep leaves behind", () => {
  it("is what it found, for the operator", async () => {
    const world = sweepWorld();
    await world.sweep();
    const state = await readJson(world.store, sweepKey("default"), SweepState);
    expect(state?.value).toEqual({
      lastAt: "2026-11-20T10:00:00.000Z",
      lastWholeAt: "2026-11-20T10:00:00.000Z",
      clockSince: "2026-11-20T10:00:00.000Z",
      wholeTookSec: 0,
      problem: null,
      counts: {
        listed: 1,
        found: 1,
        dropped: 0,
        again: 0,
        held: 0,
        stuck: 0,
        unreadable: 0,
        uploads: 0,
      },
      stuck: [],
    });
  });

  it("keeps naming calls that do not move on days that it did not look at", async () => {
    const world = sweepWorld({ calls: [] });
    await world.sweep();
    const state = (await readJson(world.store, sweepKey("default"), SweepState))?.value;
    const stuck = ["20261118-bitrix24-old", "20261120-bitrix24-moved-since"];
    await writeJson(world.store, sweepKey("default"), { ...state, wholeTookSec: 3600, stuck });
    world.clock.advance(EVERY_SEC);
    expect(await world.sweep()).toMatchObject({ stuck: 1 });
    const after = await readJson(world.store, sweepKey("default"), SweepState);
    expect(after?.value.stuck).toEqual(["20261118-bitrix24-old"]);
  });

  it("that somebody has spoilt is made anew", async () => {
    const world = sweepWorld();
    await world.store.put(sweepKey("default"), "{");
    await world.sweep();
    expect((await readJson(world.store, sweepKey("default"), SweepState))?.value.counts.found).toBe(1);
  });

  it("names the CRM's failure, which stops nothing else", async () => {
    const world = sweepWorld({
      differs: { crm: () => Promise.reject(new VendorError("crm.unreachable", "down")) },
    });
    await putCall(world);
    await world.store.put("uploads/default/запись.mp3", "sound");
    world.clock.advance(1900);
    const { counts, error } = await sweep(world);
    expect(error).toMatchObject({ code: "crm.unreachable" });
    expect(counts).toMatchObject({ again: 1, uploads: 1 });
    const state = await readJson(world.store, sweepKey("default"), SweepState);
    expect(state?.value).toMatchObject({ problem: "crm.unreachable", counts: { again: 1 } });
  });
});

describe("a sweep that is told to stop", () => {
  it("does not wait for a CRM that does not answer", async () => {
    const stopping = new AbortController();
    const asked = Promise.withResolvers<void>();
    const silent: Crm = {
      ...sweepWorld().crmHolds,
      listCalls: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => {
            asked.resolve();
            return new Promise<never>(() => undefined);
          },
        }),
      }),
    };
    const world = sweepWorld({ differs: { crm: async () => silent } });
    const running = sweep(world, stopping.signal);
    await asked.promise;
    stopping.abort();
    expect((await running).counts).toMatchObject({ listed: 0 });
    const state = await readJson(world.store, sweepKey("default"), SweepState);
    expect(state?.value.lastWholeAt).toBeNull();
  });
});
