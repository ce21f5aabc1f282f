import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../core/clock.ts";
import type { QueueReceiver } from "../../core/ports/queue.ts";
import { pipeline, type StagePolicy } from "../../events/pipeline.ts";
import { type Pump, type QueueHandler, startPump } from "../../local/pump.ts";
import { memoryQueue } from "../fakes/queue.ts";

const definition = { name: "score", visibilitySec: 30, maxReceiveCount: 5 };
const basePolicy: StagePolicy = { ...pipeline.score, batchSize: 1, concurrency: 1, timeoutSec: 10 };

let queue: ReturnType<typeof memoryQueue>;
let pumps: Pump[];
let errors: { stage: string; error: unknown }[];

beforeEach(() => {
  queue = memoryQueue({ queues: [definition] });
  pumps = [];
  errors = [];
});

afterEach(async () => {
  await Promise.all(pumps.map((pump) => pump.stop(0)));
});

function start(
  handler: QueueHandler,
  options: { policy?: Partial<StagePolicy>; receiver?: QueueReceiver; visibilitySec?: number } = {},
): Pump {
  const pump = startPump({
    stage: "score",
    policy: { ...basePolicy, ...options.policy },
    visibilitySec: options.visibilitySec ?? definition.visibilitySec,
    handler,
    queue: options.receiver ?? queue,
    clock: systemClock,
    onError: (stage, error) => errors.push({ stage, error }),
  });
  pumps.push(pump);
  return pump;
}

const send = (...bodies: string[]) =>
  queue.send(
    "score",
    bodies.map((body) => ({ body })),
  );
const stats = () => queue.stats("score");
const nothingFailed = { batchItemFailures: [] };

/** Resolves with the events once the handler has been called so many times. */
function recording(calls: number, answer: QueueHandler = async () => nothingFailed) {
  const events: SQSEvent[] = [];
  const all = Promise.withResolvers<SQSEvent[]>();
  const handler: QueueHandler = async (event) => {
    events.push(event);
    const result = answer(event);
    if (events.length === calls) all.resolve(events);
    return result;
  };
  return { handler, events, all: all.promise };
}

/** Resolves once the receiver's method has been called and has done its work. */
function watched(method: "delete" | "changeVisibility") {
  const called = Promise.withResolvers<void>();
  const receiver: QueueReceiver = {
    ...queue,
    [method]: async (...given: never[]) => {
      await (queue[method] as (...given: never[]) => Promise<void>)(...given);
      called.resolve();
    },
  };
  return { receiver, called: called.promise };
}

it("hands over a message as SQS hands it to Lambda, and deletes it when it is done", async () => {
  await send('{"id":"call.transcribed:1"}');
  const { handler, all } = recording(1);
  const { receiver, called } = watched("delete");
  start(handler, { receiver });
  const [event] = await all;
  expect(event?.Records).toHaveLength(1);
  expect(event?.Records[0]).toMatchObject({
    messageId: expect.stringMatching(/./),
    receiptHandle: expect.stringMatching(/./),
    body: '{"id":"call.transcribed:1"}',
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    },
    eventSource: "aws:sqs",
    eventSourceARN: expect.stringMatching(/:score$/),
  });
  await called;
  expect(await stats()).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 0 });
});

it("deletes of a batch only what has not failed", async () => {
  await send("one", "two", "three");
  const { handler, all } = recording(1, async ({ Records }) => ({
    batchItemFailures: Records.filter(({ body }) => body === "two").map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  }));
  const { receiver, called } = watched("delete");
  start(handler, { receiver, policy: { batchSize: 10 } });
  expect((await all)[0]?.Records.map(({ body }) => body)).toEqual(["one", "two", "three"]);
  await called;
  expect(await stats()).toEqual({ visible: 0, delayed: 0, inFlight: 1, dead: 0 });
  expect(errors).toEqual([]);
});

it("counts the whole batch as failed when the answer names a message that was not in it", async () => {
  await send("one", "two");
  const { handler, events } = recording(1, async () => ({ batchItemFailures: [{ itemIdentifier: "?" }] }));
  const failed = Promise.withResolvers<void>();
  pumps.push(
    startPump({
      stage: "score",
      policy: { ...basePolicy, batchSize: 10 },
      visibilitySec: 30,
      handler,
      queue,
      clock: systemClock,
      onError: () => failed.resolve(),
    }),
  );
  await failed.promise;
  expect(events).toHaveLength(1);
  expect(await stats()).toMatchObject({ visible: 0, inFlight: 2 });
});

it("keeps the messages of a handler that throws, and goes on with the next", async () => {
  await send("bad", "good");
  const { handler, all } = recording(2, async ({ Records }) => {
    if (Records[0]?.body === "bad") throw new TypeError("a mistake of the handler");
    return nothingFailed;
  });
  const { receiver, called } = watched("delete");
  start(handler, { receiver });
  await all;
  await called;
  expect(errors).toEqual([{ stage: "score", error: expect.any(TypeError) }]);
  expect(await stats()).toMatchObject({ visible: 0, inFlight: 1 });
});

