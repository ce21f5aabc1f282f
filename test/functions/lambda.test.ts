import type { APIGatewayProxyEventV2, SQSEvent, SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError, PermanentError, RetryLaterError } from "../../core/errors.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import type { BusEvent } from "../../events/catalog.ts";
import type { HttpRequest, HttpResponse } from "../../functions/http.ts";
import { onQueue } from "../../functions/lambda.ts";
import { onHttp } from "../../functions/lambda-http.ts";
import type { Stage } from "../../functions/run-stage.ts";
import { makeWorld, type World } from "./world.ts";

const CALL_ID = "20261120-bitrix24-ABCD.1";
const PHONE = "+79990001234";

function transcribed(subject = CALL_ID) {
  const data = { transcriptKey: `calls/default/2026-11-20/${subject}/transcript.json` };
  return CallTranscribed.create({ tenant: "default", subject, time: new Date("2026-11-20T10:00:00Z"), data });
}

function record(body: string | object, messageId = "message-1", receiveCount = 1): SQSRecord {
  return {
    messageId,
    receiptHandle: `handle-of-${messageId}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "1790000000000",
      SenderId: "test",
      ApproximateFirstReceiveTimestamp: "1790000000000",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:local:000000000000:score",
    awsRegion: "local",
  };
}

const batch = (...records: SQSRecord[]): SQSEvent => ({ Records: records });

let lines: string[];
const { write } = process.stdout;
const writeError = process.stderr.write;

beforeEach(() => {
  lines = [];
  const keep = (chunk: string | Uint8Array): boolean => {
    lines.push(...String(chunk).trimEnd().split("\n"));
    return true;
  };
  process.stdout.write = keep as typeof write;
  process.stderr.write = keep as typeof write;
});
afterEach(() => {
  process.stdout.write = write;
  process.stderr.write = writeError;
});

const json = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const logged = () => json().filter((line) => "level" in line);
const metrics = () => json().filter((line) => "_aws" in line);

function queueHandler(answer: (event: BusEvent) => BusEvent[]) {
  const world = makeWorld();
  const hidden: [string, string, number][] = [];
  const queue = {
    ...world.queue,
    changeVisibility: async (name: string, handle: string, sec: number) => {
      hidden.push([name, handle, sec]);
    },
  };
  const stage: Stage<World> = { name: "score", run: async (event) => answer(event) };
  return { world, hidden, handler: onQueue(stage, async () => ({ ...world, queue })) };
}

describe("a stage behind its queue", () => {
  it("reports failures by message id and keeps the rest of the batch done [failure:batch-by-message]", async () => {
    const { handler } = queueHandler((event) => {
      if (event.subject.endsWith(".2")) throw new Error("broken");
      return [];
    });
    const response = await handler(
      batch(
        record(transcribed("20261120-bitrix24-A.1"), "first"),
        record(transcribed("20261120-bitrix24-A.2"), "second"),
        record("garbage", "third"),
        record(transcribed("20261120-bitrix24-A.4"), "fourth"),
      ),
    );
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: "second" }, { itemIdentifier: "third" }],
    });
  });

  it("answers an empty list when all went well, later and never included", async () => {
    const { handler } = queueHandler((event) => {
      if (event.subject.endsWith(".1")) throw new RetryLaterError("llm.rate_limited", 5, "busy");
      if (event.subject.endsWith(".2")) throw new PermanentError("checklist.none", "none");
      return [];
    });
    const records = [1, 2, 3].map((n) => record(transcribed(`20261120-bitrix24-A.${n}`), `message-${n}`));
    expect(await handler(batch(...records))).toEqual({ batchItemFailures: [] });
  });

  it("lets a failed message pause, longer each time, up to a quarter of an hour", async () => {
    const { handler, hidden } = queueHandler(() => {
      throw new Error("broken");
    });
    for (const receiveCount of [1, 2, 3, 5, 12]) {
      await handler(batch(record(transcribed(), `message-${receiveCount}`, receiveCount)));
    }
    expect(hidden.map(([, , sec]) => sec)).toEqual([10, 20, 40, 160, 900]);
    expect(hidden[0]).toEqual(["score", "handle-of-message-1", 10]);
  });

  it("still reports the failure when the pause cannot be set", async () => {
    const world = makeWorld();
    const stage: Stage<World> = { name: "score", run: () => Promise.reject(new Error("broken")) };
    const queue = { ...world.queue, changeVisibility: () => Promise.reject(new Error("queue is down")) };
    const handler = onQueue(stage, async () => ({ ...world, queue }));
    expect(await handler(batch(record(transcribed())))).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
  });
});

describe("a stage whose ports cannot be opened", () => {
  const record2 = record("not an event", "message-2");
  const failing = (error: Error) =>
    onQueue<World>({ name: "score", run: async () => [] }, async () => Promise.reject(error));

  it("fails every message of the batch, each with its line", async () => {
    const error = new ConfigurationError("config.missing", "LLM_API_KEY is missing: it is the key");
    const answer = await failing(error)(batch(record(transcribed()), record2));
    expect(answer.batchItemFailures).toEqual([
      { itemIdentifier: "message-1" },
      { itemIdentifier: "message-2" },
    ]);
    expect(logged()).toMatchObject([
      { level: "ERROR", outcome: "error", call_id: CALL_ID, code: "config.missing", problem: error.message },
      { level: "ERROR", outcome: "error", code: "config.missing" },
    ]);
  });

  it("says nothing of what a foreign error says", async () => {
    await failing(new Error(`cannot open https://x/?token=secret for ${PHONE}`))(
      batch(record(transcribed())),
    );
    expect(logged()).toMatchObject([{ level: "ERROR", error: "Error" }]);
    expect(lines.join("\n")).not.toMatch(/secret|7999/);
  });
});

