import { type SandboxReply, serveSandbox } from "../../local/sandbox/server.ts";

/** A proxy before a server that speaks SQS's JSON protocol. */
export interface SqsCounter {
  url: string;
  /** By operation; receives that brought nothing apart from those that did. */
  counts: Map<string, number>;
  close(): Promise<void>;
}

/** Where a request holds a stretch of time, in seconds. */
const STRETCHES = new Set(["DelaySeconds", "VisibilityTimeout", "WaitTimeSeconds"]);

/**
 * Counts what passes, and makes each stretch of time as short as the service's clock makes it: a queue of the cloud keeps its own
 * time. The server behind takes parts of seconds.
 */
export async function countingSqs(target: string, speed: number): Promise<SqsCounter> {
  const counts = new Map<string, number>();
  const server = await serveSandbox(async ({ headers, body }): Promise<SandboxReply> => {
    server.requests.length = 0;
    const operation = String(headers["x-amz-target"]).replace(/^AmazonSQS\./, "");
    const shortened = JSON.stringify(
      JSON.parse(body.toString(), (key, value) =>
        STRETCHES.has(key) && typeof value === "number" ? value / speed : value,
      ),
    );
    const answer = await fetch(target, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${operation}` },
      body: shortened,
    }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      // A long poll that is under way when the server behind is closed.
      () => undefined,
    );
    if (!answer) return { status: 503 };
    const { status, text } = answer;
    const isEmpty = operation === "ReceiveMessage" && !text.includes('"Messages"');
    const counted = isEmpty ? `${operation}, empty` : operation;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
    return {
      status,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: text,
    };
  });
  return { url: server.url, counts, close: server.close };
}
