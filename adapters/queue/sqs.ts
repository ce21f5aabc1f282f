import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { QueueAdmin, QueueReceiver, QueueSender } from "../../core/ports/queue.ts";
import {
  acceptMessages,
  findDefinition,
  MAX_VISIBILITY_SEC,
  MAX_WAIT_SEC,
  wholeNumberOfMessages,
  wholeSeconds,
} from "./queue-rules.ts";
import { deleteBatches, receiveBatch, sendBatches, staleHandle } from "./sqs-batches.ts";
import {
  connectToSqs,
  explainSqsError,
  nameOfSqsError,
  type SqsConnectionOptions,
} from "./sqs-connection.ts";
import { type DeadLetterRequest, moveBack, peek } from "./sqs-dead-letters.ts";

export interface SqsQueueOptions extends SqsConnectionOptions {
  /** Where a queue lies, by its name here; `<name>-dlq` names its dead letters. Absent ones are asked for by name. */
  queueUrls?: Readonly<Record<string, string>>;
  /** A queue is called `<namePrefix><name>` at the service, its dead letters `<namePrefix><name>-dlq`. */
  namePrefix?: string;
}

/** Standard queues of AWS SQS or of a service that speaks its protocol. They and their dead letters stand already. */
export function sqsQueue(options: SqsQueueOptions): QueueSender & QueueReceiver & QueueAdmin {
  const { queues, queueUrls = {}, namePrefix = "", protocol = "json" } = options;
  const foundUrls = new Map<string, Promise<string>>();
  let connected: SQSClient | undefined;

  function client(): SQSClient {
    connected ??= connectToSqs(options);
    return connected;
  }

  function urlOf(name: string): Promise<string> {
    const configured = queueUrls[name];
    if (configured !== undefined) return Promise.resolve(configured);
    const found = foundUrls.get(name) ?? askForUrl(name);
    foundUrls.set(name, found);
    // A failure is not remembered: the queue may be there at the next try.
    found.catch(() => foundUrls.delete(name));
    return found;
  }

  async function askForUrl(name: string): Promise<string> {
    const reply = await client().send(new GetQueueUrlCommand({ QueueName: namePrefix + name }));
    const url = z.string().min(1).safeParse(reply.QueueUrl);
    if (url.success) return url.data;
    throw new VendorError("queue.unreadable_reply", "the queue service did not name the queue's URL");
  }

  const deadName = (name: string): string => `${name}-dlq`;

  /** A name that the pipeline does not know is refused here, before anything is asked. */
  async function attempt<T>(queue: string, work: (queueUrl: string) => Promise<T>): Promise<T> {
    const { name } = findDefinition(queues, queue);
    try {
      return await work(await urlOf(name));
    } catch (error) {
      if (nameOfSqsError(error) === "QueueDoesNotExist") foundUrls.delete(name);
      throw explainSqsError(error);
    }
  }

  async function deadLetterRequest(queue: string, queueUrl: string): Promise<DeadLetterRequest> {
    return { client: client(), queueUrl, deadUrl: await urlOf(deadName(queue)), protocol };
  }

  return {
    send: async (queue, messages) => {
      const accepted = acceptMessages(messages);
      await attempt(queue, (queueUrl) => sendBatches(client(), queueUrl, accepted));
    },

    receive: async (queue, { max, waitSec, visibilitySec, signal }) => {
      const request = {
        max: wholeNumberOfMessages(max),
        waitSec: wholeSeconds("waitSec", waitSec, 0, MAX_WAIT_SEC),
        visibilitySec: wholeSeconds("visibilitySec", visibilitySec, 0, MAX_VISIBILITY_SEC),
        signal,
        protocol,
      };
      return attempt(queue, async (queueUrl) => {
        if (signal?.aborted) return [];
        try {
          return await receiveBatch(client(), queueUrl, request);
        } catch (error) {
          // A message that the service gave at this very moment comes back after its visibility.
          if (signal?.aborted) return [];
          throw error;
        }
      });
    },

    delete: (queue, handles) => attempt(queue, (queueUrl) => deleteBatches(client(), queueUrl, handles)),

    changeVisibility: async (queue, handle, visibilitySec) => {
      const hiddenSec = wholeSeconds("visibilitySec", visibilitySec, 0, MAX_VISIBILITY_SEC);
      await attempt(queue, async (queueUrl) => {
        try {
          await client().send(
            new ChangeMessageVisibilityCommand({
              QueueUrl: queueUrl,
              ReceiptHandle: handle,
              VisibilityTimeout: hiddenSec,
            }),
          );
        } catch (error) {
          if (!staleHandle.has(nameOfSqsError(error))) throw error;
        }
      });
    },

    stats: (queue) =>
      attempt(queue, async (queueUrl) => {
        const { deadUrl } = await deadLetterRequest(queue, queueUrl);
        const [live, dead] = await Promise.all([counts(client(), queueUrl), counts(client(), deadUrl)]);
        return { ...live, dead: dead.visible + dead.delayed + dead.inFlight };
      }),

    // The age of the oldest message is a metric of CloudWatch and no attribute of the queue.
    waitingSince: async () => null,

    deadLetters: (queue, limit) =>
      attempt(queue, async (queueUrl) => peek(await deadLetterRequest(queue, queueUrl), limit)),

    redrive: (queue) =>
      attempt(queue, async (queueUrl) => moveBack(await deadLetterRequest(queue, queueUrl))),
  };
}

const count = z.coerce.number().int().nonnegative().nullish();
const Counts = z.object({
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesDelayed: count,
  ApproximateNumberOfMessagesNotVisible: count,
});

async function counts(client: SQSClient, queueUrl: string) {
  const reply = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
      ],
    }),
  );
  const parsed = Counts.safeParse(reply.Attributes ?? {});
  if (!parsed.success) {
    throw new VendorError("queue.unreadable_reply", "the queue service counted in a form that is not SQS's");
  }
  return {
    visible: parsed.data.ApproximateNumberOfMessages ?? 0,
    delayed: parsed.data.ApproximateNumberOfMessagesDelayed ?? 0,
    inFlight: parsed.data.ApproximateNumberOfMessagesNotVisible ?? 0,
  };
}
