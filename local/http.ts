import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpOptions {
  port: number;
  /** Longest prefix wins; a prefix matches whole segments. */
  routes: Readonly<Record<string, HttpHandler>>;
  health(): Promise<Record<string, unknown>>;
}

/** What a function URL takes at most. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** Serves the very handlers that are deployed, on the same paths, as a function URL would (payload version 2.0). */
export async function serveHttp({ port, routes, health }: HttpOptions) {
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url ?? "/", "http://local");
      if (pathname === "/health") return answer(response, { statusCode: 200, ...json(await health()) });
      const handler = routeFor(routes, pathname);
      if (!handler) return answer(response, { statusCode: 404, body: "not found" });
      const body = await readBody(request);
      if (!body)
        return answer(response, {
          statusCode: 413,
          body: "the body is too large",
          headers: { connection: "close" },
        });
      answer(response, await handler(eventOf(request, pathname, body)));
    } catch {
      answer(response, { statusCode: 502, body: "try again later" });
    }
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function routeFor(routes: HttpOptions["routes"], path: string): HttpHandler | undefined {
  const prefix = Object.keys(routes)
    .filter((candidate) => path === candidate || path.startsWith(`${candidate}/`))
    .sort((a, b) => b.length - a.length)[0];
  return prefix === undefined ? undefined : routes[prefix];
}

/** Undefined when it is too large; the rest is not read then. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Forms arrive in base64 on Lambda, so here everything does. */
function eventOf(request: IncomingMessage, path: string, body: Buffer): APIGatewayProxyEventV2 {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
  const method = request.method ?? "GET";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers,
    requestContext: {
      accountId: "local",
      apiId: "local",
      domainName: "local",
      domainPrefix: "local",
      requestId: "local",
      routeKey: "$default",
      stage: "$default",
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: "",
      },
    },
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
}

function json(body: Record<string, unknown>): APIGatewayProxyStructuredResultV2 {
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function answer(
  response: ServerResponse,
  { statusCode = 200, headers = {}, body = "" }: APIGatewayProxyStructuredResultV2,
) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  response.writeHead(statusCode).end(body);
}
