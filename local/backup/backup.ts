import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { ConfigurationError } from "../../core/errors.ts";
import { lockDataDir } from "../data-dir-lock.ts";
import { readNote, writeNote } from "./backup-note.ts";
import { afterQueues, beforeQueues, isKeptForGood, isRecording, type Step } from "./backup-order.ts";
import { allKeys, exists, hasFiles, keysOf, removeEmptyFolders } from "./bucket-files.ts";
import { copyOver } from "./copy-file.ts";
import { copyQueues } from "./queue-copy.ts";

export interface BackupOptions {
  dataDir: string;
  folder: string;
  has: { bucket: boolean; queues: boolean };
  now: Date;
}

export interface BackupCounts {
  copied: number;
  copiedBytes: number;
  kept: number;
  removed: number;
  /** Files that somebody was writing. */
  restless: number;
  /** Undefined where the queues do not lie in the folder. */
  messages: number | undefined;
}

/** A backup that would lose more than half of its files, and more than these, is of another folder. */
const FEW_FILES = 20;

/**
 * Brings a backup of the data folder up to date while the service may run: the queues first, then the bucket, see {@link afterQueues}. A restored
 * queue is therefore never newer than its bucket: its messages come again, find what was done, and nothing is paid for twice. What was sent to a queue
 * afterwards is announced again by the sweep. Files of the bucket that are gone, because they were to be forgotten, go from the backup too.
 */
export async function backUp(options: BackupOptions): Promise<BackupCounts> {
  const { dataDir, folder, has, now } = options;
  const bucket = join(dataDir, "bucket");
  assertApart(dataDir, folder);
  if (has.bucket && !(await hasFiles(bucket))) throw nothingToBackUp();
  if (has.queues && !(await exists(queueFile(dataDir)))) throw nothingToBackUp();
  const before = await readNote(folder);
  if (before === "unreadable" || (before === undefined && (await isOccupied(folder)))) throw noBackup();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = lockFolder(folder);
  try {
    const copyOfBucket = join(folder, "bucket");
    if (has.bucket) await assertSameBucket(bucket, copyOfBucket);
    const note = { format: 1, startedAt: now.toISOString(), has } as const;
    await writeNote(folder, { ...note, state: "running" });
    const counts: BackupCounts = {
      copied: 0,
      copiedBytes: 0,
      kept: 0,
      removed: 0,
      restless: 0,
      messages: undefined,
    };
    const partial = join(folder, "file.partial");
    const copy = (step: Step) => copyStep(step, { bucket, copyOfBucket, partial, counts });
    if (has.bucket) await copy(beforeQueues);
    const queues = join(folder, "queues.sqlite");
    if (has.queues) counts.messages = (await copyQueues(queueFile(dataDir), `${queues}.partial`)).messages;
    if (has.bucket) {
      for (const step of afterQueues) await copy(step);
      counts.removed = await removeVanished(bucket, copyOfBucket);
    }
    // Not before: with the older queues an unfinished run still leaves what can be restored.
    if (has.queues) await rename(`${queues}.partial`, queues);
    await rm(partial, { force: true });
    await writeNote(folder, { ...note, state: "complete" });
    return counts;
  } finally {
    release();
  }
}

export function queueFile(dataDir: string): string {
  return join(dataDir, "queues.sqlite");
}

async function copyStep(
  step: Step,
  {
    bucket,
    copyOfBucket,
    partial,
    counts,
  }: { bucket: string; copyOfBucket: string; partial: string; counts: BackupCounts },
): Promise<void> {
  for await (const key of keysOf(bucket, step)) {
    const mayLink = isRecording(key);
    const result = await copyOver(join(bucket, key), join(copyOfBucket, key), { partial, mayLink });
    if (result.state === "copied") counts.copiedBytes += result.bytes;
    if (result.state !== "gone") counts[result.state] += 1;
  }
}

async function removeVanished(bucket: string, copyOfBucket: string): Promise<number> {
  let removed = 0;
  for await (const key of allKeys(copyOfBucket)) {
    if (await exists(join(bucket, key))) continue;
    await rm(join(copyOfBucket, key));
    removed += 1;
  }
  if (removed > 0) await removeEmptyFolders(copyOfBucket);
  return removed;
}

/** Before anything is touched: a wrong DATA_DIR would otherwise empty a good backup. */
async function assertSameBucket(bucket: string, copyOfBucket: string): Promise<void> {
  let [vanished, all] = [0, 0];
  const keptForGood = { vanished: 0, all: 0 };
  for await (const key of allKeys(copyOfBucket)) {
    const gone = (await exists(join(bucket, key))) ? 0 : 1;
    all += 1;
    vanished += gone;
    if (!isKeptForGood(key)) continue;
    keptForGood.all += 1;
    keptForGood.vanished += gone;
  }
  // Who sets RETENTION_DAYS for the first time may lose most of his files, and no call.
  const isOther = keptForGood.all > 0 ? keptForGood.vanished > keptForGood.all / 2 : vanished > all / 2;
  if (isOther && vanished > FEW_FILES)
    throw new ConfigurationError(
      "backup.other_bucket",
      `${vanished} of the ${all} files of this backup are not in DATA_DIR any more: name another folder, or check DATA_DIR`,
    );
}

function assertApart(dataDir: string, folder: string): void {
  const isInside = (outer: string, inner: string) => {
    const way = relative(resolve(outer), resolve(inner));
    return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && resolve(way) !== way);
  };
  if (isInside(dataDir, folder) || isInside(folder, dataDir))
    throw new ConfigurationError(
      "backup.same_folder",
      "the backup and DATA_DIR may not lie in each other: name a folder beside it",
    );
}

async function isOccupied(folder: string): Promise<boolean> {
  // A disk of its own has such a folder from its beginning.
  return (await exists(folder)) && (await readdir(folder)).some((name) => name !== "lost+found");
}

function lockFolder(folder: string): () => void {
  try {
    return lockDataDir(folder).release;
  } catch {
    throw new ConfigurationError(
      "backup.in_use",
      "another backup is being written to this folder, or it cannot be written: wait for it, or name another folder",
    );
  }
}

function nothingToBackUp(): ConfigurationError {
  return new ConfigurationError(
    "backup.nothing",
    "there is no bucket with files or no queue file in DATA_DIR: check DATA_DIR, and that this user may read it",
  );
}

function noBackup(): ConfigurationError {
  return new ConfigurationError(
    "backup.not_ours",
    "the folder has other files in it, or a backup of a newer version: name an empty folder or one that is not there yet",
  );
}
