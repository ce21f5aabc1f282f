import type { SQSEvent } from "aws-lambda";
import { systemClock } from "../../core/clock.ts";
import type { QueueReceiver } from "../../core/ports/queue.ts";
import { pipeline, type StagePolicy } from "../../events/pipeline.ts";
import { type Pump, type QueueHandler, startPump } from "../../local/pump.ts";
import { memoryQueue } from "../fakes/queue.ts";

const definition = { name: "score", visibilitySec: 30, maxReceiveCount: 5 };
const basePolicy: StagePolicy = { ...pipeline.score, batchSize: 1, concurrency: 1, timeoutSec: 10 };

export const nothingFailed = { batchItemFailures: [] };

/** The queue of one stage, and pumps on it that take one message at a time. */
export function pumpWorld() {
  const queue = memoryQueue({ queues: [definition] });
  const pumps: Pump[] = [];
  const errors: { stage: string; error: unknown }[] = [];
  const failed = Promise.withResolvers<void>();
  return {
    queue,
    /** What the pumps themselves told of. */
    errors,
    /** Resolves with the first of them. */
    failed: failed.promise,
    start(
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
        onError: (stage, error) => {
          errors.push({ stage, error });
          failed.resolve();
        },
      });
      pumps.push(pump);
      return pump;
    },
    send: (...bodies: string[]) =>
      queue.send(
        "score",
        bodies.map((body) => ({ body })),
      ),
    stats: () => queue.stats("score"),
    /** The queue, and a promise that resolves once messages have been deleted from it. */
    watchedDelete() {
      const deleted = Promise.withResolvers<void>();
      const receiver: QueueReceiver = {
        ...queue,
        delete: async (name, handles) => {
          await queue.delete(name, handles);
          deleted.resolve();
        },
      };
      return { receiver, deleted: deleted.promise };
    },
    close: () => Promise.all(pumps.map((pump) => pump.stop(0))),
  };
}

/** A handler that keeps what it was given; `all` resolves once it has been called so many times. */
export function recording(calls: number, answer: QueueHandler = async () => nothingFailed) {
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