describe("the log of a stage", () => {
  it("is one JSON line per message, with ids and times and nothing else [log:one-line-per-message]", async () => {
    const { handler } = queueHandler(() => []);
    const event = transcribed();
    await handler(batch(record(event, "message-1", 2)));
    const [line, ...more] = logged();
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      level: "INFO",
      message: "handled",
      service: "call-quality-analyst",
      stage: "score",
      event_id: event.id,
      event_type: "call.transcribed",
      call_id: CALL_ID,
      trace_id: event.traceparent.split("-")[1],
      outcome: "done",
      receive_count: 2,
    });
    expect(line?.ms).toEqual(expect.any(Number));
    expect(line).not.toHaveProperty("code");
  });

  it("names the reason of later and never by code", async () => {
    const { handler } = queueHandler((event) => {
      if (event.subject.endsWith(".1")) throw new RetryLaterError("llm.rate_limited", 5, "busy");
      throw new PermanentError("checklist.none", "none");
    });
    await handler(
      batch(record(transcribed(CALL_ID), "a"), record(transcribed("20261120-bitrix24-A.2"), "b")),
    );
    const outcomes = logged().map(({ level, outcome, code }) => [level, outcome, code]);
    expect(outcomes.sort()).toEqual([
      ["INFO", "later", "llm.rate_limited"],
      ["INFO", "skipped", "checklist.none"],
    ]);
  });

  it("shows an operator what to do about an error of ours", async () => {
    const { handler } = queueHandler(() => {
      throw new ConfigurationError("llm.unauthorized", "the model rejected the API key: check LLM_API_KEY");
    });
    await handler(batch(record(transcribed())));
    expect(logged()).toMatchObject([
      {
        level: "WARN",
        call_id: CALL_ID,
        outcome: "later",
        code: "llm.unauthorized",
        problem: "the model rejected the API key: check LLM_API_KEY",
      },
    ]);
  });

  it("is louder once the message is too old to wait for the mending", async () => {
    const { handler, world } = queueHandler(() => {
      throw new ConfigurationError("llm.unauthorized", "the model rejected the API key: check LLM_API_KEY");
    });
    world.clock.advance(30 * 24 * 3600);
    await handler(batch(record(transcribed())));
    expect(logged()).toMatchObject([
      {
        level: "ERROR",
        outcome: "error",
        error: "ConfigurationError",
        code: "llm.unauthorized",
        problem: "the model rejected the API key: check LLM_API_KEY",
      },
    ]);
  });

  it("keeps the words of any other error to itself: only its name, code and place", async () => {
    const { handler } = queueHandler(() => {
      throw Object.assign(new TypeError(`fetch of ?token=secret failed for ${PHONE}\n    at ${PHONE}`), {
        code: "ECONNRESET",
      });
    });
    await handler(batch(record(transcribed())));
    expect(logged()).toMatchObject([{ level: "ERROR", error: "TypeError", code: "ECONNRESET" }]);
    expect(logged()[0]?.at).toMatch(/^test\/functions\/lambda\.test\.ts:\d+$/);
    expect(lines.join("\n")).not.toContain(PHONE);
    expect(lines.join("\n")).not.toContain("secret");
  });

  it("says of garbage that it is an error, and quotes nothing of it", async () => {
    const { handler } = queueHandler(() => []);
    await handler(batch(record(`{"phone":"${PHONE}"`), record({ phone: PHONE }, "message-2")));
    expect(logged().map(({ level, outcome, call_id }) => [level, outcome, call_id])).toEqual([
      ["ERROR", "error", undefined],
      ["ERROR", "error", undefined],
    ]);
    expect(lines.join("\n")).not.toContain(PHONE);
  });

  it("takes for an id only what looks like one, and a message with others fails alone", async () => {
    const { handler } = queueHandler(() => []);
    const strange = { ...transcribed(), id: "Анна Петрова", subject: { phone: PHONE }, traceparent: 5 };
    expect(await handler(batch(record(strange, "strange"), record(transcribed(), "good")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "strange" }],
    });
    const line = logged().find(({ outcome }) => outcome === "error");
    expect(line).toMatchObject({ event_type: "call.transcribed", error: "ZodError" });
    for (const name of ["event_id", "call_id", "trace_id"]) expect(line).not.toHaveProperty(name);
    expect(lines.join()).not.toMatch(/Анна|79990001234/);
  });

  it("counts every outcome as a metric of its stage (EMF)", async () => {
    const { handler } = queueHandler((event) => {
      if (event.subject.endsWith(".2")) throw new Error("broken");
      return [];
    });
    await handler(batch(record(transcribed(), "a"), record(transcribed("20261120-bitrix24-A.2"), "b")));
    const counted = metrics();
    expect(counted).toHaveLength(2);
    expect(counted).toContainEqual(expect.objectContaining({ stage: "score", "outcome.done": 1 }));
    expect(counted).toContainEqual(expect.objectContaining({ stage: "score", "outcome.error": 1 }));
    expect(counted[0]?._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: "CallQualityAnalyst" }] });
  });

  it("has the same trace for every event of a call, and another for another call [log:one-trace-per-call]", async () => {
    const { handler } = queueHandler(() => []);
    const scored = { ...transcribed(), id: `call.transcribed:${CALL_ID}:again` };
    await handler(batch(record(transcribed(), "a"), record(scored, "b")));
    await handler(batch(record(transcribed("20261120-bitrix24-A.2"), "c")));
    const traces = logged().map(({ trace_id }) => trace_id);
    expect(traces[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(traces[1]).toBe(traces[0]);
    expect(traces[2]).not.toBe(traces[0]);
  });
});

