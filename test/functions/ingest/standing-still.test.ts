import { describe, expect, it } from "vitest";
import {
  announcedKey,
  backfillKey,
  sweepKey,
  vendorHealthKey,
  waitingKey,
} from "../../../core/bucket-layout.ts";
import { readJson, writeJson } from "../../../core/store-json.ts";
import type { VendorHealth } from "../../../core/vendor-health.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { StageName } from "../../../events/pipeline.ts";
import { SweepState } from "../../../functions/ingest/sweep-state.ts";
import { readObject } from "../world.ts";
import { CALL_ID, FOLDER, NATIVE_ID } from "./ingest-world.ts";
import { eventsOn, putCall, putRow, type SweepWorld, sweepWorld } from "./sweep-world.ts";

const HALF_AN_HOUR = 1800;

const outcome = (kind: string) =>
  JSON.stringify({
    callId: CALL_ID,
    tenant: "default",
    kind,
    code: kind === "skipped" ? "call.missed" : "recording.not_audio",
    stage: "ingest",
    at: "2026-11-20T10:00:00Z",
  });

/** A call whose folder holds its record and these. */
async function withFolder(objects: Record<string, string> = {}, world = sweepWorld({ calls: [] })) {
  await putCall(world);
  for (const [name, body] of Object.entries(objects)) await world.store.put(`${FOLDER}${name}`, body);
  world.clock.advance(HALF_AN_HOUR);
  return world;
}

function health(differs: Partial<VendorHealth>): VendorHealth {
  return {
    vendor: "crm",
    state: "paused",
    code: "crm.unauthorized",
    problem: "mend it",
    method: "findCall",
    since: "2026-11-20T10:00:00.000Z",
    failures: 3,
    until: "2026-11-20T10:40:00.000Z",
    tellAt: "2026-11-20T10:00:00.000Z",
    announced: true,
    recoveredAt: null,
    ...differs,
  };
}

async function fillQueue(world: SweepWorld, queue: StageName, count: number) {
  for (let sent = 0; sent < count; sent += 10)
    await world.queue.send(
      queue,
      Array.from({ length: Math.min(10, count - sent) }, () => ({ body: "{}" })),
    );
  world.sent.length = 0;
}

describe("a call that a crash left between storing and announcing", () => {
  it.each<[string, Record<string, string>, StageName, Record<string, unknown>]>([
    [
      "its record alone",
      {},
      "ingest",
      { type: "call.ended", data: expect.objectContaining({ source: "bitrix24", nativeId: NATIVE_ID }) },
    ],
    [
      "its recording",
      { "recording.mp3": "sound" },
      "transcribe",
      { type: "recording.stored", data: { recordingKey: `${FOLDER}recording.mp3` } },
    ],
    [
      "a started transcription",
      { "recording.wav": "sound", "published/transcription.json": "{}" },
      "transcribe",
      { type: "recording.stored", data: { recordingKey: `${FOLDER}recording.wav` } },
    ],
    [
      "its transcript",
      { "recording.mp3": "sound", "published/transcription.json": "{}", "transcript.json": "{}" },
      "score",
      { type: "call.transcribed", data: { transcriptKey: `${FOLDER}transcript.json` } },
    ],
    [
      "its scorecard",
      { "recording.mp3": "", "transcript.json": "{}", "scorecard/first-sale@1.json": "{}" },
      "score",
      { type: "call.transcribed", data: { transcriptKey: `${FOLDER}transcript.json` } },
    ],
    [
      "why it was skipped",
      { "outcome.json": outcome("skipped") },
      "report",
      { type: "call.skipped", data: { code: "call.missed", stage: "ingest" } },
    ],
    [
      "why it failed, after its transcript",
      { "transcript.json": "{}", "outcome.json": outcome("failed") },
      "report",
      { type: "call.failed", data: { code: "recording.not_audio", stage: "ingest" } },
    ],
  ])("goes on from %s [sweep:crash-between]", async (_, objects, stage, event) => {
    const world = await withFolder(objects);
    expect(await world.sweep()).toMatchObject({ again: 1, stuck: 0, unreadable: 0 });
    expect(world.sent.map(({ queue }) => queue)).toEqual([stage]);
    expect(eventsOn(world, stage)).toEqual([
      expect.objectContaining({
        ...event,
        subject: CALL_ID,
        tenant: "default",
        time: "2026-11-20T10:30:00.000Z",
      }),
    ]);
  });

  it("goes on as an upload, if it is one", async () => {
    const world = sweepWorld({ calls: [] });
    const callId = "20261120-upload-0123456789abcdef";
    await putCall(world, {
      callId,
      source: "upload",
      nativeId: "fingerprint",
      durationSec: null,
      agent: null,
    });
    world.clock.advance(HALF_AN_HOUR);
    await world.sweep();
    expect(eventsOn(world, "ingest")).toEqual([
      expect.objectContaining({
        subject: callId,
        data: expect.objectContaining({ source: "upload", nativeId: "fingerprint" }),
      }),
    ]);
  });

  it("is given half an hour to move on by itself", async () => {
    const world = await withFolder();
    world.clock.advance(-1);
    expect(await world.sweep()).toMatchObject({ again: 0 });
    world.clock.advance(1);
    expect(await world.sweep()).toMatchObject({ again: 1 });
  });

  it("that has come to an end is left alone", async () => {
    const world = await withFolder({ "transcript.json": "{}" });
    await putRow(world);
    expect(await world.sweep()).toMatchObject({ again: 0 });
    expect(world.sent).toEqual([]);
  });

  it("is announced at most three times for each stage, half an hour apart, and then named to the operator [sweep:three-times]", async () => {
    const world = await withFolder();
    const everyTenMinutes = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        await world.sweep();
        world.clock.advance(600);
      }
    };
    await everyTenMinutes(3);
    expect(eventsOn(world, "ingest")).toHaveLength(1);
    await everyTenMinutes(20);
    expect(eventsOn(world, "ingest")).toHaveLength(3);
    const state = await readJson(world.store, sweepKey("default"), SweepState);
    expect(state?.value.stuck).toEqual([CALL_ID]);
    expect(state?.value.counts).toMatchObject({ again: 0, stuck: 1 });

    await world.store.put(`${FOLDER}recording.mp3`, "sound");
    await everyTenMinutes(20);
    expect(eventsOn(world, "transcribe")).toHaveLength(3);
    expect(await readObject(world.store, announcedKey("default", CALL_ID))).toMatchObject({
      ingest: { times: 3 },
      transcribe: { times: 3 },
    });
  });

  it("is announced and counted once by two sweeps at the same time", async () => {
    const world = await withFolder();
    const counts = await Promise.all([world.sweep(), world.sweep(), world.sweep()]);
    expect(counts.map(({ again }) => again).sort()).toEqual([0, 0, 1]);
    expect(world.sent).toHaveLength(1);
    expect(await readObject(world.store, announcedKey("default", CALL_ID))).toMatchObject({
      ingest: { times: 1 },
    });
  });

  it("costs no other call its announcement when its record is spoilt", async () => {
    const world = sweepWorld({ calls: [] });
    const other = { nativeId: "other", callId: "20261120-bitrix24-other" };
    await putCall(world, other);
    await world.store.put(`${FOLDER}call.json`, "{");
    world.clock.advance(HALF_AN_HOUR);
    expect(await world.sweep()).toMatchObject({ again: 1, unreadable: 1 });
    expect(eventsOn(world, "ingest").map(({ subject }) => subject)).toEqual([other.callId]);
  });

  it("is found on a day of long ago while that day is being fetched on request", async () => {
    const world = sweepWorld({ calls: [] });
    const callId = "20260301-bitrix24-long-ago";
    await putCall(world, { callId, nativeId: "long-ago", startedAt: "2026-03-01T12:00:00+03:00" });
    const days = { "2026-03-01": { calls: 1, at: world.clock.now().toISOString(), done: true } };
    await writeJson(world.store, backfillKey("default"), { days });
    world.clock.advance(HALF_AN_HOUR);
    expect(await world.sweep()).toMatchObject({ again: 1 });
    expect(eventsOn(world, "ingest").map(({ subject }) => subject)).toEqual([callId]);
  });
});

