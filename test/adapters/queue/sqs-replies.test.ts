import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { sqsQueue } from "../../../adapters/queue/sqs.ts";
import type { SqsQueueOptions } from "../../../adapters/queue/sqs-sender.ts";
import { ConfigurationError, VendorError } from "../../../core/errors.ts";
import { type SqsReply, type SqsRequest, scriptedSqs } from "./scripted-sqs.ts";

/** What SQS and its kin answer besides success, in their own words. */

const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/ingest";
const look = { max: 10, waitSec: 0, visibilitySec: 30 };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A queue in front of a server that knows where queues lie and leaves the rest to `answer`. */
async function open(
  answer: (request: SqsRequest) => SqsReply | undefined,
  options: Partial<SqsQueueOptions> = {},
) {
  const server = await scriptedSqs((request) => {
    const special = answer(request);
    if (special !== undefined) return special;
    if (request.action === "GetQueueUrl") {
      return { body: { QueueUrl: QUEUE_URL.replace(/ingest$/, request.input.QueueName) } };
    }
    return { body: {} };
  });
  closers.push(server.close);
  const queue = sqsQueue({
    queues: [{ name: "ingest", visibilitySec: 30, maxReceiveCount: 3 }],
    endpoint: server.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "very-secret" },
    maxAttempts: 1,
    ...options,
  });
  return { queue, server };
}

const md5 = (body: string): string => createHash("md5").update(body).digest("hex");
const sentEntry = ({ Id, MessageBody }: { Id: string; MessageBody: string }) => ({
  Id,
  MessageId: `m${Id}`,
  MD5OfMessageBody: md5(MessageBody),
});
const refuse = (type: string, status = 400): SqsReply => ({
  status,
  body: { __type: `com.amazonaws.sqs#${type}`, message: "it quotes AKIAIOSFODNN7EXAMPLE and the request" },
});
const accept = ({ action, input }: SqsRequest): SqsReply | undefined =>
  action === "SendMessageBatch" ? { body: { Successful: input.Entries.map(sentEntry) } } : undefined;

test("sends at most ten messages and 256 KiB in one request, bodies as they are", async () => {
  const { queue, server } = await open(accept);
  const small = Array.from({ length: 12 }, (_, number) => ({ body: `👍 ${number}`, delaySec: number }));
  await queue.send("ingest", [...small, { body: "x".repeat(200 * 1024) }, { body: "y".repeat(60 * 1024) }]);
  const batches = server.asked("SendMessageBatch").map(({ input }) => input.Entries);
  expect(batches.map((entries) => entries.length)).toEqual([10, 3, 1]);
  expect(batches[0][0]).toEqual({ Id: "0", MessageBody: "👍 0" });
  expect(batches[0][9]).toEqual({ Id: "9", MessageBody: "👍 9", DelaySeconds: 9 });
});

test("sends again only what the service did not take", async () => {
  let tries = 0;
  const { queue, server } = await open(({ action, input }) => {
    if (action !== "SendMessageBatch") return undefined;
    tries += 1;
    const [first, ...others] = input.Entries;
    if (tries > 1) return { body: { Successful: input.Entries.map(sentEntry) } };
    return {
      body: {
        Successful: others.map(sentEntry),
        Failed: [{ Id: first.Id, Code: "InternalError", SenderFault: false }],
      },
    };
  });
  await queue.send("ingest", [{ body: "unlucky" }, { body: "lucky" }]);
  const batches = server.asked("SendMessageBatch").map(({ input }) => input.Entries);
  expect(
    batches.map((entries) => entries.map((entry: { MessageBody: string }) => entry.MessageBody)),
  ).toEqual([["unlucky", "lucky"], ["unlucky"]]);
});

test("fails when the service does not take a message at the second try either", async () => {
  const { queue, server } = await open(({ action, input }) =>
    action === "SendMessageBatch"
      ? { body: { Failed: input.Entries.map(({ Id }: { Id: string }) => ({ Id, Code: "InternalError" })) } }
      : undefined,
  );
  const failure = await queue.send("ingest", [{ body: "private text" }]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(VendorError);
  expect(failure).toMatchObject({ code: "queue.partly_failed" });
  expect(String(failure)).not.toContain("private text");
  expect(server.asked("SendMessageBatch")).toHaveLength(2);
});

test("deletes in batches of ten and takes a stale handle for done", async () => {
  const { queue, server } = await open(({ action }) =>
    action === "DeleteMessageBatch"
      ? { body: { Successful: [], Failed: [{ Id: "0", Code: "ReceiptHandleIsInvalid", SenderFault: true }] } }
      : undefined,
  );
  await queue.delete(
    "ingest",
    Array.from({ length: 11 }, (_, number) => `handle ${number}`),
  );
  expect(server.asked("DeleteMessageBatch").map(({ input }) => input.Entries.length)).toEqual([10, 1]);
});

test("fails when a message could not be deleted for another reason", async () => {
  const { queue } = await open(({ action }) =>
    action === "DeleteMessageBatch" ? { body: { Failed: [{ Id: "0", Code: "InternalError" }] } } : undefined,
  );
  await expect(queue.delete("ingest", ["handle"])).rejects.toMatchObject({ code: "queue.partly_failed" });
});

test.each(["ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"])(
  "takes %s for a stale handle when visibility changes",
  async (type) => {
    const { queue, server } = await open(({ action }) =>
      action === "ChangeMessageVisibility" ? refuse(type) : undefined,
    );
    await queue.changeVisibility("ingest", "handle", 0);
    expect(server.asked("ChangeMessageVisibility")[0]!.input.VisibilityTimeout).toBe(0);
  },
);

test.each([
  ["InvalidClientTokenId", 403, "queue.unauthorized"],
  ["UnrecognizedClientException", 400, "queue.unauthorized"],
  ["SignatureDoesNotMatch", 403, "queue.unauthorized"],
  ["SomethingNew", 403, "queue.unauthorized"],
  ["AccessDeniedException", 400, "queue.forbidden"],
])("names the keys when the service answers %s", async (type, status, code) => {
  const { queue } = await open(() => refuse(type, status));
  const failure = await queue.receive("ingest", look).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigurationError);
  expect(failure).toMatchObject({ code, message: expect.stringContaining("AWS_ACCESS_KEY_ID") });
  expect(String(failure)).not.toMatch(/AKIA|very-secret/);
});

