import { LONGEST_LINK_SEC } from "../../core/ports/signed-link.ts";
import { readRemoved, removedWords } from "../../core/removal.ts";
import { readBytes } from "../../core/store-json.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { McpPorts } from "./ports.ts";
import { findRecording, readRecordingPath, type StoredRecording } from "./recording.ts";

const PRIVATE = { "cache-control": "private, no-store", "referrer-policy": "no-referrer" };

/**
 * The recording that a link was signed for. Where the bucket can be reached from outside it sends the recording itself, by a link of its own:
 * a function answers with six megabytes at most. Everywhere else it comes from here, in parts if a player asks for parts.
 */
export async function sendRecording(
  { method, path, headers = {} }: HttpRequest,
  ports: Pick<McpPorts, "adminToken" | "clock" | "store" | "signedLinks">,
): Promise<HttpResponse> {
  const asked = method === "GET" || method === "HEAD" ? readRecordingPath(path, ports) : undefined;
  const recording = asked && (await findRecording(ports.store, asked.tenant, asked.callId));
  if (!asked) return gone;
  if (!recording) return (await deleted(asked, ports)) ?? gone;
  const fileName = `${asked.callId}.${recording.extension}`;
  const links = ports.signedLinks();
  if (links && method === "GET") {
    const options = { forSec: LONGEST_LINK_SEC, contentType: recording.mimeType, fileName };
    const location = await links.linkTo(recording.key, options);
    return { status: 302, headers: { ...PRIVATE, location }, body: "" };
  }
  const described = {
    ...PRIVATE,
    "content-type": recording.mimeType,
    "content-disposition": `attachment; filename="${fileName}"`,
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
  };
  if (method === "HEAD") return { status: 200, headers: described, body: "" };
  return sendPart(recording, headers.range, described, ports);
}

/** Deleted while the link was still good. */
async function deleted(
  { tenant, callId }: { tenant: string; callId: string },
  { store }: Pick<McpPorts, "store">,
): Promise<HttpResponse | undefined> {
  const { recording } = await readRemoved(store, tenant, callId);
  return recording ? { status: 410, body: removedWords("the recording", recording) } : undefined;
}

const gone: HttpResponse = { status: 404, body: "there is no such recording, or the link is over" };

async function sendPart(
  { key }: StoredRecording,
  range: string | undefined,
  headers: Record<string, string>,
  { store }: Pick<McpPorts, "store">,
): Promise<HttpResponse> {
  const object = await store.get(key);
  if (!object) return gone;
  const whole = Buffer.from(await readBytes(object));
  const part = range === undefined ? undefined : readRange(range, whole.length);
  if (part === undefined) return { status: 200, headers, body: whole };
  if (part === "outside")
    return { status: 416, headers: { "content-range": `bytes */${whole.length}` }, body: "" };
  const { first, last } = part;
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${first}-${last}/${whole.length}` },
    body: whole.subarray(first, last + 1),
  };
}

/** One range (RFC 9110, 14.1.2). Of several, or of anything else, nobody need take notice: the whole is an answer too. */
function readRange(range: string, size: number): { first: number; last: number } | "outside" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim()) ?? [];
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  return first <= last ? { first, last } : "outside";
}
