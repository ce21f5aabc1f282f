import { createMcpHandler, type McpServer } from "@modelcontextprotocol/server";
import type { HttpRequest, HttpResponse } from "../http.ts";

/**
 * Answers one request of the protocol, stateless: by a server of its own, so that any process can answer any of them. Answers are whole, never
 * streamed: a function URL holds them back until the end.
 */
export async function answerOverHttp(
  request: HttpRequest,
  makeServer: () => McpServer | Promise<McpServer>,
): Promise<HttpResponse> {
  const handler = createMcpHandler(makeServer, {
    // A stream that never ends would never be answered.
    maxSubscriptions: 0,
    keepAliveMs: 0,
  });
  try {
    const response = await handler.fetch(webRequest(request, baseUrlOf(request)));
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  } finally {
    await handler.close();
  }
}

function webRequest({ method, path, headers = {}, body }: HttpRequest, baseUrl: string): Request {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    // Lengths and connections are those of another hop.
    value === undefined || /^(content-length|connection|transfer-encoding|host)$/.test(name)
      ? []
      : [[name, value] as [string, string]],
  );
  const headersSent = new Headers(given);
  // «Anything» is both kinds that the protocol answers in, which the library wants to read by name.
  if (/^\s*(\*\/\*\s*)?$/.test(headersSent.get("accept") ?? ""))
    headersSent.set("accept", "application/json, text/event-stream");
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`${baseUrl}${path}`, {
    method,
    headers: headersSent,
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
  });
}

/** As the caller has reached us: behind a proxy by what it says. He alone gets links of it. */
export function baseUrlOf({ headers = {} }: Pick<HttpRequest, "headers">): string {
  const host = headers["x-forwarded-host"] ?? headers.host ?? "localhost";
  const isOwn = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  const protocol = headers["x-forwarded-proto"] ?? (isOwn ? "http" : "https");
  const url = `${protocol}://${host}`;
  return /^https?$/.test(protocol) && URL.canParse(url) ? new URL(url).origin : "http://localhost";
}
