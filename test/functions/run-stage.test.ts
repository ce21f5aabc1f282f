import { describe, expect, it } from "vitest";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import type { BusEvent } from "../../events/catalog.ts";
import { digestDue } from "../../events/digest-due.ts";
import { pipeline } from "../../events/pipeline.ts";
import { publish, type Stage } from "../../functions/run-stage.ts";
import { lastSent, makeWorld, readObject, run, typesOn, type World } from "./world.ts";

const CALL_ID = "20261120-bitrix24-ABCD.1";
const OUTCOME = `calls/default/2026-11-20/${CALL_ID}/outcome.json`;

const transcribed = CallTranscribed.create({
  tenant: "default",
  subject: CALL_ID,
  time: new Date("2026-11-20T10:00:00Z"),
  data: { transcriptKey: `calls/default/2026-11-20/${CALL_ID}/transcript.json` },
});

/** A stage that answers with these, one after the other. */
function stageThat(...answers: (Error | BusEvent[])[]): Stage<World> & { ran: BusEvent[] } {
  const ran: BusEvent[] = [];
  return {
    name: "score",
    ran,
    run: async (event) => {
      ran.push(event);
      const answer = answers[Math.min(ran.length, answers.length) - 1] ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const later = (afterSec: number) => new RetryLaterError("llm.rate_limited", afterSec, "too many requests");

describe("a stage that says later", () => {
  it("has the message sent again with that delay, and spends no attempt", async () => {
    const world = makeWorld();
    expect(await run(stageThat(later(120)), transcribed, world)).toEqual([
      {
        eventId: transcribed.id,
        eventType: "call.transcribed",
        callId: CALL_ID,
        traceparent: transcribed.traceparent,
        outcome: "later",
        code: "llm.rate_limited",
      },
    ]);
    const again = lastSent(world, "score");
    expect(again.delaySec).toBe(120);
    expect(again.event).toEqual({ ...transcribed, notbefore: "2026-11-20T10:02:00.000Z" });
  });

  it("beyond what a queue can delay waits in several delays, without being run in between", async () => {
    const world = makeWorld();
    const stage = stageThat(later(2000), []);
    await run(stage, transcribed, world);
    const delays = [lastSent(world, "score").delaySec];
    for (const [pause, outcome] of [
      [900, "not-before"],
      [900, "not-before"],
      [200, "done"],
    ] as const) {
      world.clock.advance(pause);
      expect(await run(stage, lastSent(world, "score").body, world)).toMatchObject([{ outcome }]);
      delays.push(lastSent(world, "score").delaySec);
    }
    expect(delays).toEqual([900, 900, 200, 200]);
    expect(stage.ran).toHaveLength(2);
  });

  it("runs a message that came a blink too early", async () => {
    const world = makeWorld();
    const stage = stageThat(later(60), []);
    await run(stage, transcribed, world);
    world.clock.advance(59.2);
    expect(await run(stage, lastSent(world, "score").body, world)).toMatchObject([{ outcome: "done" }]);
  });

  it("is believed until the event is too old; then it is an error that an operator sees", async () => {
    const world = makeWorld();
    world.clock.advance(pipeline.score.giveUpAfterSec);
    expect(await run(stageThat(later(60)), transcribed, world)).toMatchObject([{ outcome: "later" }]);
    world.clock.advance(1);
    await expect(run(stageThat(later(60)), transcribed, world)).rejects.toMatchObject({
      code: "llm.rate_limited",
    });
    expect(world.sent).toHaveLength(1);
  });

  it("counts the age from the event's own time, however often it was sent again", async () => {
    const world = makeWorld();
    await run(stageThat(later(600)), transcribed, world);
    world.clock.advance(600);
    await run(stageThat(later(600)), lastSent(world, "score").body, world);
    expect(lastSent(world, "score").event.time).toBe(transcribed.time);
  });
});

describe("a call that waits", () => {
  const WAITING = `calls/default/2026-11-20/${CALL_ID}/waiting.json`;

  it("leaves a sign every ten minutes, not at every look [failure:sign-of-life]", async () => {
    const world = makeWorld();
    const stage = stageThat(later(60));
    let body = JSON.stringify(transcribed);
    const signs = new Set<unknown>();
    for (let look = 0; look < 30; look++) {
      await run(stage, body, world);
      body = lastSent(world, "score").body;
      signs.add(JSON.stringify(await readObject(world.store, WAITING)));
      world.clock.advance(60);
    }
    signs.delete(undefined);
    expect([...signs].map((sign) => JSON.parse(String(sign)))).toMatchObject([
      { stage: "score", state: "later", code: "llm.rate_limited", at: "2026-11-20T10:09:00.000Z" },
      { at: "2026-11-20T10:19:00.000Z", until: "2026-11-20T10:20:00.000Z" },
      { at: "2026-11-20T10:29:00.000Z" },
    ]);
  });

  it("says on what it failed, without the words of a foreign error", async () => {
    const world = makeWorld();
    await expect(run(stageThat(new TypeError("secret words")), transcribed, world)).rejects.toThrow();
    expect(await readObject(world.store, WAITING)).toMatchObject({
      state: "failed",
      code: "TypeError",
      problem: expect.stringContaining("run-stage.test.ts"),
      until: null,
    });
    expect(JSON.stringify(await readObject(world.store, WAITING))).not.toContain("secret");
  });

  it("waits on while a vendor is paused or a key refused, longer than for anything else", async () => {
    const world = makeWorld();
    world.clock.advance(pipeline.score.giveUpAfterSec + 86_400);
    for (const error of [
      new RetryLaterError("llm.paused", 900, "top the account up"),
      new ConfigurationError("llm.no_money", "top the account up"),
    ]) {
      expect(await run(stageThat(error), transcribed, world)).toMatchObject([{ outcome: "later" }]);
    }
    await expect(run(stageThat(later(60)), transcribed, world)).rejects.toThrow("too many requests");
  });

  it("goes on though its sign cannot be written", async () => {
    const world = makeWorld();
    const broken = { ...world, store: { ...world.store, put: () => Promise.reject(new Error("full")) } };
    expect(await run(stageThat(later(900)), transcribed, broken)).toMatchObject([{ outcome: "later" }]);
  });
});

describe("a stage that says never", () => {
  const never = (code: string) => new PermanentError(code, "wrong with this call");

  it.each([
    ["transcript.no_speech", "skipped", "call.skipped"],
    ["speech.task_failed", "failed", "call.failed"],
    ["a.code_of_some_adapter", "failed", "call.failed"],
  ])("with %s stores the outcome %s and announces %s", async (code, kind, type) => {
    const world = makeWorld();
    expect(await run(stageThat(never(code)), transcribed, world)).toMatchObject([{ outcome: kind, code }]);
    expect(await readObject(world.store, OUTCOME)).toEqual({
      callId: CALL_ID,
      tenant: "default",
      kind,
      code,
      stage: "score",
      at: "2026-11-20T10:00:00.000Z",
    });
    expect(typesOn(world, "report")).toEqual([type]);
    expect(lastSent(world, "report").event.data).toEqual({ code, stage: "score" });
  });

  it("twice leaves the first outcome standing, and announces that one", async () => {
    const world = makeWorld();
    await run(stageThat(never("transcript.no_speech")), transcribed, world);
    world.clock.advance(60);
    const [second] = await run(stageThat(never("checklist.invalid")), transcribed, world);
    expect(second).toMatchObject({ outcome: "skipped", code: "transcript.no_speech" });
    expect(await readObject(world.store, OUTCOME)).toMatchObject({ code: "transcript.no_speech" });
    expect(typesOn(world, "report")).toEqual(["call.skipped", "call.skipped"]);
  });

  it("stores before it announces, so a lost announcement is made again", async () => {
    const world = makeWorld();
    const broken = { ...world, queue: { send: () => Promise.reject(new Error("the queue is down")) } };
    const stage: Stage<typeof broken> = {
      name: "score",
      run: stageThat(never("checklist.none")).run as never,
    };
    await expect(run(stage, transcribed, broken)).rejects.toThrow("the queue is down");
    expect(await readObject(world.store, OUTCOME)).toMatchObject({ code: "checklist.none" });
    expect(await run(stageThat(never("checklist.none")), transcribed, world)).toMatchObject([
      { outcome: "skipped" },
    ]);
    expect(typesOn(world, "report")).toEqual(["call.skipped"]);
  });
});

describe("a stage that fails because of a vendor or of us", () => {
  const errors = [
    new ConfigurationError("llm.unauthorized", "the model rejected the API key: check LLM_API_KEY"),
    new VendorError("llm.failed", "the model failed"),
  ];

  it.each(errors)("is run again later, and says in the log what is wrong: $name", async (error) => {
    const world = makeWorld();
    const stage = stageThat(error);
    let body = JSON.stringify(transcribed);
    const pausesSec: number[] = [];
    for (let times = 0; times < 20; times += 1) {
      expect(await run(stage, body, world)).toMatchObject([
        { outcome: "later", code: error.code, problem: error.message },
      ]);
      const again = lastSent(world, "score");
      pausesSec.push(again.delaySec ?? 0);
      world.clock.advance(again.delaySec ?? 0);
      body = again.body;
    }
    // Soon at first, then ever less often.
    expect(pausesSec.slice(0, 2)).toEqual([10, 10]);
    expect(pausesSec).toEqual(pausesSec.toSorted((a, b) => a - b));
    expect(pausesSec.at(-1)).toBe(900);
  });

  it.each(errors)(
    "never writes the call off, however old it is: $name [failure:ours-is-not-the-calls]",
    async (error) => {
      const world = makeWorld();
      await run(stageThat(error), transcribed, world);
      world.clock.advance(30 * 24 * 3600);
      await expect(run(stageThat(error), lastSent(world, "score").body, world)).rejects.toBe(error);
      expect(typesOn(world, "report")).toEqual([]);
      expect(await readObject(world.store, OUTCOME)).toBeUndefined();
    },
  );
});

describe("a stage that fails for no reason it knows", () => {
  it("leaves the message to its queue and the call without an outcome", async () => {
    const world = makeWorld();
    const error = new TypeError("undefined is not a function");
    await expect(run(stageThat(error), transcribed, world)).rejects.toBe(error);
    expect(world.sent).toEqual([]);
    expect(await readObject(world.store, OUTCOME)).toBeUndefined();
  });
});

describe("a message that cannot be read", () => {
  it.each([
    ["not JSON", "звонок"],
    ["no event", "{}"],
    ["null", "null"],
    ["an event of an unknown type", JSON.stringify({ ...transcribed, type: "call.sold" })],
    ["an event without its data", JSON.stringify({ ...transcribed, data: {} })],
    ["an event of CloudEvents 0.3", JSON.stringify({ ...transcribed, specversion: "0.3" })],
    ["a tenant that leaves its folder", JSON.stringify({ ...transcribed, tenant: "../other" })],
  ])("is an error, never a silent success: %s", async (_what, body) => {
    const stage = stageThat([]);
    await expect(run(stage, body, makeWorld())).rejects.toThrow();
    expect(stage.ran).toEqual([]);
  });

  it("only because a newer sender added fields is read all the same", async () => {
    const stage = stageThat([]);
    const newer = { ...transcribed, priority: 5, data: { ...transcribed.data, wordCount: 812 } };
    expect(await run(stage, newer, makeWorld())).toMatchObject([{ outcome: "done" }]);
    expect(stage.ran[0]?.data).toEqual(transcribed.data);
  });
});

describe("publishing", () => {
  it("puts each event on the queue of every stage that hears it, and on no other", async () => {
    const world = makeWorld();
    const due = digestDue({ tenant: "default", period: dayPeriod("2026-11-20"), time: world.clock.now() });
    await publish([transcribed, due], world.queue);
    expect(world.sent.map(({ queue, event }) => [queue, event.type])).toEqual([
      ["score", "call.transcribed"],
      ["report", "digest.due"],
    ]);
  });

  it("sends nothing for no events", async () => {
    const world = makeWorld();
    await publish([], world.queue);
    expect(world.sent).toEqual([]);
  });
});
