import { describe, expect, it } from "vitest";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { writeJson } from "../../../core/store-json.ts";
import { RecordingStored } from "../../../events/recording-stored.ts";
import { transcribe } from "../../../functions/transcribe/stage.ts";
import { memoryStore } from "../../fakes/store.ts";
import { keysUnder, lastSent, readObject, run, runUntilSettled, typesOn } from "../world.ts";
import { CALL_ID, FOLDER, stored, transcribeWorld } from "./transcribe-world.ts";

/** As many recordings at once as the recogniser takes, whatever the number of functions that run. */

const SLOTS = "health/default/speech-slots.json";

type TranscribeWorld = Awaited<ReturnType<typeof transcribeWorld>>;

const holders = async ({ store }: TranscribeWorld) => {
  const kept = (await readObject(store, SLOTS)) as { slots: { holder: string }[] } | undefined;
  return kept?.slots.map(({ holder }) => holder) ?? [];
};

/** Other calls are in hand. */
async function takenByOthers({ store, clock }: TranscribeWorld, count: number, forSec = 1e9) {
  const until = new Date(clock.now().getTime() + forSec * 1000).toISOString();
  const slots = Array.from({ length: count }, (_value, n) => ({ holder: `other-${n}`, until }));
  await writeJson(store, SLOTS, { slots });
}

describe("a recording that comes while the recogniser has its hands full", () => {
  it("waits without being sent, and looks again soon, until a place is free [transcribe:cap]", async () => {
    const world = await transcribeWorld({ slots: 3 });
    await takenByOthers(world, 3, 2500);
    const { agesSec, last } = await runUntilSettled(transcribe, stored, world);
    expect(last).toMatchObject({ outcome: "done" });
    expect(agesSec.slice(0, 4)).toEqual([0, 5, 10, 15]);
    const pauses = agesSec.slice(1).map((age, index) => age - (agesSec[index] ?? 0));
    expect(Math.max(...pauses)).toBe(30);
    expect(agesSec.at(-1)).toBeGreaterThanOrEqual(2500);
    expect(world.heard.uploads).toBe(1);
  });

  it("is said to wait for its turn", async () => {
    const world = await transcribeWorld({ slots: 1 });
    await takenByOthers(world, 1);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "later", code: "speech.busy" }]);
    expect(await keysUnder(world.store, `${FOLDER}published/`)).toEqual([]);
  });

  it("is not given up, however long the line is [transcribe:cap]", async () => {
    const world = await transcribeWorld({ slots: 1 });
    await takenByOthers(world, 1);
    world.clock.advance(5 * 86_400);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "later", code: "speech.busy" }]);
    expect(lastSent(world, "transcribe").delaySec).toBe(30);
    await takenByOthers(world, 0);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "done" }]);
  });
});

describe("twenty recordings at once", () => {
  it("never have more tasks running than the recogniser takes, and all come through [transcribe:cap]", async () => {
    const world = await transcribeWorld({ slots: 3 });
    const audio = await world.store.get(`${FOLDER}recording.mp3`);
    const bytes = new Uint8Array(await new Response(audio?.body).arrayBuffer());
    let running = 0;
    let most = 0;
    const results = new Map<string, number>();
    const speech = {
      ...world.heard,
      start: async (...given: Parameters<typeof world.heard.start>) => {
        running += 1;
        most = Math.max(most, running);
        return world.heard.start(...given);
      },
      result: async (taskId: string) => {
        const result = await world.heard.result(taskId);
        if (result.state === "done" && !results.has(taskId)) {
          results.set(taskId, 1);
          running -= 1;
        }
        return result;
      },
    };
    const ports = { ...world, speech: async () => speech };
    const callIds = Array.from({ length: 20 }, (_value, n) => `20261120-bitrix24-MANY.${n}`);
    for (const callId of callIds) {
      const recordingKey = `calls/default/2026-11-20/${callId}/recording.mp3`;
      await world.store.put(recordingKey, bytes);
      const time = world.clock.now();
      const event = RecordingStored.create({
        tenant: "default",
        subject: callId,
        time,
        data: { recordingKey },
      });
      await world.queue.send("transcribe", [{ body: JSON.stringify(event) }]);
    }
    for (let rounds = 0; typesOn(world, "score").length < 20 && rounds < 500; rounds += 1) {
      const messages = await world.queue.receive("transcribe", { max: 10, waitSec: 0, visibilitySec: 60 });
      await Promise.all(messages.map(({ body }) => run(transcribe, body, ports)));
      await world.queue.delete(
        "transcribe",
        messages.map(({ handle }) => handle),
      );
      world.clock.advance(1);
    }
    expect(
      new Set(world.sent.filter(({ queue }) => queue === "score").map(({ event }) => event.subject)),
    ).toEqual(new Set(callIds));
    expect(most).toBe(3);
    expect(world.paidTasks()).toBe(20);
    expect(await holders(world)).toEqual([]);
  });
});

