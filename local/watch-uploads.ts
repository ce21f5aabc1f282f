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

interface WatchOptions extends WatchPace {
  store: Store;
  queue: QueueSender;
  tenant: string;
  /** Hears of each file that cannot be announced once per version, and of a bucket that cannot be listed. */
  onError(error: unknown): void;
}

export interface WatchPace {
  everyMs: number;
  /** A file that has not changed for this long is complete: copying touches it many times a second. */
  quietMs: number;
  /** An empty file is usually one that is about to be written. */
  emptyQuietMs: number;
  /** Pause before a file that could not be announced is tried again. */
  retryMs: number;
}

/** The worst case from the last byte to the announcement is `everyMs` twice and `quietMs`; five seconds are promised. */
export const folderPace: WatchPace = { everyMs: 500, quietMs: 2500, emptyQuietMs: 10_000, retryMs: 5000 };
/** Every listing is a paid request, and an object appears whole. */
export const bucketPace: WatchPace = { everyMs: 15_000, quietMs: 0, emptyQuietMs: 0, retryMs: 60_000 };

/** What was announced of a file, so that a restart announces nothing twice and reads no file again. */
const Announced = z.object({ sizeBytes: z.number(), modifiedAt: z.string(), hash: z.string() });

/** Files that programs write beside the one that a person means. */
const UNFINISHED =
  /(^|\/)(\.|~\$)|(^|\/)(desktop\.ini|thumbs\.db)$|\.(part|partial|crdownload|download|tmp|filepart)$|~$/i;
/** Looking through thousands of files takes at most a fifth of one processor. */
const REST_PER_LOOK = 4;
const LONGEST_REST_MS = 1500;

/** A file as it was when it was last looked at. */
interface Sighting {
  version: string;
  /** When this version was first seen. The file's own time is not asked: other machines and copying programs set it as they like. */
  sinceMs: number;
  announced: boolean;
  notBeforeMs: number;
}

/** Whether a file of this name is left alone, because it looks like one that is not finished or not meant. */
export function looksUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

export function watchUploads(options: WatchOptions): UploadsWatcher {
  let seen = new Map<string, Sighting>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async () => {
    while (!signal.aborted) {
      const startedAt = performance.now();
      try {
        seen = await lookThrough(options, seen, signal);
      } catch (error) {
        options.onError(error);
      }
      const restMs = Math.min(LONGEST_REST_MS, (performance.now() - startedAt) * REST_PER_LOOK);
      await setTimeout(Math.max(options.everyMs, restMs), undefined, { signal }).catch(() => undefined);
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

/** Resolves to what was seen, so that files which are gone are forgotten. */
async function lookThrough(
  options: WatchOptions,
  before: ReadonlyMap<string, Sighting>,
  signal: AbortSignal,
): Promise<Map<string, Sighting>> {
  const { store, tenant } = options;
  const now = new Map<string, Sighting>();
  for await (const file of store.list(uploadsPrefix(tenant))) {
    if (signal.aborted) break;
    if (file.key.startsWith(requestedRecordingsPrefix(tenant)) || looksUnfinished(file.key)) continue;
    const version = `${file.sizeBytes}-${file.modifiedAt.toISOString()}`;
    const last = before.get(file.key);
    const sighting =
      last?.version === version
        ? last
        : { version, sinceMs: performance.now(), announced: false, notBeforeMs: 0 };
    now.set(file.key, sighting);
    if (!sighting.announced && isDue(file, sighting, options)) await announceSafely(file, sighting, options);
  }
  return now;
}

function isDue(file: ListedObject, sighting: Sighting, { quietMs, emptyQuietMs }: WatchPace): boolean {
  const nowMs = performance.now();
  const quiet = nowMs - sighting.sinceMs >= (file.sizeBytes === 0 ? emptyQuietMs : quietMs);
  return quiet && nowMs >= sighting.notBeforeMs;
}

/** One file that cannot be read must not hold up the others. */
async function announceSafely(file: ListedObject, sighting: Sighting, options: WatchOptions): Promise<void> {
  try {
    await announce(file, options);
    sighting.announced = true;
  } catch (error) {
    if (sighting.notBeforeMs === 0) options.onError(error);
    sighting.notBeforeMs = performance.now() + options.retryMs;
  }
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
