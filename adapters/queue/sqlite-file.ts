import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigurationError, isOwnError, VendorError } from "../../core/errors.ts";

/** The file of the embedded queue: its schema, its transactions, and what its failures mean to whoever runs the service. */

const SCHEMA_VERSION = 1;
/** "cqaq" in ASCII: tells a queue from any other SQLite file. */
const APPLICATION_ID = 0x63716171;
/** A transaction of this program takes about a millisecond, a copy of the file for a backup seconds. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * One row is one message, dead letters included. `visible_at` is when it may be received next, so one index serves
 * delay, visibility and order. A message waits for its first delivery as long as `receive_count` is 0, and keeps its
 * last `handle` after it became visible again, as SQS still deletes by it until somebody else receives the message.
 */
const SCHEMA = `
  CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    dead INTEGER NOT NULL DEFAULT 0,
    visible_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER,
    handle TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_visibility ON messages (queue, dead, visible_at, sequence);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export interface QueueFile {
  database: DatabaseSync;
  /** One transaction, one flush to the disk; all of it or nothing. */
  write<T>(work: () => T): T;
  /** Grows with every commit of another connection, never with those of this one. */
  foreignCommits(): number;
}

export function openQueueFile(
  file: string,
  options: { maxFileBytes: number | undefined; busyTimeoutMs: number | undefined },
): QueueFile {
  const { maxFileBytes, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    refuseForeignFile(database);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    // The names of uploaded files stand in the bucket's notifications, and can hold a person's.
    database.exec("PRAGMA secure_delete = ON");
    const open = queueFile(database);
    open.write(() => {
      if (readNumber(open.database, "user_version") === 0) open.database.exec(SCHEMA);
    });
    if (maxFileBytes !== undefined) {
      const pages = Math.floor(maxFileBytes / readNumber(database, "page_size"));
      database.exec(`PRAGMA max_page_count = ${pages}`);
    }
    return open;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw explainQueueFileError(error);
  }
}

function queueFile(database: DatabaseSync): QueueFile {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const dataVersion = database.prepare("PRAGMA data_version");
  return {
    database,
    write: (work) => {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // SQLite itself has already rolled back after some errors, a full disk among them.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    foreignCommits: () => Number(dataVersion.get()?.data_version),
  };
}

function refuseForeignFile(database: DatabaseSync): void {
  const applicationId = readNumber(database, "application_id");
  const version = readNumber(database, "user_version");
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.count;
  if (applicationId === 0 && version === 0 && tables === 0) return;
  if (applicationId !== APPLICATION_ID) throw damaged();
  if (version > SCHEMA_VERSION) {
    throw new ConfigurationError(
      "queue.newer_version",
      "the queue file in DATA_DIR was written by a newer version of this program: run that version, or give DATA_DIR another folder",
    );
  }
}

function readNumber(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function damaged(): ConfigurationError {
  return new ConfigurationError(
    "queue.damaged",
    "the queue file in DATA_DIR is damaged or not a queue: put back a copy, or move it away to start with empty queues (the sweep announces unfinished calls again)",
  );
}

/** The primary result code is the low byte (SQLite docs, rescode). */
const PRIMARY_CODE = 0xff;

export function explainQueueFileError(error: unknown): unknown {
  if (isOwnError(error) || !(error instanceof Error)) return error;
  if ("errcode" in error && typeof error.errcode === "number") {
    switch (error.errcode & PRIMARY_CODE) {
      case 5: // SQLITE_BUSY
      case 6: // SQLITE_LOCKED
        return new VendorError(
          "queue.busy",
          "another process holds the queue file in DATA_DIR: stop what copies or checks it; it is tried again",
        );
      case 13: // SQLITE_FULL
        return new VendorError(
          "queue.full_disk",
          "no room for the queue file in DATA_DIR: free space on that disk; nothing that was on the queue is lost",
        );
      case 10: // SQLITE_IOERR
        return new VendorError(
          "queue.disk_failed",
          "the disk of DATA_DIR does not read or write the queue file: check the disk and its mount",
        );
      case 3: // SQLITE_PERM
      case 8: // SQLITE_READONLY
      case 14: // SQLITE_CANTOPEN
        return notWritable();
      case 11: // SQLITE_CORRUPT
      case 26: // SQLITE_NOTADB
        return damaged();
    }
  }
  if ("code" in error && error.code === "ENOSPC") {
    return new VendorError(
      "queue.full_disk",
      "no room for the queue file in DATA_DIR: free space on that disk",
    );
  }
  if ("code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code)) return notWritable();
  return error;
}

function notWritable(): ConfigurationError {
  return new ConfigurationError(
    "queue.not_writable",
    "the queue file in DATA_DIR cannot be opened for writing: DATA_DIR must be a folder that this process may write to",
  );
}
