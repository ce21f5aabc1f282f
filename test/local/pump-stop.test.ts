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

it("waits for the handlers in hand when it is stopped, and takes nothing more", async () => {
  await world.send("first", "second");
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const { handler, events } = recording(9, async () => {
    begun.resolve();
    await finish.promise;
    return nothingFailed;
  });
  const pump = world.start(handler);
  await begun.promise;
  const stopped = pump.stop(10);
  finish.resolve();
  await stopped;
  expect(events).toHaveLength(1);
  expect(await world.stats()).toEqual({ visible: 1, delayed: 0, inFlight: 0, dead: 0 });
});

it("gives back at once what is not done when the grace ends", async () => {
  await world.send("one", "two");
  const begun = Promise.withResolvers<void>();
  const pump = world.start(
    () => {
      begun.resolve();
      return new Promise(() => undefined);
    },
    { policy: { batchSize: 2 } },
  );
  await begun.promise;
  expect(await world.stats()).toMatchObject({ visible: 0, inFlight: 2 });
  await pump.stop(0.05);
  expect(await world.stats()).toEqual({ visible: 2, delayed: 0, inFlight: 0, dead: 0 });
});

it("stops at once while it waits for messages", async () => {
  const asked = Promise.withResolvers<void>();
  const receiver: QueueReceiver = {
    ...world.queue,
    receive: (name, options) => {
      asked.resolve();
      return world.queue.receive(name, options);
    },
  };
  const pump = world.start(async () => nothingFailed, { receiver });
  await asked.promise;
  const startedAt = performance.now();
  await pump.stop(10);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