describe("a call that stands still for a reason", () => {
  it("is left alone while its message is to come back by itself, and for ten minutes after", async () => {
    const world = sweepWorld({ calls: [] });
    const waiting: Waiting = {
      stage: "ingest",
      state: "later",
      code: "recording.absent",
      problem: null,
      at: "2026-11-20T10:00:00.000Z",
      until: "2026-11-20T12:00:00.000Z",
    };
    await writeJson(world.store, waitingKey("default", CALL_ID), waiting);
    await withFolder({}, world);
    world.clock.advance(2 * 3600 - 1201);
    expect(await world.sweep()).toMatchObject({ again: 0 });
    world.clock.advance(1);
    expect(await world.sweep()).toMatchObject({ again: 1 });
  });

  it("is announced although its message failed, which may be a dead letter", async () => {
    const waiting = {
      stage: "ingest",
      state: "failed",
      code: "TypeError",
      problem: null,
      at: "",
      until: null,
    };
    const world = await withFolder({ "waiting.json": JSON.stringify(waiting) });
    expect(await world.sweep()).toMatchObject({ again: 1 });
  });

  it.each<[StageName, Record<string, string>]>([
    ["ingest", {}],
    ["transcribe", { "recording.mp3": "" }],
    ["score", { "transcript.json": "{}" }],
    ["report", { "outcome.json": outcome("skipped") }],
  ])("is left alone while more than a hundred calls wait in line for %s", async (stage, objects) => {
    const world = await withFolder(objects);
    await fillQueue(world, stage, 101);
    expect(await world.sweep()).toMatchObject({ again: 0, held: 1 });
    const [message] = await world.queue.receive(stage, { max: 1, waitSec: 0, visibilitySec: 600 });
    await world.queue.delete(stage, [message?.handle ?? ""]);
    expect(await world.sweep()).toMatchObject({ again: 1, held: 0 });
  });

  it.each<[VendorHealth["vendor"], Record<string, string>]>([
    ["crm", {}],
    ["speech", { "recording.mp3": "" }],
    ["llm", { "transcript.json": "{}" }],
  ])("is left alone while %s is not to be asked", async (vendor, objects) => {
    const world = await withFolder(objects);
    await writeJson(world.store, vendorHealthKey("default", vendor), health({ vendor }));
    expect(await world.sweep()).toMatchObject({ again: 0, held: 1 });
    // Somebody has to be the first to ask again.
    world.clock.advance(600);
    expect(await world.sweep()).toMatchObject({ again: 1, held: 0 });
  });

  it("is announced when the vendor is well again, or another one is paused", async () => {
    const world = await withFolder();
    await writeJson(world.store, vendorHealthKey("default", "crm"), health({ state: "well" }));
    await writeJson(world.store, vendorHealthKey("default", "speech"), health({ vendor: "speech" }));
    expect(await world.sweep()).toMatchObject({ again: 1, held: 0 });
  });
});
