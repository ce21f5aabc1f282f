import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a sandbox vendor sees of a request. */
export interface SandboxRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export interface SandboxReply {
  status?: number;
  headers?: Record<string, string>;
  /** A plain object or array is sent as JSON. */
  body?: string | Buffer | object;
}

/**
 * A fault stands before the vendor's own answer: an answer to give instead, or what to do to the connection.
 * `reset` cuts it before an answer, `hang` never answers, `lost-answer` does the work and cuts it instead of answering.
 */
export type Fault = SandboxReply | "reset" | "hang" | "lost-answer";

export interface SandboxServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  /** Every request so far, in order. */
  requests: SandboxRequest[];
  /** The next requests whose path contains `path` meet these faults, one each. */
  fail(path: string, ...faults: Fault[]): void;
  close(): Promise<void>;
}

/** Serves one vendor on a loopback port (0: any that is free). */
export async function serveSandbox(
  answer: (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>,
  port = 0,
): Promise<SandboxServer> {
  const requests: SandboxRequest[] = [];
  const faults: { path: string; fault: Fault }[] = [];

  const server = createServer(async (incoming, outgoing) => {
    // A client that goes away in the middle of its request gets no answer.
    const request = await readRequest(incoming).catch(() => undefined);
    if (!request) return;
    requests.push(request);
    const at = faults.findIndex(({ path }) => request.path.includes(path));
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (fault === "hang") return;
    if (fault === "reset") return void incoming.socket.resetAndDestroy();
    if (fault && fault !== "lost-answer") return reply(outgoing, fault);
    const own = await answer(request);
    if (fault === "lost-answer") return void incoming.socket.resetAndDestroy();
    reply(outgoing, own);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (path, ...list) => void faults.push(...list.map((fault) => ({ path, fault }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const url = new URL(incoming.url ?? "/", "http://sandbox");
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

function reply(outgoing: ServerResponse, { status = 200, headers = {}, body = "" }: SandboxReply): void {
  const isJson = typeof body === "object" && !Buffer.isBuffer(body);
  outgoing.writeHead(status, { ...(isJson ? { "content-type": "application/json" } : {}), ...headers });
  outgoing.end(isJson ? JSON.stringify(body) : body);
}
