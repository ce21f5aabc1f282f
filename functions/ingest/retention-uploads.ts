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
import { possibleCallIds } from "../../core/sent-recording.ts";
import { exists, readJson } from "../../core/store-json.ts";
import { Upload } from "./notification.ts";
import type { RetentionJob } from "./retention.ts";
import { Announced, looksUnfinished } from "./uploads.ts";

/** A file that became no call is kept so much longer, in case somebody still wants to do something about it. */
const UNUSED_DAYS = 14;

interface Due {
  key: string;
  notes: string[];
}

/**
 * Removes uploaded files once the recording of their call would be: they are the same sound, and their names can hold a person's. One whose call has not
 * come to an end is left. What is kept about the file goes with it, after it, so that a file that stands is never taken for a new one.
 */
export async function removeUploads(job: RetentionJob): Promise<number> {
  const { store, tenant } = job;
  const due: Due[] = [];
  for await (const file of store.list(uploadsPrefix(tenant))) {
    const found = file.etag === undefined ? await dueOfFolder(file, job) : await dueByTag(file, job);
    if (found) due.push(found);
  }
  await removeAll(due, store);
  return due.length;
}

async function removeAll(due: readonly Due[], store: Store): Promise<void> {
  for (const { key, notes } of due) {
    await store.delete(key);
    for (const note of notes) await store.delete(note);
  }
}

async function dueByTag(file: ListedObject, job: RetentionJob): Promise<Due | undefined> {
  return dueOf(file, file.etag ?? "", file.modifiedAt, job);
}

/** A file of a folder is as old as its copy says, which may have come today: how long it is here, the note about it says. */
async function dueOfFolder(file: ListedObject, job: RetentionJob): Promise<Due | undefined> {
  const { store, tenant } = job;
  const seenKey = seenUploadKey(tenant, file.key);
  const seen = (await readJson(store, seenKey, Announced))?.value;
  if (!seen)
    return looksUnfinished(file.key) && isUnused(file.modifiedAt, job)
      ? { key: file.key, notes: [] }
      : undefined;
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
  return { key: file.key, notes };
}

function isUnused(cameAt: Date, { clock, retention, now }: RetentionJob): boolean {
  const keptMs = ((retention.audioDays ?? 0) + UNUSED_DAYS) * 86_400_000;
  return now.getTime() - clock.fromSystem(cameAt).getTime() > keptMs;
}

/** Removes the file that became this call, and those that were sent in for it. */
export async function removeUploadsOf(call: Call, store: Store, tenant: string): Promise<number> {
  const due: Due[] = [];
  if (call.source === "upload") {
    const noteKey = uploadKey(tenant, call.nativeId);
    const key = (await readJson(store, noteKey, Upload))?.value.key;
    if (key !== undefined) due.push({ key, notes: [noteKey, seenUploadKey(tenant, key)] });
  }
  for await (const file of store.list(requestedRecordingsPrefix(tenant)))
    if (possibleCallIds(file.key).includes(call.callId))
      due.push({ key: file.key, notes: [seenUploadKey(tenant, file.key)] });
  await removeAll(due, store);
  return due.length;
}
