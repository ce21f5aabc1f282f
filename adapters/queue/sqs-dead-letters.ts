import { setTimeout as wait } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { ReceivedMessage } from "../../core/ports/queue.ts";
import { acceptMessages } from "./queue-rules.ts";
import { deleteBatches, type ReceiveBatchOptions, receiveBatch, sendBatches } from "./sqs-batches.ts";
import { nameOfSqsError } from "./sqs-connection.ts";

/** What the operator does with dead letters on SQS, which has no request to just look at a message. */

export interface DeadLetterRequest {
  client: SQSClient;
  queueUrl: string;
  deadUrl: string;
  protocol: ReceiveBatchOptions["protocol"];
}

/** Long enough to read a page of them, short enough that a crash in between hides them for a minute only. */
const PEEK_SEC = 60;
/** A wait of a second makes SQS ask all of its servers instead of some (SQS docs, short and long polling). */
const ASK_ALL_SEC = 1;

export async function peek({ client, deadUrl, protocol }: DeadLetterRequest, limit: number) {
  const seen = new Map<string, ReceivedMessage>();
  try {
    while (seen.size < limit) {
      const max = Math.min(10, limit - seen.size);
      const messages = await receiveBatch(client, deadUrl, {
        max,
        waitSec: ASK_ALL_SEC,
        visibilitySec: PEEK_SEC,
        protocol,
      });
      if (messages.length === 0) break;
      for (const message of messages) seen.set(message.id, message);
    }
  } finally {
    await Promise.allSettled(
      [...seen.values()].map(({ handle }) =>
        client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: deadUrl,
            ReceiptHandle: handle,
            VisibilityTimeout: 0,
          }),
        ),
      ),
    );
  }
  return [...seen.values()]
    .sort((one, other) => one.sentAt.getTime() - other.sentAt.getTime())
    .map(({ id, body, sentAt }) => ({ id, body, sentAt }));
}

/** Servers without StartMessageMoveTask (Yandex Message Queue, emulators) call it by one of these names. */
const unknownAction = new Set([
  "InvalidAction",
  "UnknownOperation",
  "UnknownOperationException",
  "UnsupportedOperation",
  "NotImplemented",
]);

export async function moveBack(request: DeadLetterRequest): Promise<number> {
  const [source, destination] = await Promise.all([
    arnOf(request.client, request.deadUrl),
    arnOf(request.client, request.queueUrl),
  ]);
  try {
    await request.client.send(
      new StartMessageMoveTaskCommand({ SourceArn: source, DestinationArn: destination }),
    );
  } catch (error) {
    if (unknownAction.has(nameOfSqsError(error))) return moveOneByOne(request);
    throw error;
  }
  return untilMoved(request.client, source);
}

const Arn = z.object({ QueueArn: z.string().min(1) });

async function arnOf(client: SQSClient, queueUrl: string): Promise<string> {
  const reply = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
  );
  const parsed = Arn.safeParse(reply.Attributes);
  if (!parsed.success) {
    throw new VendorError("queue.unreadable_reply", "the queue service did not name the queue's ARN");
  }
  return parsed.data.QueueArn;
}

const Tasks = z.array(
  z.object({
    Status: z.string().nullish(),
    ApproximateNumberOfMessagesMoved: z.number().nullish(),
  }),
);
const LOOK_EVERY_MS = 1_000;
const LOOKS = 600;

/** The newest task comes first (SQS docs, ListMessageMoveTasks). */
async function untilMoved(client: SQSClient, source: string): Promise<number> {
  for (let look = 0; look < LOOKS; look += 1) {
    const reply = await client.send(new ListMessageMoveTasksCommand({ SourceArn: source, MaxResults: 1 }));
    const task = Tasks.safeParse(reply.Results ?? []).data?.[0];
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    if (task?.Status === "COMPLETED") return moved;
    if (task?.Status === "FAILED" || task?.Status === "CANCELLED") {
      throw new VendorError(
        "queue.redrive_failed",
        `SQS stopped after moving ${moved} dead letters: redrive again`,
      );
    }
    await wait(LOOK_EVERY_MS);
  }
  throw new VendorError("queue.redrive_slow", "SQS is still moving dead letters: look again later");
}

/** Sent first and deleted second: a crash in between doubles messages, which every stage stands, and loses none. */
async function moveOneByOne({ client, queueUrl, deadUrl, protocol }: DeadLetterRequest): Promise<number> {
  let moved = 0;
  for (;;) {
    const messages = await receiveBatch(client, deadUrl, {
      max: 10,
      waitSec: ASK_ALL_SEC,
      visibilitySec: PEEK_SEC,
      protocol,
    });
    if (messages.length === 0) return moved;
    await sendBatches(client, queueUrl, acceptMessages(messages.map(({ body }) => ({ body }))));
    await deleteBatches(
      client,
      deadUrl,
      messages.map(({ handle }) => handle),
    );
    moved += messages.length;
  }
}