describe("a way in over HTTP", () => {
  function request(differs: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
    const http = { method: "POST", path: "/webhooks/bitrix24", protocol: "", sourceIp: "", userAgent: "" };
    return {
      version: "2.0",
      rawPath: http.path,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      requestContext: { http } as APIGatewayProxyEventV2["requestContext"],
      body: Buffer.from("event=ONVOXIMPLANTCALLEND&имя=Ё").toString("base64"),
      isBase64Encoded: true,
      ...differs,
    } as APIGatewayProxyEventV2;
  }

  async function receivedFrom(event: APIGatewayProxyEventV2): Promise<HttpRequest> {
    const received: HttpRequest[] = [];
    const receive = async (one: HttpRequest): Promise<HttpResponse> => {
      received.push(one);
      return { status: 200, body: "" };
    };
    await onHttp(receive, async () => ({}))(event);
    expect(received).toHaveLength(1);
    return received[0] as HttpRequest;
  }

  it("reads a form, which a function URL hands over in base64", async () => {
    const received = await receivedFrom(request());
    expect(received).toMatchObject({
      method: "POST",
      path: "/webhooks/bitrix24",
      contentType: "application/x-www-form-urlencoded",
    });
    expect(received.body.toString()).toBe("event=ONVOXIMPLANTCALLEND&имя=Ё");
  });

  it("reads plain JSON, which it hands over as text", async () => {
    const event = request({ body: '{"имя":"Ё"}', isBase64Encoded: false });
    expect((await receivedFrom(event)).body.toString()).toBe('{"имя":"Ё"}');
  });

  it("reads a request without a body or a content type", async () => {
    const { body: _body, ...without } = request({ headers: {}, isBase64Encoded: false });
    const received = await receivedFrom(without as APIGatewayProxyEventV2);
    expect(received.contentType).toBeNull();
    expect(received.body).toHaveLength(0);
  });

  it("answers in text what the function answers", async () => {
    const handler = onHttp(
      async () => ({ status: 401, body: "wrong token" }),
      async () => ({}),
    );
    expect(await handler(request())).toEqual({
      statusCode: 401,
      body: "wrong token",
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  });

  it("answers 503 when the queue cannot take the call, and says why only in the log [webhook:queue-down]", async () => {
    const handler = onHttp(
      async () => {
        throw new Error(`cannot send ${PHONE}`);
      },
      async () => ({}),
    );
    const response = await handler(request());
    expect(response).toEqual({
      statusCode: 503,
      body: "try again later",
      headers: { "retry-after": "30" },
    });
    expect(logged()).toMatchObject([{ level: "ERROR", message: "request failed", error: "Error" }]);
    expect(lines.join("\n")).not.toContain(PHONE);
  });
});
