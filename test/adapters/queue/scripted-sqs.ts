import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the service was asked: the action and its input, of either protocol. */
export interface SqsRequest {
  action: string;
  /** The JSON body, or the fields of the form. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape of each action's input is known to its test only
  input: any;
  path: string;
  contentType: string;
}

export interface SqsReply {
  status?: number;
  /** An object is sent as JSON, a string as XML. */
  body: unknown;
}

/** An SQS on loopback that answers what a test tells it to and remembers what it was asked. */
export async function scriptedSqs(answer: (request: SqsRequest) => SqsReply) {
  const requests: SqsRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const sent = await text(incoming);
    const contentType = incoming.headers["content-type"] ?? "";
    const isForm = contentType.includes("x-www-form-urlencoded");
    const input = isForm ? Object.fromEntries(new URLSearchParams(sent)) : JSON.parse(sent);
    const target = String(incoming.headers["x-amz-target"] ?? "").replace("AmazonSQS.", "");
    const request = { action: isForm ? input.Action : target, input, path: incoming.url ?? "", contentType };
    requests.push(request);
    const { status = 200, body } = answer(request);
    outgoing.writeHead(status, {
      "content-type": typeof body === "string" ? "text/xml" : "application/x-amz-json-1.0",
    });
    outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    asked: (action: string) => requests.filter((request) => request.action === action),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
