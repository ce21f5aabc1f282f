import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { VendorError } from "../../core/errors.ts";
import { makeFolder, syncFolders } from "./files-write.ts";

/** Beside the objects, so that a finished file only has to be renamed. Never listed, never a key. */
export const WORKSPACE = ".tmp";

const LOCK_WAIT_MS = 30_000;

export interface Workspace {
  /** Where to write an object before it appears. */
  temporaryPath(): Promise<string>;
  /** Runs the action while no other process or thread changes the bucket. Synchronous, so nothing can come between. */
  exclusive<Result>(action: () => Result): Promise<Result>;
  /** Removes what crashed writers left, once, if there is anything to look at. */
  tidy(): Promise<void>;
  /** Forgets the folders: somebody removed them from under this process. */
  reopen(): void;
}

interface Opened {
  lock: DatabaseSync;
  /** This process's own folder, and the lock that shows it is in use; kept here or it would be collected and let go. */
  folder: string;
  alive: DatabaseSync;
}

/**
 * The locks are SQLite's locks on empty database files. The kernel lets go of them together with the process, kill -9
 * included, so there are no stale ones to judge; and they hold between containers that share a volume, where a process
 * id means nothing.
 */
export function workspace(directory: string): Workspace {
  const root = join(directory, WORKSPACE);
  let opened: Promise<Opened> | undefined;

  async function open(): Promise<Opened> {
    await syncFolders(makeFolder(root));
    const lock = openLock(join(root, "lock"));
    const folder = join(root, randomUUID());
    const alive = await exclusively(lock, () => {
      removeLeftovers(root);
      mkdirSync(folder);
      const own = openLock(join(folder, "alive"));
      own.exec("BEGIN IMMEDIATE");
      return own;
    });
    return { lock, folder, alive };
  }

  function use(): Promise<Opened> {
    if (opened) return opened;
    const opening = open();
    opened = opening;
    // Once opening has failed (a full disk), the next use tries again.
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  }

  return {
    temporaryPath: async () => join((await use()).folder, randomUUID()),
    exclusive: async (action) => exclusively((await use()).lock, action),
    async tidy() {
      // Reading from a disk that cannot be written is fine.
      if (!opened && existsSync(root)) await use().catch(() => undefined);
    },
    reopen() {
      opened = undefined;
    },
  };
}

function openLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  // Nothing is ever written to it: a journal on the disk would be one file more to make and remove each time.
  lock.exec("PRAGMA journal_mode = MEMORY");
  return lock;
}

async function exclusively<Result>(lock: DatabaseSync, action: () => Result): Promise<Result> {
  const deadlineMs = Date.now() + LOCK_WAIT_MS;
  while (!taken(lock)) {
    if (Date.now() > deadlineMs)
      throw new VendorError("store.busy", "another process holds the bucket's lock");
    await delay(1 + Math.random() * 4);
  }
  try {
    return action();
  } finally {
    lock.exec("ROLLBACK");
  }
}

function taken(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

/** A folder whose lock can be taken belongs to nobody. Runs under the bucket's lock, so none is just being made. */
function removeLeftovers(root: string): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = join(root, entry.name);
    const alive = openLock(join(folder, "alive"));
    const isLeft = taken(alive);
    alive.close();
    if (isLeft) rmSync(folder, { recursive: true, force: true });
  }
}
