import {
  callKey,
  callPrefix,
  indexRowKey,
  outcomeKey,
  recordingPrefix,
  supersededOutcomeKey,
  unclaimedUploadKey,
  uploadKey,
} from "../../core/bucket-layout.ts";
import { Call } from "../../core/call.ts";
import { leaveDirtyMark } from "../../core/dirty-mark.ts";
import { PermanentError } from "../../core/errors.ts";
import { Outcome } from "../../core/outcome.ts";
import type { Store } from "../../core/ports/store.ts";
import { closeRecordingRequest } from "../../core/recording-request.ts";
import { possibleCallIds } from "../../core/sent-recording.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import type { CallEnded } from "../../events/call-ended.ts";
import type { NothingDone } from "../run-stage.ts";
import { storeRecording } from "./recording.ts";

/** `index/<tenant>/unclaimed/<fingerprint>.json`: a sent-in file that no call goes on with, and why. */
export interface Unclaimed {
  key: string;
  code: string;
}

/** The call that a file under `uploads/<tenant>/calls/` is the recording of; one of no known call is noted, for `cqa status` to name. */
export async function callOfSentIn(
  store: Store,
  tenant: string,
  key: string,
  fingerprint: string,
): Promise<Call | undefined> {
  for (const callId of possibleCallIds(key)) {
    const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
    if (call) return call;
  }
  await noteUnclaimed(store, tenant, fingerprint, { key, code: "call.unknown" });
  return undefined;
}

function noteUnclaimed(store: Store, tenant: string, fingerprint: string, note: Unclaimed): Promise<unknown> {
  return writeJson(store, unclaimedUploadKey(tenant, fingerprint), note);
}

/** Where a file that was sent in lies; what stands beside its fingerprint in the index. */
type FindUpload = (key: string) => Promise<{ key: string } | undefined>;

/**
 * Takes a file that a person has sent in as the call's recording. Resolves to its key, or to why the call does not go on with it: it has a scorecard, it
 * ended for another reason than its recording, or the file is no recording.
 *
 * A call that had ended for want of its recording is in work again: its outcome is put aside and its row removed, so that reports count it as not done
 * yet, and whatever becomes of it now is its first outcome. A crash at any point is made good by the message that comes again.
 */
export async function takeSentIn(
  event: CallEnded,
  fingerprint: string,
  store: Store,
  findUpload: FindUpload,
): Promise<{ recordingKey: string } | NothingDone> {
  const { tenant, subject: callId } = event;
  if (await firstKey(store, `${callPrefix(tenant, callId)}scorecard/`))
    return { code: "recording.already_there" };
  const outcome = (await readJson(store, outcomeKey(tenant, callId), Outcome))?.value;
  if (outcome && !outcome.code.startsWith("recording.")) return { code: "recording.not_wanted" };
  const stored =
    (await firstKey(store, recordingPrefix(tenant, callId))) ??
    (await storeSentIn(event, fingerprint, store, findUpload));
  if (typeof stored !== "string") return stored;
  if (outcome) await supersede(outcome, store);
  await closeRecordingRequest(store, tenant, callId);
  return { recordingKey: stored };
}

/** A file that is no recording ends no call: the right one can still come, from the person or from the CRM. */
async function storeSentIn(
  event: CallEnded,
  fingerprint: string,
  store: Store,
  findUpload: FindUpload,
): Promise<string | NothingDone> {
  const { tenant } = event;
  const key = (await findUpload(uploadKey(tenant, fingerprint)))?.key;
  const upload = key === undefined ? undefined : await store.get(key);
  if (!upload || key === undefined) return { code: "recording.absent" };
  try {
    const source = { body: upload.body, sizeBytes: upload.sizeBytes, contentType: null };
    return await storeRecording(source, event, store);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    await noteUnclaimed(store, tenant, fingerprint, { key, code: error.code });
    return { code: error.code };
  }
}

/** The outcome goes last: as long as it stands this is done again. */
async function supersede(outcome: Outcome, store: Store): Promise<void> {
  const { tenant, callId } = outcome;
  await writeJson(store, supersededOutcomeKey(tenant, callId), outcome);
  await store.delete(indexRowKey(tenant, callId));
  await leaveDirtyMark(store, tenant, callId);
  await store.delete(outcomeKey(tenant, callId));
}

async function firstKey(store: Store, prefix: string): Promise<string | undefined> {
  for await (const { key } of store.list(prefix)) return key;
  return undefined;
}
