import { describe, expect, it } from "vitest";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { transcribe } from "../../../functions/transcribe/stage.ts";
import { memoryStore } from "../../fakes/store.ts";
import { keysUnder, lastSent, readObject, run, runUntilSettled, typesOn } from "../world.ts";
import { FOLDER, stored, transcribeWorld } from "./transcribe-world.ts";

const MARKER = `${FOLDER}published/transcription.json`;

describe("paying for a transcription", () => {
  it("happens once when the message comes again, at any moment [transcribe:paid-once]", async () => {
    const world = await transcribeWorld();
    await run(transcribe, stored, world);
    await run(transcribe, stored, world);
    await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
    await run(transcribe, stored, world);
    const started = world.sent.find(({ event }) => event.type === "transcription.started");
    await run(transcribe, started?.body ?? "", world);
    expect(world.paidTasks()).toBe(1);
    expect(world.heard.uploads).toBe(1);
    expect(typesOn(world, "score")).toEqual(["call.transcribed", "call.transcribed", "call.transcribed"]);
  });

  it("happens once when twenty workers get the message at the same moment [transcribe:paid-once]", async () => {
    const world = await transcribeWorld();
    const handled = await Promise.all(Array.from({ length: 20 }, () => run(transcribe, stored, world)));
    expect(world.paidTasks()).toBe(1);
    const outcomes = handled.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "done").length).toBeGreaterThanOrEqual(1);
    expect(outcomes.every((outcome) => outcome === "done" || outcome === "later")).toBe(true);
  });

  it("is taken over when a worker died between its claim and the start", async () => {
    const world = await transcribeWorld();
    world.heard.fail("start", new VendorError("speech.start_unknown", "the process was killed here"));
    const { agesSec, last } = await runUntilSettled(transcribe, stored, world);
    // Until the lease ends nobody can know whether the start went out.
    expect(agesSec).toEqual([0, 10, 150]);
    expect(last).toMatchObject({ outcome: "done" });
    expect(world.paidTasks()).toBe(1);
  });

  it("twice, after an answer that was lost, can be seen and counted [effects:repeats-are-counted]", async () => {
    const world = await transcribeWorld();
    world.heard.loseNextStart();
    await runUntilSettled(transcribe, stored, world);
    expect(world.paidTasks()).toBe(2);
    expect(await readObject(world.store, MARKER)).toMatchObject({
      state: "done",
      attempts: 2,
      result: { taskId: "task-2" },
    });
  });

  it("twice, because a run was slower than its lease, leaves both receipts and goes on with the first", async () => {
    const world = await transcribeWorld();
    const start = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const slow = {
      ...world.heard,
      start: async (...given: Parameters<typeof world.heard.start>) => {
        const task = await world.heard.start(...given);
        asked.resolve();
        await start.promise;
        return task;
      },
    };
    const hanging = run(transcribe, stored, { ...world, speech: async () => slow });
    await asked.promise;
    world.clock.advance(150);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "done" }]);
    start.resolve();
    expect(await hanging).toMatchObject([{ outcome: "done" }]);
    expect(lastSent(world, "transcribe").event).toMatchObject({ data: { taskId: "task-2" } });
    expect(await readObject(world.store, MARKER)).toMatchObject({
      attempts: 2,
      result: { taskId: "task-2" },
      repeats: [{ result: { taskId: "task-1" } }],
    });
  });

  it("is not lost when the bucket does not take its receipt at once [effects:receipt-insists]", async () => {
    const store = memoryStore();
    const world = await transcribeWorld({ store });
    let failures = 0;
    const flaky: Store = {
      ...store,
      put: async (key, body, ...rest) => {
        if (key === MARKER && String(body).includes('"done"') && failures < 4) {
          failures += 1;
          throw new VendorError("store.unreachable", "the bucket's host does not answer");
        }
        return store.put(key, body, ...rest);
      },
    };
    expect(await run(transcribe, stored, { ...world, store: flaky })).toMatchObject([{ outcome: "done" }]);
    expect(failures).toBe(4);
    expect(lastSent(world, "transcribe").event).toMatchObject({ data: { taskId: "task-1" } });
    expect(world.paidTasks()).toBe(1);
  });

  it("waits for the lease when the answer to a start was lost", async () => {
    const world = await transcribeWorld();
    world.heard.loseNextStart();
    expect(await run(transcribe, stored, world)).toMatchObject([{ code: "speech.start_unknown" }]);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "later", code: "claim.held" }]);
    expect(world.paidTasks()).toBe(1);
  });

  it("can happen at once after an answer that said no", async () => {
    const world = await transcribeWorld();
    world.heard.fail("start", new RetryLaterError("speech.rate_limited", 7, "too many tasks"));
    expect(await run(transcribe, stored, world)).toMatchObject([
      { outcome: "later", code: "speech.rate_limited" },
    ]);
    expect(lastSent(world, "transcribe").delaySec).toBe(7);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "done" }]);
    expect(world.paidTasks()).toBe(1);
  });

  it("is not lost on a crash between the start and its announcement", async () => {
    const world = await transcribeWorld();
    const broken = { ...world, queue: { ...world.queue, send: () => Promise.reject(new Error("down")) } };
    await expect(run(transcribe, stored, broken)).rejects.toThrow("down");
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "done" }]);
    expect(lastSent(world, "transcribe").event).toMatchObject({ data: { taskId: "task-1" } });
    expect(world.paidTasks()).toBe(1);
  });

  it("is not tried while the vendor's money or key is missing, and the call stays open", async () => {
    const world = await transcribeWorld();
    world.heard.fail("upload", new ConfigurationError("speech.no_money", "top the account up"));
    expect(await run(transcribe, stored, world)).toMatchObject([
      { outcome: "later", code: "speech.no_money", problem: "top the account up" },
    ]);
    expect(await keysUnder(world.store, FOLDER)).toEqual([`${FOLDER}recording.mp3`]);
    expect(await run(transcribe, stored, world)).toMatchObject([{ outcome: "done" }]);
  });
});
