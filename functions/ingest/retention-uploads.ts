import {
  indexRowKey,
  requestedRecordingsPrefix,
  seenUploadKey,
  unclaimedUploadKey,
  uploadFingerprint,
  uploadKey,
  uploadsPrefix,
} from "../../core/bucket-layout.ts";
import { type Call, dayOfCall } from "../../core/call.ts";
import type { ListedObject, Store } from "../../core/ports/store.ts";
import { removeRecording } from "../../core/remove-call.ts";
import { possibleCallIds } from "../../core/sent-recording.ts";
import { exists, readJson } from "../../core/store-json.ts";
import { Upload } from "./notification.ts";
import type { RetentionJob } from "./retention.ts";
import { Announced, hashOf, looksUnfinished } from "./uploads.ts";

/** A file that became no call is kept so much longer, in case somebody still wants to do something about it. */
const UNUSED_DAYS = 14;

interface Due {
  file: ListedObject;
  /** The version that is due; null: the one that was listed. */
  fingerprint: string | null;
  /** That it became, and that has come to an end. */
  callId: string | null;
  notes: string[];
}

/**
 * Removes uploaded files once the recording of their call would be: they are the same sound, and their names can hold a person's. One whose call has not
 * come to an end is left. What is kept about the file goes with it, after it, so that a file that stands is never taken for a new one.
 *
 * A recording that was sent in for an old call came when nobody looked at the day of that call any more, so it goes with its file.
 */
export async function removeUploads(job: RetentionJob): Promise<number> {
  const { store, tenant, retention, now, counts } = job;
  const due: Due[] = [];
  for await (const file of store.list(uploadsPrefix(tenant))) {
    const found =
      file.etag === undefined
        ? await dueOfFolder(file, job)
        : await dueOf(file, file.etag, file.modifiedAt, job);
    if (found) due.push(found);
  }
  let removed = 0;
  for (const one of due) {
    if (one.callId !== null) {
      const note = { at: now.toISOString(), why: "retention", keptDays: retention.audioDays } as const;
      if (await removeRecording(store, tenant, one.callId, note)) counts.recordings_removed += 1;
    }
    if (await removeFile(one, store)) removed += 1;
  }
  return removed;
}

/** False when it is not the same file any more: people put the next recording in under the name of the last one. */
async function removeFile({ file: { key }, notes, ...due }: Due, store: Store): Promise<boolean> {
  if (!(await isSameVersion(due, key, store))) return false;
  await store.delete(key);
  for (const note of notes) await store.delete(note);
  return true;
}

/** A file of a folder is as old as its copy says, which may have come today: how long it is here, the note about it says. */
async function dueOfFolder(file: ListedObject, job: RetentionJob): Promise<Due | undefined> {
  const { store, tenant } = job;
  const seenKey = seenUploadKey(tenant, file.key);
  const seen = (await readJson(store, seenKey, Announced))?.value;
  if (!seen)
    return looksUnfinished(file.key) && isUnused(file.modifiedAt, job)
      ? { file, fingerprint: null, callId: null, notes: [] }
      : undefined;
  // Another one by the same name, which the watcher has not come to yet.
  if (seen.sizeBytes !== file.sizeBytes || seen.modifiedAt !== file.modifiedAt.toISOString())
    return undefined;
  for await (const { modifiedAt } of store.list(seenKey)) return dueOf(file, seen.hash, modifiedAt, job);
  return undefined;
}

async function dueOf(
  file: ListedObject,
  hash: string,
  cameAt: Date,
  job: RetentionJob,
): Promise<Due | undefined> {
  const { store, tenant, last } = job;
  const fingerprint = uploadFingerprint(file.key, hash);
  const noteKey = uploadKey(tenant, fingerprint);
  const callId = (await readJson(store, noteKey, Upload))?.value.callId;
  const isCallDone =
    callId !== undefined &&
    dayOfCall(callId) <= (last.audio ?? "") &&
    (await exists(store, indexRowKey(tenant, callId)));
  if (!isCallDone && !isUnused(cameAt, job)) return undefined;
  const notes = [noteKey, unclaimedUploadKey(tenant, fingerprint), seenUploadKey(tenant, file.key)];
  return { file, fingerprint, callId: isCallDone ? callId : null, notes };
}

function isUnused(cameAt: Date, { clock, retention, now }: RetentionJob): boolean {
  const keptMs = ((retention.audioDays ?? 0) + UNUSED_DAYS) * 86_400_000;
  return now.getTime() - clock.fromSystem(cameAt).getTime() > keptMs;
}

/** Removes the file that became this call, and what is kept about it, also where somebody has removed the file himself. */
export async function removeOwnUpload(call: Call, store: Store, tenant: string): Promise<number> {
  if (call.source !== "upload") return 0;
  const noteKey = uploadKey(tenant, call.nativeId);
  const key = (await readJson(store, noteKey, Upload))?.value.key;
  if (key === undefined) return 0;
  const file = await standing(key, store);
  const isRemoved =
    file !== undefined &&
    (await removeFile(
      { file, fingerprint: call.nativeId, callId: null, notes: [seenUploadKey(tenant, key)] },
      store,
    ));
  // The name of the file stands in it.
  await store.delete(noteKey);
  return isRemoved ? 1 : 0;
}

/** Removes the file that became this call, and those that were sent in for it. */
export async function removeUploadsOf(call: Call, store: Store, tenant: string): Promise<number> {
  let removed = await removeOwnUpload(call, store, tenant);
  const sentIn: ListedObject[] = [];
  for await (const file of store.list(requestedRecordingsPrefix(tenant)))
    if (possibleCallIds(file.key).includes(call.callId)) sentIn.push(file);
  for (const file of sentIn) {
    const notes = [seenUploadKey(tenant, file.key)];
    if (await removeFile({ file, fingerprint: null, callId: null, notes }, store)) removed += 1;
  }
  return removed;
}

async function isSameVersion(
  { fingerprint }: Pick<Due, "fingerprint">,
  key: string,
  store: Store,
): Promise<boolean> {
  if (fingerprint === null) return true;
  const now = await standing(key, store);
  const hash = now && (now.etag ?? (await hashOf(store, key)));
  return hash !== undefined && uploadFingerprint(key, hash) === fingerprint;
}

async function standing(key: string, store: Store): Promise<ListedObject | undefined> {
  for await (const file of store.list(key)) if (file.key === key) return file;
  return undefined;
}
