import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { ReceivedMessage } from "../../core/ports/queue.ts";
import { type AcceptedMessage, MAX_BODY_BYTES } from "./queue-rules.ts";

/** SQS's requests about several messages: cut into its batches, and its partial failures taken seriously. */

const MAX_BATCH = 10;
/** Refused because the message is gone or was delivered again since: for us that is no failure. */
export const staleHandle = new Set(["ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"]);

const Failures = z.array(z.object({ Id: z.string().nullish(), Code: z.string().nullish() })).nullish();

export async function sendBatches(
  client: SQSClient,
  queueUrl: string,
  messages: readonly AcceptedMessage[],
): Promise<void> {
  for (const batch of cutIntoBatches(messages)) {
    await tryFailedOnceMore("sent", batch, async (entries) => {
      const reply = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: entries.map(({ body, delaySec }, index) => ({
            Id: String(index),
            MessageBody: body,
            ...(delaySec > 0 ? { DelaySeconds: delaySec } : {}),
          })),
        }),
      );
      return Failures.parse(reply.Failed) ?? [];
    });
  }
}

export async function deleteBatches(
  client: SQSClient,
  queueUrl: string,
  handles: readonly string[],
): Promise<void> {
  for (let start = 0; start < handles.length; start += MAX_BATCH) {
    await tryFailedOnceMore("deleted", handles.slice(start, start + MAX_BATCH), async (entries) => {
      const reply = await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: entries.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
        }),
      );
      return (Failures.parse(reply.Failed) ?? []).filter(({ Code }) => !staleHandle.has(Code ?? ""));
    });
  }
}

/** At most ten, and together within the limit of one message (SQS docs, SendMessageBatch). */
function cutIntoBatches(messages: readonly AcceptedMessage[]): AcceptedMessage[][] {
  const batches: AcceptedMessage[][] = [];
  let batch: AcceptedMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (batch.length === MAX_BATCH || (batch.length > 0 && bytes + message.bytes > MAX_BODY_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += message.bytes;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

async function tryFailedOnceMore<T>(
  done: string,
  entries: readonly T[],
  request: (
    entries: readonly T[],
  ) => Promise<{ Id?: string | null | undefined; Code?: string | null | undefined }[]>,
): Promise<void> {
  const failed = await request(entries);
  if (failed.length === 0) return;
  const again = failed.flatMap(({ Id }) => entries[Number(Id)] ?? []);
  const stillFailed = again.length === failed.length ? await request(again) : failed;
  if (stillFailed.length === 0) return;
  throw new VendorError(
    "queue.partly_failed",
    `${stillFailed.length} of ${entries.length} messages were not ${done} by the queue service; it is tried again`,
  );
}

const milliseconds = z.coerce.number().int().positive();
const Received = z.array(
  z.object({
    MessageId: z.string(),
    ReceiptHandle: z.string(),
    Body: z.string(),
    Attributes: z
      .object({
        ApproximateReceiveCount: z.coerce.number().int().positive().nullish(),
        SentTimestamp: milliseconds.nullish(),
        ApproximateFirstReceiveTimestamp: milliseconds.nullish(),
      })
      .nullish(),
  }),
);

export interface ReceiveBatchOptions {
  max: number;
  waitSec: number;
  visibilitySec: number;
  signal?: AbortSignal | undefined;
  /** The older protocol knows the attributes by their older name only. */
  protocol: "json" | "query";
}

export async function receiveBatch(
  client: SQSClient,
  queueUrl: string,
  { max, waitSec, visibilitySec, signal, protocol }: ReceiveBatchOptions,
): Promise<ReceivedMessage[]> {
  const reply = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: waitSec,
      VisibilityTimeout: visibilitySec,
      ...(protocol === "query"
        ? { AttributeNames: ["All"] }
        : {
            MessageSystemAttributeNames: [
              "SentTimestamp",
              "ApproximateReceiveCount",
              "ApproximateFirstReceiveTimestamp",
            ],
          }),
    }),
    signal === undefined ? {} : { abortSignal: signal },
  );
  const parsed = Received.safeParse(reply.Messages ?? []);
  if (!parsed.success) {
    throw new VendorError(
      "queue.unreadable_reply",
      "the queue service gave messages in a form that is not SQS's",
    );
  }
  return parsed.data.map(({ MessageId, ReceiptHandle, Body, Attributes }) => {
    const now = Date.now();
    return {
      id: MessageId,
      handle: ReceiptHandle,
      body: Body,
      receiveCount: Attributes?.ApproximateReceiveCount ?? 1,
      sentAt: new Date(Attributes?.SentTimestamp ?? now),
      firstReceivedAt: new Date(Attributes?.ApproximateFirstReceiveTimestamp ?? now),
    };
  });
}