it("delivers a failed message again when its visibility ends, with a higher count", async () => {
  await send("again");
  const { handler, all } = recording(3, async ({ Records }) =>
    Records[0]?.attributes.ApproximateReceiveCount === "3"
      ? nothingFailed
      : { batchItemFailures: [{ itemIdentifier: Records[0]?.messageId ?? "" }] },
  );
  // The handler of a stage shortens the visibility of what failed; here it is none from the start.
  start(handler, { visibilitySec: 0 });
  const counts = (await all).map(({ Records }) => Records[0]?.attributes.ApproximateReceiveCount);
  expect(counts).toEqual(["1", "2", "3"]);
});

it("fails the batch of a handler that runs too long, and gives its place to the next", async () => {
  await send("hangs", "next");
  const { handler, all } = recording(2, ({ Records }) =>
    Records[0]?.body === "hangs" ? new Promise(() => undefined) : Promise.resolve(nothingFailed),
  );
  const { receiver, called } = watched("delete");
  start(handler, { receiver, policy: { timeoutSec: 0.05 } });
  const [, next] = await all;
  expect(next?.Records[0]?.body).toBe("next");
  await called;
  expect(errors).toEqual([
    { stage: "score", error: expect.objectContaining({ message: "score ran longer than its 0.05 s" }) },
  ]);
  // Hidden until its visibility ends: the run that was given up may still be at work on it.
  expect(await stats()).toMatchObject({ visible: 0, inFlight: 1 });
});

it("never runs more handlers at once than the policy allows, and as many as it allows", async () => {
  await send(...Array.from({ length: 30 }, (_, n) => String(n)));
  let running = 0;
  let most = 0;
  const { handler, all } = recording(30, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return nothingFailed;
  });
  start(handler, { policy: { concurrency: 3 } });
  await all;
  expect(most).toBe(3);
});

it("waits for the handlers in hand when it is stopped, and takes nothing more", async () => {
  await send("first", "second");
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const { handler, events } = recording(9, async () => {
    begun.resolve();
    await finish.promise;
    return nothingFailed;
  });
  const pump = start(handler);
  await begun.promise;
  const stopped = pump.stop(10);
  finish.resolve();
  await stopped;
  expect(events).toHaveLength(1);
  expect(await stats()).toEqual({ visible: 1, delayed: 0, inFlight: 0, dead: 0 });
});

it("gives back at once what is not done when the grace ends", async () => {
  await send("one", "two");
  const begun = Promise.withResolvers<void>();
  const pump = start(
    () => {
      begun.resolve();
      return new Promise(() => undefined);
    },
    { policy: { batchSize: 2 } },
  );
  await begun.promise;
  expect(await stats()).toMatchObject({ visible: 0, inFlight: 2 });
  await pump.stop(0.05);
  expect(await stats()).toEqual({ visible: 2, delayed: 0, inFlight: 0, dead: 0 });
});

it("stops at once while it waits for messages", async () => {
  const asked = Promise.withResolvers<void>();
  const receiver: QueueReceiver = {
    ...queue,
    receive: (name, options) => {
      asked.resolve();
      return queue.receive(name, options);
    },
  };
  const pump = start(async () => nothingFailed, { receiver });
  await asked.promise;
  const startedAt = performance.now();
  await pump.stop(10);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

it("survives a queue that cannot be asked, and goes on when it can", async () => {
  let refusals = 1;
  const receiver: QueueReceiver = {
    ...queue,
    receive: async (name, options) => {
      if (refusals-- > 0) throw new Error("the queue is away");
      return queue.receive(name, options);
    },
  };
  await send("survivor");
  const { handler, all } = recording(1);
  start(handler, { receiver });
  await all;
  expect(errors).toEqual([
    { stage: "score", error: expect.objectContaining({ message: "the queue is away" }) },
  ]);
});

it("survives a delete that fails: the message comes again", async () => {
  await send("twice");
  let refusals = 1;
  const { handler, all } = recording(2);
  const receiver: QueueReceiver = {
    ...queue,
    delete: async (name, handles) => {
      if (refusals-- > 0) {
        await queue.changeVisibility(name, handles[0] ?? "", 0);
        throw new Error("the answer was lost");
      }
      await queue.delete(name, handles);
    },
  };
  start(handler, { receiver });
  const events = await all;
  expect(events.map(({ Records }) => Records[0]?.body)).toEqual(["twice", "twice"]);
  expect(errors).toHaveLength(1);
});

it("keeps no processor busy when a service answers every long poll at once", async () => {
  let polls = 0;
  const enough = Promise.withResolvers<void>();
  const receiver: QueueReceiver = {
    ...queue,
    receive: async () => {
      polls += 1;
      if (polls === 5) enough.resolve();
      return [];
    },
  };
  const startedAt = performance.now();
  start(async () => nothingFailed, { receiver });
  await enough.promise;
  expect(performance.now() - startedAt).toBeGreaterThan(150);
});
