import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { startFauxqs } from "fauxqs";

/** The address that Yandex gives its queues (Yandex docs, message-queue/api-ref, CreateQueue); it is not ours to make or to take apart. */
const URL_START = "https://message-queue.api.cloud.yandex.net/b1g8ad42m6he1ooql78r/dj600000000000le07ol/";
const MAX_BATCH_BYTES = 256 * 1024;
const NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

type Json = Record<string, unknown>;
type Pairs = Record<string, unknown>[];

/** The actions that Yandex has of those that the driver knows, and the parameters that each takes (Yandex docs, message-queue/api-ref). */
const parameters: Readonly<Record<string, readonly string[]>> = {
  CreateQueue: ["QueueName", "Attribute"],
  GetQueueUrl: ["QueueName"],
  GetQueueAttributes: ["QueueUrl", "AttributeName"],
  SetQueueAttributes: ["QueueUrl", "Attribute"],
  SendMessageBatch: ["QueueUrl", "SendMessageBatchRequestEntry"],
  ReceiveMessage: [
    "QueueUrl",
    "AttributeName",
    "MaxNumberOfMessages",
    "VisibilityTimeout",
    "WaitTimeSeconds",
  ],
  DeleteMessageBatch: ["QueueUrl", "DeleteMessageBatchRequestEntry"],
  ChangeMessageVisibility: ["QueueUrl", "ReceiptHandle", "VisibilityTimeout"],
};
const names: Readonly<Record<string, string>> = {
  AttributeName: "AttributeNames",
  SendMessageBatchRequestEntry: "Entries",
  DeleteMessageBatchRequestEntry: "Entries",
};
const numbers = new Set(["MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds", "DelaySeconds"]);

class Refusal extends Error {}

/** Yandex Message Queue on loopback: its Query protocol, its addresses and limits, in front of an emulator that speaks JSON. */
export async function serveYandexQueues() {
  const emulator = await startFauxqs({ port: 0, logger: false });
  const emulated = `http://127.0.0.1:${emulator.port}`;
  const asked: string[] = [];
  /** The emulator's own address of each queue. */
  const urls = new Map<string, string>();
  const server = createServer(async (incoming, outgoing) => {
    const form = new URLSearchParams(await text(incoming));
    const action = form.get("Action") ?? "";
    asked.push(action);
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const send = (status: number, body: string) =>
      outgoing.writeHead(status, { "content-type": "application/xml" }).end(`<?xml version="1.0"?>${body}`);
    try {
      const input = inputOf(action, form);
      if (typeof input.QueueUrl === "string")
        input.QueueUrl = urls.get(input.QueueUrl) ?? "http://nowhere/0/none";
      const reply = await fetch(emulated, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `AmazonSQS.${action}`,
          authorization: incoming.headers.authorization ?? "",
        },
        body: JSON.stringify(input),
        signal: gone.signal,
      });
      const json = (await reply.json()) as Json;
      if (typeof json.QueueUrl === "string") {
        const url = `${URL_START}${json.QueueUrl.split("/").at(-1)}`;
        urls.set(url, json.QueueUrl);
        json.QueueUrl = url;
      }
      if (!reply.ok) {
        const code = reply.headers.get("x-amzn-query-error")?.split(";")[0];
        return send(
          reply.status,
          errorXml(code ?? String(json.__type).split("#").at(-1) ?? "InternalFailure"),
        );
      }
      send(
        200,
        `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${resultXml(action, json)}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
      );
    } catch (error) {
      if (!gone.signal.aborted)
        send(
          error instanceof Refusal ? 400 : 500,
          errorXml(error instanceof Refusal ? error.message : "InternalFailure"),
        );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Actions, in their order. */
    asked,
    attributesOf: (name: string) => emulator.inspectQueue(name)?.attributes,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await emulator.stop();
    },
  };
}

/** The form as the JSON of the same action. */
function inputOf(action: string, form: URLSearchParams): Json {
  const known = parameters[action];
  if (!known) throw new Refusal("InvalidAction");
  const input: Json = {};
  for (const [path, value] of form) {
    const [name = "", index, ...rest] = path.split(".");
    if (name === "Action" || name === "Version") continue;
    if (!known.includes(name)) throw new Refusal("InvalidQueryParameter");
    if (index === undefined) {
      input[name] = plain(name, value);
      continue;
    }
    const listName = names[name] ?? name;
    const list = (input[listName] ?? []) as unknown[];
    input[listName] = list;
    const at = Number(index) - 1;
    const field = rest.join(".");
    if (field === "") list[at] = value;
    else list[at] = { ...(list[at] as object), [field]: plain(field, value) };
  }
  if (Array.isArray(input.Attribute)) {
    input.Attributes = Object.fromEntries((input.Attribute as Pairs).map(({ Name, Value }) => [Name, Value]));
    delete input.Attribute;
  }
  assertWithinLimits(action, input);
  return input;
}

function assertWithinLimits(action: string, input: Json): void {
  const entries = (input.Entries ?? []) as Json[];
  if (entries.length > 10) throw new Refusal("TooManyEntriesInBatchRequest");
  const bytes = entries.reduce(
    (sum, { MessageBody = "" }) => sum + Buffer.byteLength(String(MessageBody)),
    0,
  );
  if (bytes > MAX_BATCH_BYTES) throw new Refusal("BatchRequestTooLong");
  const attributes = (input.Attributes ?? {}) as Json;
  if (Number(attributes.VisibilityTimeout ?? 0) > 43_000) throw new Refusal("InvalidParameterValue");
  if (Number(attributes.MessageRetentionPeriod ?? 60) > 1_209_600) throw new Refusal("InvalidParameterValue");
  if (action === "ReceiveMessage" && Number(input.WaitTimeSeconds ?? 0) > 20)
    throw new Refusal("InvalidParameterValue");
}

function plain(name: string, value: string): string | number {
  return numbers.has(name) ? Number(value) : value;
}

function resultXml(action: string, json: Json): string {
  const listOf = (field: string) => (json[field] ?? []) as Json[];
  switch (action) {
    case "CreateQueue":
    case "GetQueueUrl":
      return element("QueueUrl", json.QueueUrl);
    case "GetQueueAttributes":
      return attributesXml(json.Attributes);
    case "ReceiveMessage":
      return listOf("Messages")
        .map(
          ({ Attributes, ...fields }) =>
            `<Message>${fieldsXml(fields)}${attributesXml(Attributes)}</Message>`,
        )
        .join("");
    default:
      return [
        ...listOf("Successful").map(
          (entry) => `<${action}ResultEntry>${fieldsXml(entry)}</${action}ResultEntry>`,
        ),
        ...listOf("Failed").map(
          (entry) => `<BatchResultErrorEntry>${fieldsXml(entry)}</BatchResultErrorEntry>`,
        ),
      ].join("");
  }
}

function attributesXml(attributes: unknown): string {
  return Object.entries((attributes ?? {}) as Json)
    .map(([name, value]) => `<Attribute>${element("Name", name)}${element("Value", value)}</Attribute>`)
    .join("");
}

function fieldsXml(fields: Json): string {
  return Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join("");
}

function element(name: string, value: unknown): string {
  const escaped = String(value).replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<${name}>${escaped}</${name}>`;
}

function errorXml(code: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type>${element("Code", code)}<Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;
}
