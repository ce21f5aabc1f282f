import { createHmac, timingSafeEqual } from "node:crypto";
import { recordingPrefix } from "../../core/bucket-layout.ts";
import { CallId } from "../../core/call.ts";
import type { Store } from "../../core/ports/store.ts";
import type { McpPorts, Session } from "./ports.ts";

/**
 * Recordings for who has no CRM login: a link that opens one recording for an hour, signed with the administrator's token, so nothing
 * is kept of it. Over stdio, or where no such token is set, the recording is a resource and nothing else.
 */

const LINK_SEC = 3600;

export const recordingUri = (callId: string) => `cqa://recordings/${callId}`;

export interface StoredRecording {
  key: string;
  sizeBytes: number;
  mimeType: string;
  /** Lower case, e.g. `mp3`. */
  extension: string;
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  wav: "audio/wav",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  flac: "audio/flac",
};

export async function findRecording(
  store: Store,
  tenant: string,
  callId: string,
): Promise<StoredRecording | undefined> {
  for await (const { key, sizeBytes } of store.list(recordingPrefix(tenant, callId))) {
    const extension = /\.([a-z0-9]{1,5})$/i.exec(key)?.[1]?.toLowerCase() ?? "bin";
    return { key, sizeBytes, extension, mimeType: MIME_TYPES[extension] ?? "application/octet-stream" };
  }
  return undefined;
}

/** The address under which the recording can be had, by whom may not sign in anywhere. */
export function recordingLink(callId: string, { ports, tenant, baseUrl, now }: Session): string {
  const { adminToken } = ports;
  if (baseUrl === null || adminToken === undefined) return recordingUri(callId);
  const untilSec = Math.floor(now.getTime() / 1000) + LINK_SEC;
  const path = `${tenant}/${callId}/${untilSec}`;
  return `${baseUrl}/mcp/recordings/${path}/${signature(path, adminToken)}`;
}

function signature(path: string, secret: string): string {
  return createHmac("sha256", secret).update(`recording\n${path}`).digest("base64url");
}

/** Which call a link was signed for; undefined of one that is forged, over, or none. */
export function readRecordingPath(
  path: string,
  { adminToken, clock }: Pick<McpPorts, "adminToken" | "clock">,
): { tenant: string; callId: string } | undefined {
  const [, signed, given] =
    /^\/mcp\/recordings\/([^/]+\/[^/]+\/\d{1,12})\/([A-Za-z0-9_-]{43})$/.exec(path) ?? [];
  if (signed === undefined || given === undefined || adminToken === undefined) return undefined;
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(signature(signed, adminToken)))) return undefined;
  const [tenant = "", callId = "", untilSec] = signed.split("/");
  if (Number(untilSec) * 1000 < clock.now().getTime() || !CallId.safeParse(callId).success) return undefined;
  return { tenant, callId };
}
