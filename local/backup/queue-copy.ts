import { open, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { explainQueueFileError } from "../../adapters/queue/sqlite-file.ts";
import { ConfigurationError } from "../../core/errors.ts";

/**
 * Writes the queues as they stand at this moment into a new file, whoever works on them meanwhile. The file of a running service must not be
 * copied as it lies: what was sent last is in a second file beside it.
 */
export async function copyQueues(from: string, to: string): Promise<{ messages: number }> {
  await rm(to, { force: true });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(from, { timeout: 5000 });
    database.prepare("VACUUM INTO ?").run(to);
  } catch (error) {
    throw explainQueueFileError(error);
  } finally {
    database?.close();
  }
  const messages = checkedMessages(to);
  // SQLite does not force such a file to the disk (SQLite docs, VACUUM).
  const file = await open(to, "r+");
  await file.sync().finally(() => file.close());
  return { messages };
}

/** How many messages a copy has; refuses one that is damaged. */
export function checkedMessages(file: string): number {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const verdict = database.prepare("PRAGMA integrity_check").get()?.integrity_check;
    if (verdict !== "ok") throw damaged();
    return Number(database.prepare("SELECT count(*) AS count FROM messages").get()?.count);
  } catch {
    throw damaged();
  } finally {
    if (database?.isOpen) database.close();
  }
}

function damaged(): ConfigurationError {
  return new ConfigurationError(
    "backup.damaged_queues",
    "the copy of the queues is damaged: check the disk of the backup, and take an older backup to restore from",
  );
}