describe("a place", () => {
  it("is held from the upload until the transcript is stored", async () => {
    const world = await transcribeWorld();
    await run(transcribe, stored, world);
    expect(await holders(world)).toEqual([CALL_ID]);
    await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    expect(await holders(world)).toEqual([]);
  });

  it("is free when the recogniser gives the recording up", async () => {
    const world = await transcribeWorld({ said: null });
    await run(transcribe, stored, world);
    await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    expect(await holders(world)).toEqual([]);
  });

  it.each([
    new RetryLaterError("speech.rate_limited", 7, "too many tasks"),
    new ConfigurationError("speech.no_money", "top the account up"),
    new VendorError("speech.file_lost", "no such upload"),
  ])("is free when the start surely did not happen: $code", async (error) => {
    const world = await transcribeWorld();
    world.heard.fail("start", error);
    await run(transcribe, stored, world);
    expect(await holders(world)).toEqual([]);
  });

  it("is free when the upload failed", async () => {
    const world = await transcribeWorld();
    world.heard.fail("upload", new VendorError("speech.unavailable", "status 503"));
    await run(transcribe, stored, world);
    expect(await holders(world)).toEqual([]);
  });

  it("is kept while nobody knows whether the task runs, and is still one when it is started again", async () => {
    const world = await transcribeWorld({ slots: 1 });
    world.heard.loseNextStart();
    await run(transcribe, stored, world);
    expect(await holders(world)).toEqual([CALL_ID]);
    await runUntilSettled(transcribe, stored, world);
    expect(await holders(world)).toEqual([CALL_ID]);
  });

  it("is one for a call whose message comes ten times", async () => {
    const world = await transcribeWorld({ slots: 2 });
    await Promise.all(Array.from({ length: 10 }, () => run(transcribe, stored, world)));
    expect(await holders(world)).toEqual([CALL_ID]);
  });

  it("is prolonged for a recognition that takes an hour", async () => {
    const world = await transcribeWorld({ slots: 1, pollsUntilDone: 70 });
    await run(transcribe, stored, world);
    const started = lastSent(world, "transcribe").event;
    for (let looks = 0; looks < 60; looks += 1) {
      world.clock.advance(60);
      expect(await run(transcribe, started, world)).toMatchObject([{ code: "speech.running" }]);
      const another = {
        ...stored,
        subject: "20261120-bitrix24-OTHER",
        time: world.clock.now().toISOString(),
      };
      expect(await run(transcribe, another, world)).toMatchObject([{ code: "speech.busy" }]);
    }
    await runUntilSettled(transcribe, started, world);
    expect(await holders(world)).toEqual([]);
  });

  it("that a killed worker held is free after half an hour", async () => {
    const world = await transcribeWorld({ slots: 1 });
    await takenByOthers(world, 1, 1800);
    world.clock.advance(1800);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "done" }]);
  });

  it("is given back by the repeat of a worker that was killed right after the transcript", async () => {
    const world = await transcribeWorld();
    await run(transcribe, stored, world);
    const started = lastSent(world, "transcribe").event;
    world.clock.advance(60);
    await run(transcribe, started, world);
    await runUntilSettled(transcribe, started, world);
    const until = new Date(world.clock.now().getTime() + 60_000).toISOString();
    await writeJson(world.store, SLOTS, { slots: [{ holder: CALL_ID, until }] });
    await run(transcribe, started, world);
    expect(await holders(world)).toEqual([]);
  });

  it("is asked of nobody where no cap is kept", async () => {
    const world = await transcribeWorld({ slots: null });
    await run(transcribe, stored, world);
    await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    expect(await keysUnder(world.store, "health/")).toEqual([]);
  });
});

it("a call costs the bucket two reads and two writes more for its place", async () => {
  const store = memoryStore();
  const counts = { gets: 0, puts: 0 };
  const counting: Store = {
    ...store,
    get: (key) => {
      if (key === SLOTS) counts.gets += 1;
      return store.get(key);
    },
    put: (key, ...rest) => {
      if (key === SLOTS) counts.puts += 1;
      return store.put(key, ...rest);
    },
  };
  const world = await transcribeWorld({ store: counting });
  await run(transcribe, stored, world);
  await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
  expect(counts).toEqual({ gets: 2, puts: 2 });
});
