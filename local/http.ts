import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ConfigurationError } from "../core/errors.ts";

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpOptions {
  port: number;
  /** The address to listen on; all of the machine's when left out. */
  host?: string | undefined;
  /** Longest prefix wins; a prefix matches whole segments. */
  routes: Readonly<Record<string, HttpHandler>>;
  /** How long a client may take to send its request. */
  requestTimeoutMs?: number;
}

export interface HttpService {
  port: number;
  /** Takes no more requests and answers those in hand; whoever takes longer than the grace is cut off. */
  close(graceSec: number): Promise<void>;
}

/** What a function URL takes at most. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** Of all bodies that are in hand at once: anybody can send them, and no token is asked for before a body is read. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Taken however much is in hand, so that those who send big ones do not shut the door on the portal's notices. */
const SMALL_BODY_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 1024;

/** How many bytes of bodies are in hand. */
interface Held {
  bytes: number;
}

/**
 * Serves the very handlers that are deployed, on the same paths, as a function URL would (payload version 2.0).
 *
 * @throws ConfigurationError when the port cannot be had
 */
export async function serveHttp(options: HttpOptions): Promise<HttpService> {
  const { port, host, requestTimeoutMs = 30_000 } = options;
  let closing = false;
  const held: Held = { bytes: 0 };
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(5000, requestTimeoutMs),
    },
    async (request, response) => {
      const result = await respond(request, options, held).catch(() => ({
        statusCode: 502,
        body: "try again later",
      }));
      // A connection kept alive would hold up the end.
      if (closing) response.setHeader("connection", "close");
      send(response, result);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(portProblem(error, port)));
    server.listen({ port, host }, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceSec) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([closed, setTimeout(graceSec * 1000, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  request: IncomingMessage,
  { routes }: HttpOptions,
  held: Held,
): Promise<APIGatewayProxyStructuredResultV2> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const handler = routeFor(routes, path);
  if (!handler) return { statusCode: 404, body: "not found" };
  const chunks: Buffer[] = [];
  try {
    const refusal = await readBody(request, chunks, held);
    return refusal ?? (await handler(eventOf(request, path, Buffer.concat(chunks))));
  } finally {
    held.bytes -= lengthOf(chunks);
  }
}

function routeFor(routes: HttpOptions["routes"], path: string): HttpHandler | undefined {
  const prefix = Object.keys(routes)
    .filter((candidate) => path === candidate || path.startsWith(`${candidate}/`))
    .sort((a, b) => b.length - a.length)[0];
  return prefix === undefined ? undefined : routes[prefix];
}

/**
 * Adds the body to the chunks, or resolves to why it is refused. The rest is then read all the same and thrown away: a client that is cut off
 * while it sends never sees the answer.
 */
async function readBody(
  request: IncomingMessage,
  chunks: Buffer[],
  held: Held,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  let length = 0;
  let refusal: APIGatewayProxyStructuredResultV2 | undefined;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) refusal = { statusCode: 413, body: "the body is too large" };
    else if (length > SMALL_BODY_BYTES && held.bytes + chunk.length > MAX_HELD_BYTES)
      refusal ??= { statusCode: 503, body: "try again later", headers: { "retry-after": "30" } };
    if (refusal === undefined) {
      chunks.push(chunk);
      held.bytes += chunk.length;
    } else held.bytes -= lengthOf(chunks.splice(0));
  }
  return refusal;
}

function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
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

function send(
  response: ServerResponse,
  { statusCode = 200, headers = {}, body = "", isBase64Encoded = false }: APIGatewayProxyStructuredResultV2,
) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  response.writeHead(statusCode).end(isBase64Encoded ? Buffer.from(body, "base64") : body);
}

function portProblem(error: Error, port: number): Error {
  switch ("code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return new ConfigurationError(
        "config.port_in_use",
        `PORT ${port} is in use by another program: stop that one or set another PORT`,
      );
    case "EACCES":
      return new ConfigurationError(
        "config.port_refused",
        `PORT ${port} may not be used by this user: set a PORT above 1023`,
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return new ConfigurationError(
        "config.no_such_address",
        "LISTEN_HOST is no address of this machine: set 127.0.0.1 behind a proxy, or leave it out to listen on all",
      );
    default:
      return error;
  }
}
