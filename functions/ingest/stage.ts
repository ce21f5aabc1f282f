import { announcedKey, callKey, recordingPrefix, uploadKey, waitingKey } from "../../core/bucket-layout.ts";
import { type Call, callIdOf, dayOfCall } from "../../core/call.ts";
import { PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import type { Crm, CrmCall, OpenedRecording } from "../../core/ports/crm.ts";
import { readRemoved } from "../../core/removal.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { CallEnded } from "../../events/call-ended.ts";
import type { BusEvent } from "../../events/catalog.ts";
import { RecordingStored } from "../../events/recording-stored.ts";
import type { NothingDone, Stage, StagePorts } from "../run-stage.ts";
import { askForRecording } from "./ask-for-recording.ts";
import { callFromCrm, callFromNotice, callFromUpload } from "./call-record.ts";
import { readNotification, Upload } from "./notification.ts";
import { storeRecording } from "./recording.ts";
import { keptNoLonger, leaveLateMark } from "./retention-late.ts";
import {
  INTERRUPTED_PAUSES_SEC,
  nextDownloadSec,
  nextLookSec,
  TRUNCATED_PAUSES_SEC,
} from "./retry-schedule.ts";
import { takeSentIn } from "./sent-in.ts";

export interface IngestPorts extends StagePorts {
  crm(): Promise<Crm>;
  settingsOf(tenant: string): Promise<Settings>;
}

/**
 * Fetches the recording of a call that is over and puts it into the bucket.
 *
 *     call.ended → recording.stored
 *
 * Safe to run twice: the recording's key follows from the call, so a second message finds it and only announces it again.
 */
export const ingest: Stage<IngestPorts> = {
  name: "ingest",
  readForeign: readNotification,
  run: async (event, ports) => (event.type === "call.ended" ? ingestCall(event, ports) : []),
};

async function ingestCall(event: CallEnded, ports: IngestPorts): Promise<BusEvent[] | NothingDone> {
  const { sentIn } = event.data;
  // A message that comes late must not bring back what was removed.
  const removed = await readRemoved(ports.store, event.tenant, event.subject);
  if (removed.texts || (removed.recording && sentIn === undefined)) return { code: "call.removed" };
  const stored = sentIn === undefined ? await findRecording(event, ports) : undefined;
  if (stored) return [recordingStored(event, stored, ports)];
  await refuseExpired(event, ports);
  if (sentIn !== undefined) return ingestSentIn(event, sentIn, ports);
  return event.data.source === "upload" ? ingestUpload(event, ports) : ingestCrmCall(event, ports);
}

/**
 * A call whose texts would be removed tomorrow is not paid for today. One of which no recording is kept any more is scored, and the mark sees to it that its
 * recording goes, since its day may have been gone through.
 */
async function refuseExpired(event: CallEnded, { store, clock, settingsOf }: IngestPorts): Promise<void> {
  const { tenant, subject, data } = event;
  const { audio, text } = keptNoLonger(dayOfCall(subject), await settingsOf(tenant), clock.now());
  if (audio || text) await leaveLateMark(store, tenant, subject);
  // Its record tells when it was, and the row shows that it was not forgotten.
  if (text && data.sentIn === undefined) {
    await writeCall(callFromNotice(event), { store }, { ifAbsent: true });
    throw new PermanentError("call.expired", "older than RETENTION_DAYS");
  }
}

async function ingestSentIn(
  event: CallEnded,
  fingerprint: string,
  ports: IngestPorts,
): Promise<BusEvent[] | NothingDone> {
  const { store } = ports;
  const taken = await takeSentIn(
    event,
    fingerprint,
    store,
    async (key) => (await readJson(store, key, Upload))?.value,
  );
  return "code" in taken ? taken : [recordingStored(event, taken.recordingKey, ports)];
}

async function ingestUpload(event: CallEnded, ports: IngestPorts): Promise<BusEvent[]> {
  const announced = await readJson(ports.store, uploadKey(event.tenant, event.data.nativeId), Upload);
  const key = announced?.value.key;
  await writeCall(callFromUpload(event, key), ports);
  const upload = key === undefined ? undefined : await ports.store.get(key);
  if (!upload) throw new PermanentError("recording.absent", "the uploaded file is gone");
  const source = { body: upload.body, sizeBytes: upload.sizeBytes, contentType: null };
  return [recordingStored(event, await storeRecording(source, event, ports.store), ports)];
}

async function ingestCrmCall(event: CallEnded, ports: IngestPorts): Promise<BusEvent[]> {
  const settings = await ports.settingsOf(event.tenant);
  const { startedAt, missed, durationSec, kind } = event.data;
  // The webhook knows the time zone of the environment alone, and not the tenant's own.
  const ownId = startedAt === null ? event.subject : ownIdOf(event.data.nativeId, startedAt, settings);
  if (ownId !== event.subject) return [underItsOwnId(event, startedAt, ownId)];
  const known = skipReason({ missed, durationSec, kind }, settings);
  if (known) {
    // A record that stands came from the statistics, which say more.
    await writeCall(callFromNotice(event), ports, { ifAbsent: true });
    throw known;
  }
  const crm = await ports.crm();
  const crmCall = await crm.findCall(event.data.nativeId);
  // Statistics can lag behind the notice.
  if (!crmCall) {
    // Under a guessed day a folder would be a call of its own.
    if (event.data.startedAt !== null) await writeCall(callFromNotice(event), ports);
    throw lookAgain(event, ports, "call.unknown", "the CRM's statistics do not have this call");
  }
  const callId = ownIdOf(crmCall.nativeId, crmCall.startedAt, settings);
  if (callId !== event.subject) {
    await removeGuess(event, ports);
    return [underItsOwnId(event, crmCall.startedAt, callId)];
  }

  const agent = crmCall.agentId === null ? undefined : await crm.findAgent(crmCall.agentId);
  await writeCall(callFromCrm(event, crmCall, agent), ports);
  const reason = skipReason(crmCall, settings);
  if (reason) throw reason;

  let recording: OpenedRecording | null | undefined;
  try {
    recording = crmCall.recording && (await crm.openRecording(crmCall.recording));
  } catch (error) {
    const asked = await askForRecording(error, event, ports);
    if (asked) return asked;
    throw error;
  }
  if (!recording) throw lookAgain(event, ports, "recording.absent", "the CRM has no recording of this call");
  try {
    return [recordingStored(event, await storeRecording(recording, event, ports.store), ports)];
  } catch (error) {
    throw cutShort(error, event, ports);
  }
}

const downloadPauses: Readonly<Record<string, readonly number[]>> = {
  "recording.truncated": TRUNCATED_PAUSES_SEC,
  // More bytes came than the CRM had promised.
  "store.size_mismatch": TRUNCATED_PAUSES_SEC,
  "recording.interrupted": INTERRUPTED_PAUSES_SEC,
};

/**
 * A file that is too short may still be growing, and a connection can break: a few more looks, then it is an outcome. What fails
 * in our own bucket is none.
 */
function cutShort(error: unknown, event: CallEnded, { clock }: IngestPorts): unknown {
  const pauses = error instanceof VendorError ? downloadPauses[error.code] : undefined;
  if (!(error instanceof VendorError) || !pauses) return error;
  const afterSec = nextDownloadSec((clock.now().getTime() - Date.parse(event.time)) / 1000, pauses);
  return afterSec === undefined
    ? new PermanentError("recording.truncated", error.message)
    : new RetryLaterError(error.code, afterSec, error.message);
}

function skipReason(
  call: Pick<CrmCall, never> & {
    missed: boolean | null;
    durationSec: number | null;
    kind: CrmCall["kind"] | null;
  },
  settings: Settings,
): PermanentError | undefined {
  if (call.missed) return new PermanentError("call.missed", "nobody talked");
  if (call.kind === "internal") return new PermanentError("call.internal", "a call between employees");
  if (call.kind === "info") return new PermanentError("call.info", "a call made by a robot");
  if (call.durationSec !== null && call.durationSec < settings.minCallSec) {
    return new PermanentError("call.too_short", "shorter than MIN_CALL_SEC");
  }
  return undefined;
}

function ownIdOf(nativeId: string, startedAt: string, { timeZone }: Settings): string {
  return callIdOf("bitrix24", nativeId, new Date(startedAt), timeZone);
}

/** The notice did not say when the call began, or said it otherwise than the statistics: the statistics decide. */
function underItsOwnId(event: CallEnded, startedAt: string | null, callId: string): CallEnded {
  return CallEnded.create({
    tenant: event.tenant,
    subject: callId,
    time: new Date(event.time),
    data: { ...event.data, startedAt },
  });
}

/** What was written under a guessed id would stand still there for good, and be announced again in vain. */
async function removeGuess({ tenant, subject }: CallEnded, { store }: IngestPorts): Promise<void> {
  const guesses = [callKey, waitingKey, announcedKey].map((keyOf) => keyOf(tenant, subject));
  for (const key of guesses) await store.delete(key);
}

function lookAgain(event: CallEnded, { clock }: IngestPorts, code: string, message: string): Error {
  const afterSec = nextLookSec((clock.now().getTime() - Date.parse(event.time)) / 1000);
  return afterSec === undefined
    ? new PermanentError(code, message)
    : new RetryLaterError(code, afterSec, message);
}

async function findRecording(event: CallEnded, { store }: IngestPorts): Promise<string | undefined> {
  for await (const { key } of store.list(recordingPrefix(event.tenant, event.subject))) return key;
  return undefined;
}

function writeCall(
  call: Call,
  { store }: Pick<IngestPorts, "store">,
  options: { ifAbsent?: true } = {},
): Promise<unknown> {
  return writeJson(store, callKey(call.tenant, call.callId), call, options);
}

function recordingStored(event: CallEnded, recordingKey: string, { clock }: IngestPorts): RecordingStored {
  return RecordingStored.create({
    tenant: event.tenant,
    subject: event.subject,
    time: clock.now(),
    data: { recordingKey },
  });
}
