import * as z from "zod";
import {
  askedCallKey,
  callKey,
  transcriptKey,
  uploadFingerprint,
  uploadKey,
  uploadsPrefix,
} from "../../core/bucket-layout.ts";
import { type Call, callIdOf, sha256 } from "../../core/call.ts";
import { assertSafeKey } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { CallEnded } from "../../events/call-ended.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import { publish } from "../run-stage.ts";
import { CallerError } from "./caller-error.ts";
import { readRow } from "./find.ts";
import { transcriptOfText } from "./pasted-text.ts";
import type { Session } from "./ports.ts";
import { uploadTaskId } from "./task.ts";

/** Puts something into the pipeline; the id of the task is answered at once. Repeating it is the same task. */

/** A call of the CRM, by the CRM's own id. */
export async function scoreCrmCall(nativeId: string, session: Session): Promise<string> {
  const { ports, tenant, settings, now } = session;
  const call = await (await ports.crm()).findCall(nativeId);
  if (!call) throw new CallerError("crm_call_id: the CRM knows no such call");
  const callId = callIdOf("bitrix24", nativeId, new Date(call.startedAt), settings.timeZone);
  if (await readRow(callId, session)) return callId;
  const { startedAt, durationSec, direction, kind, missed, agentId } = call;
  const data = {
    source: "bitrix24",
    nativeId,
    startedAt,
    durationSec,
    direction,
    kind,
    missed,
    agentId,
  } as const;
  // First, so that whoever asks for the task at once is not told that there is none.
  await writeJson(ports.store, askedCallKey(tenant, callId), { at: now.toISOString() }, { ifAbsent: true });
  await publish([CallEnded.create({ tenant, subject: callId, time: now, data })], ports.queue);
  return callId;
}

/** A recording that comes with the request. The bucket's own notification, or the watcher, finds it. */
export async function scoreUpload(fileName: string, base64: string, session: Session): Promise<string> {
  const { ports, tenant } = session;
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length === 0 || !/^[A-Za-z0-9+/=_\s-]+$/.test(base64))
    throw new CallerError("audio_base64: the bytes of an MP3, WAV, OGG Opus or FLAC in base64 are expected");
  const hash = sha256(base64).slice(0, 12);
  const key = `${uploadsPrefix(tenant)}mcp/${hash}/${fileName}`;
  assertFileName(fileName, key);
  const put = await ports.store.put(key, bytes, { sizeBytes: bytes.length });
  return uploadTaskId(key, [await contentHash(bytes), ...(put.written ? [put.etag] : [])]);
}

function assertFileName(fileName: string, key: string): void {
  const isPlain =
    !/[/\\]/.test(fileName) && !/^\.|~$|\.(part|partial|crdownload|download|tmp|filepart)$/i.test(fileName);
  try {
    assertSafeKey(key);
    if (isPlain) return;
  } catch {
    // Said below.
  }
  throw new CallerError("file_name: the plain name of a recording is expected, like call.mp3");
}

async function contentHash(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toString("hex");
}

/** A conversation that was pasted as text: it has no recording, and goes straight to the scoring. */
export async function scoreText(text: string, title: string | null, session: Session): Promise<string> {
  const { ports, tenant, settings, now } = session;
  const { store, queue } = ports;
  const fingerprint = uploadFingerprint("pasted", sha256(text));
  const proposed = callIdOf("upload", fingerprint.slice(0, 16), now, settings.timeZone);
  const transcript = transcriptOfText(proposed, text, settings.locale);
  // The same text on another day is the same call.
  const marker = uploadKey(tenant, fingerprint);
  await writeJson(store, marker, { callId: proposed, key: "pasted" }, { ifAbsent: true });
  const callId = (await readJson(store, marker, z.object({ callId: z.string() })))?.value.callId ?? proposed;
  if (await readRow(callId, session)) return callId;
  const call: Call = {
    callId,
    tenant,
    source: "upload",
    nativeId: fingerprint,
    startedAt: now.toISOString(),
    durationSec: transcript.durationSec,
    direction: null,
    agent: null,
    line: null,
    clientPhone: null,
    entity: null,
    activityId: null,
    title,
  };
  await writeJson(store, callKey(tenant, callId), call, { ifAbsent: true });
  const key = transcriptKey(tenant, callId);
  await writeJson(store, key, { ...transcript, callId }, { ifAbsent: true });
  const data = { transcriptKey: key };
  await publish([CallTranscribed.create({ tenant, subject: callId, time: now, data })], queue);
  return callId;
}
