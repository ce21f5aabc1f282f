import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { filesStore } from "../../adapters/store/files.ts";
import { uploadKey } from "../../core/bucket-layout.ts";
import { systemClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { defaultSettings, type Settings } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import { readNotification, Upload } from "../../functions/ingest/notification.ts";
import { type UploadsWatcher, type WatchPace, watchUploads } from "../../local/watch-uploads.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { memoryStore } from "../fakes/store.ts";

export interface AnnouncedFile {
  name: string;
  callId: string;
  sizeBytes: number;
}

const settings: Settings = defaultSettings;
/** Announces what it sees at once. */
const hasty: WatchPace = { everyMs: 10, quietMs: 0, emptyQuietMs: 0, retryMs: 20 };

/** A folder of uploads that is watched, and what ingest hears of it. */
export async function openUploads() {
  const bucket = await mkdtemp(join(tmpdir(), "call-quality-uploads-"));
  const store = filesStore({ directory: bucket });
  const queue = memoryQueue({ queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }] });
  const watchers: UploadsWatcher[] = [];
  const errors: unknown[] = [];

  function watch(pace: Partial<WatchPace> = {}, from: Store = store): UploadsWatcher {
    const onError = (error: unknown) => errors.push(error);
    const watcher = watchUploads({ store: from, queue, tenant: "default", ...hasty, ...pace, onError });
    watchers.push(watcher);
    return watcher;
  }

  async function drop(name: string, content: string | Buffer = `sound of ${name}`): Promise<string> {
    const path = join(bucket, "uploads", "default", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  /** The next announcements in their order, as ingest reads them. */
  async function announced(count: number): Promise<AnnouncedFile[]> {
    const found: AnnouncedFile[] = [];
    const ports = { store: memoryStore(), clock: systemClock, settingsOf: async () => settings };
    while (found.length < count) {
      const [message] = await queue.receive("ingest", { max: 1, waitSec: 20, visibilitySec: 600 });
      if (!message) throw new Error(`${count} announcements were expected, ${found.length} came`);
      const json = JSON.parse(message.body);
      for (const event of (await readNotification(json, ports)) ?? []) {
        const upload = await readJson(ports.store, uploadKey("default", event.data.nativeId), Upload);
        const name = upload?.value.key.replace("uploads/default/", "") ?? "";
        found.push({ name, callId: event.subject, sizeBytes: json.Records[0].s3.object.size });
      }
    }
    return found;
  }

  /** What is announced besides a file that is dropped last, and so seen by a later look than everything before it. */
  async function announcedBefore(last = "~last.mp3"): Promise<string[]> {
    await drop(last);
    const names: string[] = [];
    for (;;) {
      const [next] = await announced(1);
      if (next?.name === last) return names;
      names.push(next?.name ?? "");
    }
  }

  return {
    store,
    queue,
    errors,
    watch,
    drop,
    announced,
    announcedBefore,
    close: async () => {
      await Promise.all(watchers.map((watcher) => watcher.stop()));
      await rm(bucket, { recursive: true, force: true });
    },
  };
}
