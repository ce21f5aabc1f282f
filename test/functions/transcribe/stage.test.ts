import { describe, expect, it } from "vitest";
import type { Store } from "../../../core/ports/store.ts";
import { writeJson } from "../../../core/store-json.ts";
import { transcribe } from "../../../functions/transcribe/stage.ts";
import { memoryStore } from "../../fakes/store.ts";
import { mp3Silence } from "../../speech/recordings.ts";
import { keysUnder, lastSent, readObject, run, runUntilSettled, typesOn } from "../world.ts";
import {
  CALL_ID,
  FOLDER,
  mono,
  onOneChannel,
  onTwoChannels,
  segment,
  stored,
  transcribeWhole,
  transcribeWorld,
} from "./transcribe-world.ts";

describe("transcribe", () => {
  it("starts a task, comes back until it is done, stores the transcript, then announces it", async () => {
    const world = await transcribeWorld({ pollsUntilDone: 3 });
    await run(transcribe, stored, world);
    const started = lastSent(world, "transcribe").event;
    expect(started).toMatchObject({ type: "transcription.started", data: { taskId: "task-1" } });
    const { agesSec, last } = await runUntilSettled(transcribe, started, world);
    // Soon at first, then ever slower.
    expect(agesSec).toEqual([0, 5, 15, 30]);
    expect(last).toMatchObject({ outcome: "done", callId: CALL_ID });
    expect(lastSent(world, "score").event).toMatchObject({
      type: "call.transcribed",
      data: { transcriptKey: `${FOLDER}transcript.json` },
    });
    expect(await readObject(world.store, `${FOLDER}transcript.json`)).toMatchObject({
      callId: CALL_ID,
      language: "ru",
      channels: 2,
      source: { name: "scripted", model: "callcenter" },
      roles: { by: "channel", confidence: 1 },
      turns: [
        { n: 0, speaker: "agent" },
        { n: 1, speaker: "client" },
        { n: 2, speaker: "agent" },
      ],
    });
  });

  it("polls a long task once a minute", async () => {
    const world = await transcribeWorld({ pollsUntilDone: 9 });
    await run(transcribe, stored, world);
    const { agesSec } = await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    expect(agesSec).toEqual([0, 5, 15, 30, 60, 120, 180, 240, 300, 360]);
  });
});

describe("a task that does not end well", () => {
  it("that the recogniser gave up is an outcome of the call", async () => {
    const world = await transcribeWorld({ said: null });
    await run(transcribe, stored, world);
    const { last } = await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    expect(last).toMatchObject({ outcome: "failed", code: "speech.task_failed" });
    expect(lastSent(world, "report").event).toMatchObject({ type: "call.failed" });
    expect(await keysUnder(world.store, `${FOLDER}transcript`)).toEqual([]);
  });

  it("that the vendor has forgotten is an outcome, not a new payment", async () => {
    const world = await transcribeWorld();
    await run(transcribe, stored, world);
    world.heard.forget();
    const { last } = await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    expect(last).toMatchObject({ outcome: "failed", code: "speech.task_lost" });
    expect(world.paidTasks()).toBe(1);
  });

  it("because the bucket lost the recording is no fault of the call", async () => {
    const world = await transcribeWorld();
    await world.store.delete(`${FOLDER}recording.mp3`);
    expect(await run(transcribe, stored, world)).toMatchObject([
      { outcome: "later", code: "recording.gone" },
    ]);
    expect(typesOn(world, "report")).toEqual([]);
  });

  it("keeps the first transcript when two workers finish at once", async () => {
    const store = memoryStore();
    const world = await transcribeWorld({ store });
    const first = await transcribeWhole(world);
    const slow: Store = {
      ...store,
      // The second worker had looked before the first one wrote.
      get: async (key) => (key.endsWith("transcript.json") ? undefined : store.get(key)),
    };
    const started = world.sent.find(({ event }) => event.type === "transcription.started");
    world.clock.advance(30);
    await run(transcribe, started?.body ?? "", { ...world, store: slow });
    expect(await readObject(store, `${FOLDER}transcript.json`)).toEqual(first);
  });
});

describe("who is the agent", () => {
  it("tells the channel on stereo, as the company has set it [transcribe:roles]", async () => {
    const left = await transcribeWhole(await transcribeWorld({ agentChannel: 0 }));
    const right = await transcribeWhole(await transcribeWorld({ agentChannel: 1 }));
    expect(left.turns.map(({ speaker }) => speaker)).toEqual(["agent", "client", "agent"]);
    expect(right.turns.map(({ speaker }) => speaker)).toEqual(["client", "agent", "client"]);
  });

  it("tell the words of each voice on mono", async () => {
    const transcript = await transcribeWhole(await transcribeWorld({ audio: mono, said: onOneChannel }));
    expect(transcript).toMatchObject({ channels: 1, roles: { by: "rules" } });
    expect(transcript.turns.map(({ speaker }) => speaker)).toEqual(["agent", "client", "agent"]);
  });

  it("is left open on mono when the words do not tell", async () => {
    const said = [segment(0, 0, "Да, алло.", 1), segment(0, 2, "Ну да.", 2)];
    const transcript = await transcribeWhole(await transcribeWorld({ audio: mono, said }));
    expect(transcript.roles).toEqual({ by: "unknown", confidence: 0 });
    expect(transcript.turns.map(({ speaker }) => speaker)).toEqual(["unknown", "unknown"]);
  });
});

describe("the length of a transcript", () => {
  const callJson = (durationSec: number | null) => ({
    callId: CALL_ID,
    tenant: "default",
    source: "bitrix24",
    nativeId: "ABCD.1",
    startedAt: "2026-11-20T13:00:00+03:00",
    durationSec,
    direction: "outgoing",
    agent: null,
    line: null,
    clientPhone: null,
    entity: null,
    activityId: null,
    title: null,
  });

  it("is that of the file where its header tells, whatever the CRM counts as the call", async () => {
    const world = await transcribeWorld();
    await writeJson(world.store, `${FOLDER}call.json`, callJson(61));
    expect((await transcribeWhole(world)).durationSec).toBeCloseTo(14.4, 1);
  });

  /** As disks and S3 do it. */
  function storeInPieces(): Store {
    const store = memoryStore();
    const get: Store["get"] = async (key) => {
      const object = await store.get(key);
      return object && { ...object, body: object.body.pipeThrough(inPieces(64 * 1024)) };
    };
    return { ...store, get };
  }

  function inPieces(sizeBytes: number): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += sizeBytes)
          controller.enqueue(chunk.slice(at, at + sizeBytes));
      },
    });
  }

  it("is that of the CRM where the file would have to be read whole", async () => {
    const audio = mp3Silence("8000 stereo", 15_000);
    const world = await transcribeWorld({ audio, store: storeInPieces() });
    await writeJson(world.store, `${FOLDER}call.json`, callJson(61));
    expect((await transcribeWhole(world)).durationSec).toBe(61);
  });

  it("is never shorter than what was heard", async () => {
    const audio = mp3Silence("8000 stereo", 15_000);
    const world = await transcribeWorld({ audio, store: storeInPieces() });
    await writeJson(world.store, `${FOLDER}call.json`, callJson(2));
    expect((await transcribeWhole(world)).durationSec).toBe(onTwoChannels[2]?.endSec);
  });
});
