import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { QueueAdmin, QueueReceiver, QueueSender } from "../../core/ports/queue.ts";
import { MAX_VISIBILITY_SEC, MAX_WAIT_SEC, wholeNumberOfMessages, wholeSeconds } from "./queue-rules.ts";
import { deleteBatches, receiveBatch, staleHandle } from "./sqs-batches.ts";
import { nameOfSqsError } from "./sqs-connection.ts";
import { type DeadLetterRequest, moveBack, peek } from "./sqs-dead-letters.ts";
import { openQueues, type SqsQueueOptions, sendingTo } from "./sqs-sender.ts";

/** Standard queues of AWS SQS or of a service that speaks its protocol. They and their dead letters stand already. */
export function sqsQueue(options: SqsQueueOptions): QueueSender & QueueReceiver & QueueAdmin {
  const protocol: DeadLetterRequest["protocol"] = (options.protocol ?? "json") === "json" ? "json" : "query";
  const queues = openQueues(options);
  const { client, urlOf, attempt } = queues;

  const deadName = (name: string): string => `${name}-dlq`;

  async function deadLetterRequest(queue: string, queueUrl: string): Promise<DeadLetterRequest> {
    return { client: client(), queueUrl, deadUrl: await urlOf(deadName(queue)), protocol };
  }

  return {
    ...sendingTo(queues),

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
