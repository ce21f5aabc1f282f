import { createHash } from "node:crypto";
import * as z from "zod";
import {
  knownUploadsPrefix,
  seenUploadKey,
  uploadFingerprint,
  uploadKey,
  uploadsPrefix,
} from "../../core/bucket-layout.ts";
import { VendorError } from "../../core/errors.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { ListedObject, Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

interface UploadPorts {
  store: Store;
  queue: QueueSender;
  tenant: string;
}

/** The version of a file that was announced, so that a restart announces nothing twice and reads no file again. */
export const Announced = z.object({ sizeBytes: z.number(), modifiedAt: z.string(), hash: z.string() });

/** Files that programs write beside the one that a person means. */
const UNFINISHED =
  /(^|\/)(\.|~\$)|(^|\/)(desktop\.ini|thumbs\.db)$|\.(part|partial|crdownload|download|tmp|filepart)$|~$/i;

/** Whether a file of this name is left alone, because it looks like one that is not finished or not meant. */
export function looksUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/** Whether a file under `uploads/` is to be announced: to be scored, or as the recording of a call that is known. */
export function isUpload(key: string): boolean {
  return !looksUnfinished(key);
}

/**
 * Announces the files of the bucket that no notification has announced. Only those that appear whole: a folder's file may still be being
 * copied, and its watcher sees when it is complete.
 */
export async function announceNewUploads(
  ports: UploadPorts,
): Promise<{ announced: number; unreadable: number }> {
  const { store, tenant } = ports;
  const counts = { announced: 0, unreadable: 0 };
  let known: ReadonlySet<string> | undefined;
  for await (const file of store.list(uploadsPrefix(tenant))) {
    if (file.etag === undefined || !isUpload(file.key)) continue;
    known ??= await knownUploads(store, tenant);
    if (known.has(uploadKey(tenant, uploadFingerprint(file.key, file.etag)))) continue;
    try {
      if (await announceUpload(file, ports)) counts.announced += 1;
    } catch (error) {
      if (!(error instanceof VendorError) || error.code !== "store.unreadable") throw error;
      counts.unreadable += 1;
    }
  }
  return counts;
}

async function knownUploads(store: Store, tenant: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of store.list(knownUploadsPrefix(tenant))) keys.add(key);
  return keys;
}

/**
 * Announces a file as the bucket itself would, once for each version; false when that was done before. Where the list shows an etag it tells
 * versions apart, as in the bucket's own notification, so that both make the same call of the file; else its content does.
 */
export async function announceUpload(
  file: ListedObject,
  { store, queue, tenant }: UploadPorts,
): Promise<boolean> {
  const seenKey = seenUploadKey(tenant, file.key);
  const seen = (await readJson(store, seenKey, Announced))?.value;
  const modifiedAt = file.modifiedAt.toISOString();
  if (seen && seen.sizeBytes === file.sizeBytes && seen.modifiedAt === modifiedAt) return false;
  const hash = file.etag?.replaceAll('"', "") ?? (await hashOf(store, file.key));
  // Gone again.
  if (hash === undefined) return false;
  // The same hash: a restored backup of what was announced before.
  const isNew = seen?.hash !== hash;
  if (isNew) await queue.send("ingest", [{ body: JSON.stringify(notification(file, hash)) }]);
  await writeJson(store, seenKey, { sizeBytes: file.sizeBytes, modifiedAt, hash });
  return isNew;
}

/** Of the content, by which a version is told where the list shows no etag. */
export async function hashOf(store: Store, key: string): Promise<string | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const hash = createHash("sha256");
  for await (const chunk of object.body) hash.update(chunk);
  return hash.digest("hex");
}

/** S3's own message (S3 user guide, "Event message structure"), its key form-encoded as there. */
function notification({ key, sizeBytes, modifiedAt }: ListedObject, hash: string) {
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        eventTime: modifiedAt.toISOString(),
        eventName: "ObjectCreated:Put",
        s3: { object: { key: encodeURIComponent(key).replaceAll("%20", "+"), size: sizeBytes, eTag: hash } },
      },
    ],
  };
}
