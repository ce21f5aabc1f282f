import { setTimeout } from "node:timers/promises";
import { uploadsPrefix } from "../core/bucket-layout.ts";
import type { QueueSender } from "../core/ports/queue.ts";
import type { ListedObject, Store } from "../core/ports/store.ts";
import { announceUpload, isUpload } from "../functions/ingest/uploads.ts";

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
    if (!isUpload(file.key)) continue;
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
    await announceUpload(file, options);
    sighting.announced = true;
  } catch (error) {
    if (sighting.notBeforeMs === 0) options.onError(error);
    sighting.notBeforeMs = performance.now() + options.retryMs;
  }
}
