import { cp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { filesStore } from "../../adapters/store/files.ts";
import { leaveDirtyMark } from "../../core/dirty-mark.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { lockDataDir } from "../data-dir-lock.ts";
import { queueFile } from "./backup.ts";
import { type BackupNote, readNote } from "./backup-note.ts";
import { beforeQueues } from "./backup-order.ts";
import { absent, exists, hasFiles, keysOf } from "./bucket-files.ts";
import { checkedMessages } from "./queue-copy.ts";

export interface RestoreOptions {
  dataDir: string;
  folder: string;
  /** Also from a backup whose last run did not come to its end. */
  unfinished: boolean;
}

/** Makes a data folder, which must be new or empty, of a backup. The folder appears whole or stays empty. */
export async function restore({
  dataDir,
  folder,
  unfinished,
}: RestoreOptions): Promise<{ note: BackupNote; messages: number | undefined }> {
  const note = await noteOf(folder, unfinished);
  const copyOfQueues = join(folder, "queues.sqlite");
  // The first run of a backup writes them last.
  const hasQueues = note.has.queues && (note.state === "complete" || (await exists(copyOfQueues)));
  const messages = hasQueues ? checkedMessages(copyOfQueues) : undefined;
  const lock = lockDataDir(dataDir);
  try {
    const bucket = join(dataDir, "bucket");
    if ((await hasFiles(bucket)) || (await exists(queueFile(dataDir)))) throw notEmpty();
    const [newBucket, newQueues] = [join(dataDir, "bucket.partial"), join(dataDir, "queues.partial")];
    if (note.has.bucket) {
      await rm(newBucket, { recursive: true, force: true });
      // Times are kept: by them it is known which uploads were announced and which calls stand still.
      await cp(join(folder, "bucket"), newBucket, { recursive: true, preserveTimestamps: true });
      if (note.state === "running") await removeToldToQueues(newBucket);
      await markEveryDay(newBucket);
    }
    if (hasQueues) {
      await cp(copyOfQueues, newQueues);
      await rename(newQueues, queueFile(dataDir));
    }
    if (note.has.bucket) {
      await rm(bucket, { recursive: true, force: true });
      await rename(newBucket, bucket);
    }
    return { note, messages };
  } finally {
    lock.release();
  }
}

async function noteOf(folder: string, unfinished: boolean): Promise<BackupNote> {
  const note = await readNote(folder);
  if (note === undefined || note === "unreadable")
    throw new ConfigurationError(
      "backup.none",
      "the folder holds no backup that this version can read: name the folder that `npx cqa backup` was given",
    );
  if (note.state === "running" && !unfinished)
    throw new ConfigurationError(
      "backup.unfinished",
      "the last run of this backup did not come to its end: take an older copy of it, or restore what it has with --unfinished",
    );
  return note;
}

/**
 * An unfinished run has the queues of the run before, or none: what was sent since is not in them. So it is found and sent again, and every stage finds what was
 * done.
 */
async function removeToldToQueues(bucket: string): Promise<void> {
  const keys: string[] = [];
  for await (const key of keysOf(bucket, beforeQueues)) keys.push(key);
  for (const key of keys) await rm(join(bucket, key));
}

/** A mark for each day has the tables of the index made anew, which are in no backup (docs/data.md). */
async function markEveryDay(bucket: string): Promise<void> {
  const store = filesStore({ directory: bucket });
  const tenants = await namesIn(join(bucket, "index"));
  for (const tenant of tenants) {
    for (const day of await namesIn(join(bucket, "index", tenant))) {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) continue;
      const [row] = (await namesIn(join(bucket, "index", tenant, day))).filter((name) =>
        name.endsWith(".json"),
      );
      if (row !== undefined) await leaveDirtyMark(store, tenant, row.slice(0, -".json".length));
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(absent)) ?? [];
}

function notEmpty(): ConfigurationError {
  return new ConfigurationError(
    "backup.data_dir_not_empty",
    "DATA_DIR holds data already, which is never overwritten: move it away or set DATA_DIR to a new folder",
  );
}
