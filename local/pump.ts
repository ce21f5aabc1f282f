import { setTimeout as pause } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Clock } from "../core/clock.ts";
import type { QueueReceiver, ReceivedMessage } from "../core/ports/queue.ts";
import type { StagePolicy } from "../events/pipeline.ts";

export type QueueHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

export interface Pump {
  /** Takes no more messages, waits for those in hand and gives back what is not done in time. */
  stop(graceSec: number): Promise<void>;
}

interface PumpOptions {
  stage: string;
  policy: StagePolicy;
  visibilitySec: number;
  handler: QueueHandler;
  queue: QueueReceiver;
  clock: Clock;
  /** Hears of failures of the pump itself; never of a message's, which the handler logs. */
  onError(stage: string, error: unknown): void;
}

const LONG_POLL_SEC = 20;
const PAUSE_AFTER_ERROR_MS = 1000;
/** Some services that speak SQS answer a long poll at once; asked again and again they would keep a processor busy. */
const SHORTEST_POLL_MS = 50;

/**
 * Feeds a handler from its queue as Lambda's event source mapping does: batches, as many runs at once as the policy allows, partial failures by
 * message id, a timeout that fails the whole batch, and no judgement of its own: what is not deleted comes back when its visibility ends.
 */
export function startPump(options: PumpOptions): Pump {
  const { stage, policy, queue, onError } = options;
  const stopping = new AbortController();
  const inHand = new Map<string, ReceivedMessage>();
  const runs = new Set<Promise<void>>();

  const loop = async () => {
    while (!stopping.signal.aborted) {
      if (runs.size >= policy.concurrency) {
        await Promise.race(runs);
        continue;
      }
      const askedAt = performance.now();
      const messages = await receive();
      if (messages.length === 0) {
        await aborted(stopping.signal, Math.max(0, SHORTEST_POLL_MS - (performance.now() - askedAt)));
        continue;
      }
      for (const message of messages) inHand.set(message.handle, message);
      const run = runBatch(messages).finally(() => runs.delete(run));
      runs.add(run);
    }
  };

  const receive = async (): Promise<ReceivedMessage[]> => {
    try {
      return await queue.receive(stage, {
        max: policy.batchSize,
        waitSec: LONG_POLL_SEC,
        visibilitySec: options.visibilitySec,
        signal: stopping.signal,
      });
    } catch (error) {
      if (stopping.signal.aborted) return [];
      onError(stage, error);
      await aborted(stopping.signal, PAUSE_AFTER_ERROR_MS);
      return [];
    }
  };

  const runBatch = async (messages: ReceivedMessage[]) => {
    try {
      const failed = await withTimeout(options, messages);
      const done = messages.filter((message) => !failed.has(message.id)).map((message) => message.handle);
      if (done.length > 0) await queue.delete(stage, done);
    } catch (error) {
      onError(stage, error);
    } finally {
      for (const message of messages) inHand.delete(message.handle);
    }
  };

  const running = loop();
  return {
    async stop(graceSec) {
      stopping.abort();
      await Promise.race([
        running.then(() => Promise.all(runs)),
        pause(graceSec * 1000, undefined, { ref: false }),
      ]);
      await Promise.all(
        [...inHand.keys()].map((handle) => queue.changeVisibility(stage, handle, 0).catch(() => undefined)),
      );
    },
  };
}

/** The ids of the messages that failed; all of them when the handler throws or runs longer than it may. */
async function withTimeout(
  { handler, policy, clock, stage }: PumpOptions,
  messages: readonly ReceivedMessage[],
) {
  let timer: NodeJS.Timeout | undefined;
  const ranTooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${stage} ran longer than its ${policy.timeoutSec} s`)),
      clock.realMs(policy.timeoutSec * 1000),
    );
  });
  try {
    const response = await Promise.race([
      handler({ Records: messages.map((message) => recordOf(stage, message)) }),
      ranTooLong,
    ]);
    const failed = new Set(response.batchItemFailures.map((failure) => failure.itemIdentifier));
    // As Lambda does: an id that is not in the batch makes the whole answer worthless (Lambda docs, "Reporting batch item failures").
    const given = new Set(messages.map((message) => message.id));
    if ([...failed].some((id) => !given.has(id)))
      throw new Error(`${stage} reported the failure of a message that it was not given`);
    return failed;
  } finally {
    clearTimeout(timer);
  }
}

/** As SQS hands it to Lambda: counts and times are strings. */
function recordOf(stage: string, message: ReceivedMessage): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: message.handle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt.getTime()),
      SenderId: "local",
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt.getTime()),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:local:000000000000:${stage}`,
    awsRegion: "local",
  };
}

/** Resolves after `ms`, or at once when the signal is aborted; leaves no timer behind. */
function aborted(signal: AbortSignal, ms: number): Promise<void> {
  return pause(ms, undefined, { signal }).catch(() => undefined);
}
