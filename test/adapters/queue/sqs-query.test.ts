import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { sqsQueue } from "../../../adapters/queue/sqs.ts";
import { queryProtocol } from "../../../adapters/queue/sqs-query.ts";
import { type SqsRequest, scriptedSqs } from "./scripted-sqs.ts";

/** The older Query protocol: forms there, XML back, as Yandex Message Queue speaks it. */

const QUEUE_URL =
  "https://message-queue.api.cloud.yandex.net/b1g8ad42m6he1ooql78r/dj600000000000le07ol/ingest";
const md5 = (body: string): string => createHash("md5").update(body).digest("hex");
let close: () => Promise<void> = async () => {};
afterEach(() => close());

const wrap = (action: string, result: string): string =>
  `<?xml version="1.0"?><${action}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`;

const message = (number: number, body: string): string =>
  `<Message><MessageId>id-${number}</MessageId><ReceiptHandle>handle-${number}</ReceiptHandle><MD5OfBody>${md5(body)}</MD5OfBody><Body>${body.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</Body>` +
  "<Attribute><Name>ApproximateReceiveCount</Name><Value>2</Value></Attribute><Attribute><Name>SentTimestamp</Name><Value>1790000000000</Value></Attribute><Attribute><Name>ApproximateFirstReceiveTimestamp</Name><Value>1790000001000</Value></Attribute></Message>";

const errorReply = (code: string, status = 400) => ({
  status,
  body: `<?xml version="1.0"?><ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
});

/** The bodies of a batch in a form, in order. */
function bodiesOf({ input }: SqsRequest): string[] {
  return Array.from({ length: 10 }, (_, index) => {
    return input[`SendMessageBatchRequestEntry.${index + 1}.MessageBody`] as string | undefined;
  }).filter((body) => body !== undefined);
}

async function open(special: (request: SqsRequest) => { status?: number; body: unknown } | undefined) {
  const server = await scriptedSqs((request) => {
    const reply = special(request);
    if (reply !== undefined) return reply;
    switch (request.action) {
      case "GetQueueUrl":
        return {
          body: wrap(
            "GetQueueUrl",
            `<QueueUrl>${QUEUE_URL.replace(/ingest$/, request.input.QueueName)}</QueueUrl>`,
          ),
        };
      case "GetQueueAttributes":
        return {
          body: wrap(
            "GetQueueAttributes",
            "<Attribute><Name>QueueArn</Name><Value>yrn:yc:ymq:ru-central1:b1g:q</Value></Attribute><Attribute><Name>ApproximateNumberOfMessages</Name><Value>3</Value></Attribute>",
          ),
        };
      case "SendMessageBatch": {
        const entries = bodiesOf(request).map(
          (body, index) =>
            `<SendMessageBatchResultEntry><Id>${index}</Id><MessageId>m${index}</MessageId><MD5OfMessageBody>${md5(body)}</MD5OfMessageBody></SendMessageBatchResultEntry>`,
        );
        return { body: wrap("SendMessageBatch", entries.join("")) };
      }
      default:
        return { body: wrap(request.action, "") };
    }
  });
  close = server.close;
  const queue = sqsQueue({
    queues: [{ name: "ingest", visibilitySec: 30, maxReceiveCount: 3 }],
    endpoint: server.endpoint,
    region: "ru-central1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    protocol: queryProtocol,
    maxAttempts: 1,
  });
  return { queue, server };
}

const look = { max: 10, waitSec: 1, visibilitySec: 30 };

test("sends a form and reads the answer", async () => {
  const { queue, server } = await open(() => undefined);
  await queue.send("ingest", [{ body: "Ёлки & <b> 👍" }, { body: "later", delaySec: 60 }]);
  const [sent] = server.asked("SendMessageBatch");
  expect(sent!.contentType).toContain("application/x-www-form-urlencoded");
  expect(bodiesOf(sent!)).toEqual(["Ёлки & <b> 👍", "later"]);
  expect(sent!.input["SendMessageBatchRequestEntry.2.DelaySeconds"]).toBe("60");
  expect(sent!.input.QueueUrl).toBe(QUEUE_URL);
});

test("receives one message, which XML does not tell from a list, with its attributes", async () => {
  const { queue, server } = await open(({ action }) =>
    action === "ReceiveMessage" ? { body: wrap("ReceiveMessage", message(1, "Ёлки & <b> 👍")) } : undefined,
  );
  expect(await queue.receive("ingest", look)).toEqual([
    {
      id: "id-1",
      handle: "handle-1",
      body: "Ёлки & <b> 👍",
      receiveCount: 2,
      sentAt: new Date(1_790_000_000_000),
      firstReceivedAt: new Date(1_790_000_001_000),
    },
  ]);
  expect(server.asked("ReceiveMessage")[0]!.input).toMatchObject({
    "AttributeName.1": "All",
    WaitTimeSeconds: "1",
    VisibilityTimeout: "30",
  });
});

test("receives nothing from an empty queue, deletes, and counts", async () => {
  const { queue, server } = await open(() => undefined);
  expect(await queue.receive("ingest", look)).toEqual([]);
  await queue.delete("ingest", ["handle-1"]);
  expect(server.asked("DeleteMessageBatch")[0]!.input["DeleteMessageBatchRequestEntry.1.ReceiptHandle"]).toBe(
    "handle-1",
  );
  expect(await queue.stats("ingest")).toEqual({ visible: 3, delayed: 0, inFlight: 0, dead: 3 });
});

test("moves dead letters itself where the service does not know how", async () => {
  const stock = [message(1, "one") + message(2, "two"), message(3, "three")];
  const { queue, server } = await open(({ action }) => {
    if (action === "StartMessageMoveTask") return errorReply("InvalidAction");
    if (action === "ReceiveMessage") return { body: wrap("ReceiveMessage", stock.shift() ?? "") };
    return undefined;
  });
  expect(await queue.redrive("ingest")).toBe(3);
  expect(server.asked("SendMessageBatch").map(bodiesOf)).toEqual([["one", "two"], ["three"]]);
  const sequence = server.requests.map(({ action }) => action).filter((action) => /Batch$/.test(action));
  expect(sequence).toEqual([
    "SendMessageBatch",
    "DeleteMessageBatch",
    "SendMessageBatch",
    "DeleteMessageBatch",
  ]);
  expect(server.asked("DeleteMessageBatch").every(({ input }) => input.QueueUrl.endsWith("-dlq"))).toBe(true);
});

test.each([
  ["AWS.SimpleQueueService.NonExistentQueue", 400, "queue.missing"],
  ["InvalidClientTokenId", 403, "queue.unauthorized"],
  ["SignatureDoesNotMatch", 403, "queue.unauthorized"],
  ["AccessDenied", 403, "queue.forbidden"],
  ["InternalFailure", 500, "queue.unavailable"],
])("reads the error %s out of XML", async (name, status, code) => {
  const { queue } = await open(() => errorReply(name, status));
  await expect(queue.receive("ingest", look)).rejects.toMatchObject({ code });
});

test("takes a stale handle for done", async () => {
  const { queue, server } = await open(({ action }) =>
    action === "ChangeMessageVisibility"
      ? errorReply("AWS.SimpleQueueService.MessageNotInflight")
      : undefined,
  );
  await queue.changeVisibility("ingest", "handle-1", 0);
  expect(server.asked("ChangeMessageVisibility")).toHaveLength(1);
});
