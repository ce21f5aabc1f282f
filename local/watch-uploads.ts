import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { requestedRecordingsPrefix, uploadsPrefix } from "../core/bucket-layout.ts";
import { sha256 } from "../core/call.ts";
import type { QueueSender } from "../core/ports/queue.ts";
import type { ListedObject, Store } from "../core/ports/store.ts";
import { readJson, writeJson } from "../core/store-json.ts";

/** Plays the bucket's notifications for a bucket that has none, such as a folder. */
export interface UploadsWatcher {
  stop(): Promise<void>;
}

interface WatchOptions {
  store: Store;
  queue: QueueSender;
  tenant: string;
  everyMs: number;
  onError(error: unknown): void;
}

/** What was announced of a file, so that a restart announces nothing twice and reads no file again. */
const Announced = z.object({ sizeBytes: z.number(), modifiedAt: z.string(), hash: z.string() });

/** A file that has not changed for this long is complete: copying touches it many times a second. */
const QUIET_MS = 1500;
/** An empty file is usually one that is about to be written. */
const EMPTY_QUIET_MS = 10_000;
/** Files that programs write beside the one that a person means. */
const UNFINISHED = /(^|\/)\.|\.(part|partial|crdownload|download|tmp|filepart)$|~$/i;

export function watchUploads(options: WatchOptions): UploadsWatcher {
  const known = new Map<string, string>();
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await lookThrough(options, known).catch(options.onError);
      await setTimeout(options.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function lookThrough(
  { store, queue, tenant }: WatchOptions,
  known: Map<string, string>,
): Promise<void> {
  for await (const file of store.list(uploadsPrefix(tenant))) {
    if (file.key.startsWith(requestedRecordingsPrefix(tenant)) || UNFINISHED.test(file.key)) continue;
    const version = `${file.sizeBytes}-${file.modifiedAt.toISOString()}`;
    if (known.get(file.key) === version || !isQuiet(file)) continue;
    await announce(file, { store, queue, tenant });
    known.set(file.key, version);
  }
}

function isQuiet({ sizeBytes, modifiedAt }: ListedObject): boolean {
  return Date.now() - modifiedAt.getTime() >= (sizeBytes === 0 ? EMPTY_QUIET_MS : QUIET_MS);
}

async function announce(
  file: ListedObject,
  { store, queue, tenant }: Pick<WatchOptions, "store" | "queue" | "tenant">,
) {
  const seenKey = `index/${tenant}/uploads/seen-${sha256(file.key)}.json`;
  const seen = (await readJson(store, seenKey, Announced))?.value;
  const modifiedAt = file.modifiedAt.toISOString();
  if (seen && seen.sizeBytes === file.sizeBytes && seen.modifiedAt === modifiedAt) return;
  const hash = await hashOf(store, file.key);
  // Gone again, or a restored backup of what was announced before.
  if (hash === undefined) return;
  if (seen?.hash !== hash) await queue.send("ingest", [{ body: JSON.stringify(notification(file, hash)) }]);
  await writeJson(store, seenKey, { sizeBytes: file.sizeBytes, modifiedAt, hash });
}

async function hashOf(store: Store, key: string): Promise<string | undefined> {
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
