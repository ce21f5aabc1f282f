import { createMcpHandler } from "@modelcontextprotocol/server";
import { readBytes } from "../../core/store-json.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { accessOf, isOriginAllowed } from "./auth.ts";
import type { McpPorts } from "./ports.ts";
import { findRecording, readRecordingPath } from "./recording.ts";
import { makeMcpServer } from "./server.ts";

const JSON_TYPE = { "content-type": "application/json" };

/**
 * The Model Context Protocol over HTTP, stateless: every request is answered by a server of its own, so that any process can answer any of
 * them. Answers are whole, never streamed: a function URL holds them back until the end.
 */
export async function receiveMcp(request: HttpRequest, ports: McpPorts): Promise<HttpResponse> {
  if (request.path.startsWith("/mcp/recordings/")) return sendRecording(request, ports);
  if (!isOriginAllowed(request)) return refusal(403, "this origin may not ask here");
  const access = await accessOf(request, ports);
  if ("refused" in access) {
    const refused = refusal(access.refused, "a bearer token of this company is expected");
    return access.refused === 401
      ? { ...refused, headers: { ...JSON_TYPE, "www-authenticate": "Bearer" } }
      : refused;
  }
  const baseUrl = baseUrlOf(request);
  const handler = createMcpHandler(() => makeMcpServer({ ...access, baseUrl }, ports), {
    // A stream that never ends would never be answered.
    maxSubscriptions: 0,
    keepAliveMs: 0,
  });
  try {
    const response = await handler.fetch(webRequest(request, baseUrl));
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  } finally {
    await handler.close();
  }
}

function refusal(status: number, message: string): HttpResponse {
  const body = { jsonrpc: "2.0", error: { code: -32_000, message }, id: null };
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function webRequest({ method, path, headers = {}, body }: HttpRequest, baseUrl: string): Request {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    // Lengths and connections are those of another hop.
    value === undefined || /^(content-length|connection|transfer-encoding|host)$/.test(name)
      ? []
      : [[name, value] as [string, string]],
  );
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`${baseUrl}${path}`, {
    method,
    headers: new Headers(given),
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
  });
}

/** As the caller has reached us: behind a proxy by what it says. He alone gets links of it. */
function baseUrlOf({ headers = {} }: HttpRequest): string {
  const host = headers["x-forwarded-host"] ?? headers.host ?? "localhost";
  const isOwn = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  const protocol = headers["x-forwarded-proto"] ?? (isOwn ? "http" : "https");
  const url = `${protocol}://${host}`;
  return /^https?$/.test(protocol) && URL.canParse(url) ? new URL(url).origin : "http://localhost";
}

/** The recording that a link was signed for. */
async function sendRecording({ method, path }: HttpRequest, ports: McpPorts): Promise<HttpResponse> {
  const asked = method === "GET" ? readRecordingPath(path, ports) : undefined;
  const recording = asked && (await findRecording(ports.store, asked.tenant, asked.callId));
  const object = recording && (await ports.store.get(recording.key));
  if (!recording || !object) return { status: 404, body: "there is no such recording, or the link is over" };
  const headers = {
    "content-type": recording.mimeType,
    "cache-control": "private, no-store",
    "content-disposition": "attachment",
    "x-content-type-options": "nosniff",
  };
  return { status: 200, headers, body: Buffer.from(await readBytes(object)) };
}
