import { createHash, randomUUID } from "node:crypto";
import type { SQSEvent } from "aws-lambda";
import { serveSandbox } from "../../local/sandbox/server.ts";

/** A message on its way, on the clock of the play. */
export interface TimedMessage {
  id: string;
  body: string;
  sentAtMs: number;
  dueMs: number;
}

interface Sent {
  QueueName?: string;
  QueueUrl?: string;
  Entries?: { Id: string; MessageBody: string; DelaySeconds?: number }[];
}

/** AWS bills each 64 KB of a request as a request (SQS pricing). */
const CHUNK_BYTES = 65_536;
const PREFIX = /^.*\/[a-z-]*-/;

/** Server of SQS's JSON protocol whose queues live on the clock of the play: what a run sends is on its way when the run has ended. */
export async function timedQueues() {
  const queues = new Map<string, TimedMessage[]>();
  /** Requests as they are billed, by operation. */
  const counts = new Map<string, number>();
  let unsent: { queue: string; body: string; delaySec: number }[] = [];
  const count = (operation: string, bytes = 0) =>
    counts.set(operation, (counts.get(operation) ?? 0) + Math.max(1, Math.ceil(bytes / CHUNK_BYTES)));
  const queueOf = (name: string) => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };

  const server = await serveSandbox(({ headers, body }) => {
    server.requests.length = 0;
    const operation = String(headers["x-amz-target"]).replace(/^AmazonSQS\./, "");
    const request: Sent = JSON.parse(body.toString());
    const entries = request.Entries ?? [];
    count(
      operation,
      entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0),
    );
    switch (operation) {
      case "GetQueueUrl":
        return { body: { QueueUrl: `${server.url}/000000000000/${request.QueueName}` } };
      case "GetQueueAttributes":
        return { body: { Attributes: {} } };
      case "SendMessageBatch": {
        const queue = String(request.QueueUrl).replace(PREFIX, "");
        unsent.push(
          ...entries.map(({ MessageBody, DelaySeconds = 0 }) => ({
            queue,
            body: MessageBody,
            delaySec: DelaySeconds,
          })),
        );
        const Successful = entries.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: randomUUID(),
          MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
        }));
        return { body: { Successful, Failed: [] } };
      }
      default:
        return { status: 400, body: { __type: "com.amazonaws.sqs#UnsupportedOperation" } };
    }
  });

  return {
    url: server.url,
    counts,
    /** The earliest that waits on a queue, and when it is due. */
    nextDueMs: (queue: string) => Math.min(...queueOf(queue).map(({ dueMs }) => dueMs)),
    /** What was sent since this was called last is on its way from this moment on. */
    settle(atMs: number): void {
      for (const { queue, body, delaySec } of unsent)
        queueOf(queue).push({ id: randomUUID(), body, sentAtMs: atMs, dueMs: atMs + delaySec * 1000 });
      unsent = [];
    },
    /** Takes up to `most` that are due, as the event source mapping does: one request to receive them, and later one to delete them. */
    take(queue: string, most: number, nowMs: number): SQSEvent {
      const list = queueOf(queue).sort((one, other) => one.dueMs - other.dueMs);
      const due = list.filter(({ dueMs }) => dueMs <= nowMs).slice(0, most);
      queues.set(
        queue,
        list.filter((message) => !due.includes(message)),
      );
      count(
        "ReceiveMessage",
        due.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
      );
      count("DeleteMessageBatch");
      return { Records: due.map((message) => recordOf(queue, message)) };
    },
    close: server.close,
  };
}

function recordOf(queue: string, { id, body, sentAtMs, dueMs }: TimedMessage): SQSEvent["Records"][number] {
  return {
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(sentAtMs),
      SenderId: "cost",
      ApproximateFirstReceiveTimestamp: String(dueMs),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${queue}`,
    awsRegion: "eu-central-1",
  };
}
