import type { HttpRequest, HttpResponse } from "../http.ts";
import { accessOf, isOriginAllowed } from "./auth.ts";
import type { McpPorts } from "./ports.ts";
import { sendRecording } from "./send-recording.ts";
import { makeMcpServer } from "./server.ts";
import { answerOverHttp, baseUrlOf } from "./transport.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** The Model Context Protocol over HTTP, for whoever has a token; and recordings, for whoever has a link. */
export async function receiveMcp(request: HttpRequest, ports: McpPorts): Promise<HttpResponse> {
  if (request.path.startsWith("/mcp/recordings/")) return sendRecording(request, ports);
  if (!isOriginAllowed(request)) return refusal(403, "this origin may not ask here");
  const access = await accessOf(request, ports);
  if ("refused" in access) {
    const message =
      access.refused === 404
        ? "there is no such address: ask at /mcp or /mcp/<company>"
        : "a bearer token of this company is expected";
    const refused = refusal(access.refused, message);
    return access.refused === 401
      ? { ...refused, headers: { ...JSON_TYPE, "www-authenticate": "Bearer" } }
      : refused;
  }
  const baseUrl = baseUrlOf(request);
  return answerOverHttp(request, () => makeMcpServer({ ...access, baseUrl }, ports));
}

function refusal(status: number, message: string): HttpResponse {
  const body = { jsonrpc: "2.0", error: { code: -32_000, message }, id: null };
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}
