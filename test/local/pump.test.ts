import { afterEach, beforeEach, expect, it } from "vitest";
import type { QueueReceiver } from "../../core/ports/queue.ts";
import { nothingFailed, pumpWorld, recording } from "./pump-world.ts";

let world: ReturnType<typeof pumpWorld>;

beforeEach(() => {
  world = pumpWorld();
});

afterEach(async () => {
  await world.close();
});

it("hands over a message as SQS hands it to Lambda, and deletes it when it is done", async () => {
  await world.send('{"id":"call.transcribed:1"}');
  const { handler, all } = recording(1);
  const { receiver, deleted } = world.watchedDelete();
  world.start(handler, { receiver });
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
  await deleted;
  expect(await world.stats()).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 0 });
});

it("deletes of a batch only what has not failed", async () => {
  await world.send("one", "two", "three");
  const { handler, all } = recording(1, async ({ Records }) => ({
    batchItemFailures: Records.filter(({ body }) => body === "two").map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  }));
  const { receiver, deleted } = world.watchedDelete();
  world.start(handler, { receiver, policy: { batchSize: 10 } });
  expect((await all)[0]?.Records.map(({ body }) => body)).toEqual(["one", "two", "three"]);
  await deleted;
  expect(await world.stats()).toEqual({ visible: 0, delayed: 0, inFlight: 1, dead: 0 });
  expect(world.errors).toEqual([]);
});

it("counts the whole batch as failed when the answer names a message that was not in it", async () => {
  await world.send("one", "two");
  const { handler, events } = recording(1, async () => ({ batchItemFailures: [{ itemIdentifier: "?" }] }));
  world.start(handler, { policy: { batchSize: 10 } });
  await world.failed;
  expect(events).toHaveLength(1);
  expect(await world.stats()).toMatchObject({ visible: 0, inFlight: 2 });
});

it("keeps the messages of a handler that throws, and goes on with the next", async () => {
  await world.send("bad", "good");
  const { handler, all } = recording(2, async ({ Records }) => {
    if (Records[0]?.body === "bad") throw new TypeError("a mistake of the handler");
    return nothingFailed;
  });
  const { receiver, deleted } = world.watchedDelete();
  world.start(handler, { receiver });
  await all;
  await deleted;
  expect(world.errors).toEqual([{ stage: "score", error: expect.any(TypeError) }]);
  expect(await world.stats()).toMatchObject({ visible: 0, inFlight: 1 });
});

it("delivers a failed message again when its visibility ends, with a higher count", async () => {
  await world.send("again");
  const { handler, all } = recording(3, async ({ Records }) =>
    Records[0]?.attributes.ApproximateReceiveCount === "3"
      ? nothingFailed
      : { batchItemFailures: [{ itemIdentifier: Records[0]?.messageId ?? "" }] },
  );
  // The handler of a stage shortens the visibility of what failed; here it is none from the start.
  world.start(handler, { visibilitySec: 0 });
  const counts = (await all).map(({ Records }) => Records[0]?.attributes.ApproximateReceiveCount);
  expect(counts).toEqual(["1", "2", "3"]);
});

it("fails the batch of a handler that runs too long, and gives its place to the next", async () => {
  await world.send("hangs", "next");
  const { handler, all } = recording(2, ({ Records }) =>
    Records[0]?.body === "hangs" ? new Promise(() => undefined) : Promise.resolve(nothingFailed),
  );
  const { receiver, deleted } = world.watchedDelete();
  world.start(handler, { receiver, policy: { timeoutSec: 0.05 } });
  const [, next] = await all;
  expect(next?.Records[0]?.body).toBe("next");
  await deleted;
  expect(world.errors).toEqual([
    { stage: "score", error: expect.objectContaining({ message: "score ran longer than its 0.05 s" }) },
  ]);
  // Hidden until its visibility ends: the run that was given up may still be at work on it.
  expect(await world.stats()).toMatchObject({ visible: 0, inFlight: 1 });
});

it("never runs more handlers at once than the policy allows, and as many as it allows", async () => {
  await world.send(...Array.from({ length: 30 }, (_, n) => String(n)));
  let running = 0;
  let most = 0;
  const { handler, all } = recording(30, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return nothingFailed;
  });
  world.start(handler, { policy: { concurrency: 3 } });
  await all;
  expect(most).toBe(3);
});

it("survives a queue that cannot be asked, and goes on when it can", async () => {
  let refusals = 1;
  const receiver: QueueReceiver = {
    ...world.queue,
    receive: async (name, options) => {
      if (refusals-- > 0) throw new Error("the queue is away");
      return world.queue.receive(name, options);
    },
  };
  await world.send("survivor");
  const { handler, all } = recording(1);
  world.start(handler, { receiver });
  await all;
  expect(world.errors).toEqual([
    { stage: "score", error: expect.objectContaining({ message: "the queue is away" }) },
  ]);
});

it("survives a delete that fails: the message comes again", async () => {
  await world.send("twice");
  let refusals = 1;
  const { handler, all } = recording(2);
  const receiver: QueueReceiver = {
    ...world.queue,
    delete: async (name, handles) => {
      if (refusals-- > 0) {
        await world.queue.changeVisibility(name, handles[0] ?? "", 0);
        throw new Error("the answer was lost");
      }
      await world.queue.delete(name, handles);
    },
  };
  world.start(handler, { receiver });
  const events = await all;
  expect(events.map(({ Records }) => Records[0]?.body)).toEqual(["twice", "twice"]);
  expect(world.errors).toHaveLength(1);
});

it("keeps no processor busy when a service answers every long poll at once", async () => {
  let polls = 0;
  const enough = Promise.withResolvers<void>();
  const receiver: QueueReceiver = {
    ...world.queue,
    receive: async () => {
      polls += 1;
      if (polls === 5) enough.resolve();
      return [];
    },
  };
  const startedAt = performance.now();
  world.start(async () => nothingFailed, { receiver });
  await enough.promise;
  expect(performance.now() - startedAt).toBeGreaterThan(150);
});