test.each([
  ["RequestThrottled", 400, "queue.throttled"],
  ["ThrottlingException", 400, "queue.throttled"],
  ["InternalFailure", 500, "queue.unavailable"],
])("lets %s pass as the service's own trouble", async (type, status, code) => {
  const { queue } = await open(() => refuse(type, status));
  const failure = await queue.receive("ingest", look).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(VendorError);
  expect(failure).toMatchObject({ code });
  expect(String(failure)).not.toContain("AKIA");
});

test("survives a proxy that answers HTML, and a server that is gone", async () => {
  const { queue, server } = await open(() => ({
    status: 502,
    body: "<html><body>Bad Gateway</body></html>",
  }));
  await expect(queue.receive("ingest", look)).rejects.toMatchObject({ code: "queue.unavailable" });
  closers.pop();
  await server.close();
  await expect(queue.receive("ingest", look)).rejects.toMatchObject({ code: "queue.unavailable" });
});

test("says that a queue is missing and asks for it again at the next try", async () => {
  let deployed = false;
  const { queue, server } = await open(({ action }) =>
    action === "GetQueueUrl" && !deployed ? refuse("QueueDoesNotExist") : undefined,
  );
  await expect(queue.receive("ingest", look)).rejects.toMatchObject({ code: "queue.missing" });
  deployed = true;
  expect(await queue.receive("ingest", look)).toEqual([]);
  expect(await queue.receive("ingest", look)).toEqual([]);
  expect(server.asked("GetQueueUrl")).toHaveLength(2);
});

test("sends requests to the endpoint whatever host a queue's URL names", async () => {
  const { queue, server } = await open(({ action }) =>
    action === "GetQueueUrl" ? { body: { QueueUrl: "http://evil.example:1/1/ingest" } } : undefined,
  );
  await queue.receive("ingest", look);
  expect(server.asked("ReceiveMessage")[0]!.input.QueueUrl).toBe("http://evil.example:1/1/ingest");
});

test("takes the queue's URL from its settings without asking", async () => {
  const { queue, server } = await open(accept, { queueUrls: { ingest: QUEUE_URL } });
  await queue.send("ingest", [{ body: "straight" }]);
  expect(server.requests.map(({ action }) => action)).toEqual(["SendMessageBatch"]);
});

test("puts the prefix before names, those of the dead letters too", async () => {
  const { queue, server } = await open(() => undefined, { namePrefix: "cqa-production-" });
  await queue.stats("ingest");
  expect(server.asked("GetQueueUrl").map(({ input }) => input.QueueName)).toEqual([
    "cqa-production-ingest",
    "cqa-production-ingest-dlq",
  ]);
});

test("reads a message without attributes, and refuses one without a body", async () => {
  const bare = { MessageId: "m", ReceiptHandle: "h", Body: "text", MD5OfBody: md5("text") };
  const messages: object[] = [bare];
  const { queue } = await open(({ action }) =>
    action === "ReceiveMessage" ? { body: { Messages: messages } } : undefined,
  );
  expect(await queue.receive("ingest", look)).toMatchObject([{ id: "m", handle: "h", receiveCount: 1 }]);
  messages.push({ MessageId: "n", ReceiptHandle: "i" });
  await expect(queue.receive("ingest", look)).rejects.toBeInstanceOf(VendorError);
});

test("has SQS itself move dead letters back and counts them", async () => {
  const statuses = ["RUNNING", "COMPLETED"];
  const { queue, server } = await open(({ action, input }) => {
    if (action === "GetQueueAttributes") {
      return { body: { Attributes: { QueueArn: `arn:aws:sqs:eu:1:${input.QueueUrl.split("/").at(-1)}` } } };
    }
    if (action === "StartMessageMoveTask") return { body: { TaskHandle: "task" } };
    if (action === "ListMessageMoveTasks") {
      return { body: { Results: [{ Status: statuses.shift(), ApproximateNumberOfMessagesMoved: 7 }] } };
    }
    return undefined;
  });
  expect(await queue.redrive("ingest")).toBe(7);
  expect(server.asked("StartMessageMoveTask")[0]!.input).toEqual({
    SourceArn: "arn:aws:sqs:eu:1:ingest-dlq",
    DestinationArn: "arn:aws:sqs:eu:1:ingest",
  });
  expect(statuses).toEqual([]);
});
