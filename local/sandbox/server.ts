import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

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
 * `reset` cuts it before an answer, `hang` never answers. The others do the work first: `lost-answer` cuts the connection instead of
 * answering, `half-answer` in the middle of the body, `drip` sends a blank now and then and no more, and a function spoils the answer.
 */
export type Fault =
  | SandboxReply
  | "reset"
  | "hang"
  | "lost-answer"
  | "half-answer"
  | "drip"
  | ((own: SandboxReply) => SandboxReply);

export interface SandboxServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  /** Every request so far, in order. */
  requests: SandboxRequest[];
  /** The next requests whose path contains `path` meet these faults, one each. */
  fail(path: string, ...faults: Fault[]): void;
  /** Takes back the faults that nothing has met yet. */
  mend(): void;
  /** How many faults were met, and how many still wait. */
  faults(): { met: number; left: number };
  /** From now on each answer takes so many real milliseconds. The work is done first: who goes away meanwhile has lost an answer. */
  slowDown(pauseMs: (request: SandboxRequest) => number): void;
  /** The requests whose work was done and whose client was gone before it had the answer. */
  unheard: SandboxRequest[];
  close(): Promise<void>;
}

/** Serves one vendor on a loopback port (0: any that is free). */
export async function serveSandbox(
  answer: (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>,
  port = 0,
): Promise<SandboxServer> {
  const requests: SandboxRequest[] = [];
  const faults: { path: string; fault: Fault }[] = [];
  let met = 0;
  const unheard: SandboxRequest[] = [];
  let pauseMs: ((request: SandboxRequest) => number) | undefined;

  const server = createServer(async (incoming, outgoing) => {
    // A client that goes away in the middle of its request gets no answer.
    const request = await readRequest(incoming).catch(() => undefined);
    if (!request) return;
    requests.push(request);
    const at = faults.findIndex(({ path }) => request.path.includes(path));
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (fault) met += 1;
    if (fault === "hang") return;
    if (fault === "reset") return void incoming.socket.resetAndDestroy();
    if (typeof fault === "object") return reply(outgoing, fault);
    const own = await answer(request);
    if (fault === "lost-answer") return void incoming.socket.resetAndDestroy();
    if (fault === "half-answer") return replyHalf(outgoing, own);
    if (fault === "drip") return drip(outgoing);
    if (pauseMs) await setTimeout(pauseMs(request));
    if (outgoing.destroyed) return void unheard.push(request);
    reply(outgoing, fault ? fault(own) : own);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (path, ...list) => void faults.push(...list.map((fault) => ({ path, fault }))),
    slowDown: (next) => {
      pauseMs = next;
    },
    unheard,
    mend: () => void faults.splice(0),
    faults: () => ({ met, left: faults.length }),
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

function reply(outgoing: ServerResponse, answer: SandboxReply): void {
  const { status, headers, bytes } = written(answer);
  outgoing.writeHead(status, headers);
  outgoing.end(bytes);
}

function replyHalf(outgoing: ServerResponse, answer: SandboxReply): void {
  const { status, headers, bytes } = written(answer);
  outgoing.writeHead(status, { ...headers, "content-length": String(bytes.length) });
  outgoing.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => outgoing.destroy());
}

const DRIP_EVERY_MS = 50;

function drip(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { "content-type": "application/json" });
  outgoing.write(" ");
  const drops = setInterval(() => outgoing.write(" "), DRIP_EVERY_MS);
  outgoing.on("close", () => clearInterval(drops));
}

/** The answer as it goes over the wire. */
export function written({ status = 200, headers = {}, body = "" }: SandboxReply) {
  const isJson = typeof body === "object" && !Buffer.isBuffer(body);
  return {
    status,
    headers: { ...(isJson ? { "content-type": "application/json" } : {}), ...headers },
    bytes: Buffer.isBuffer(body) ? body : Buffer.from(isJson ? JSON.stringify(body) : body),
  };
}
