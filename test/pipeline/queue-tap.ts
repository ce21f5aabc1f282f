import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteQueue } from "../../adapters/queue/sqlite.ts";
import { queueDefinitions } from "../../functions/deps.ts";

export interface QueueTap {
  /** Every body that was ever on a queue, dead letters included, whether it is still there or not. */
  bodies(): { queue: string; body: string }[];
  close(): void;
}

/** Makes the queue file of a data folder keep a copy of whatever is put into it, before a service opens it. */
export async function tapQueues(dataDir: string): Promise<QueueTap> {
  const file = join(dataDir, "queues.sqlite");
  const queue = sqliteQueue({ file, queues: queueDefinitions });
  // The file is made on first use.
  await queue.stats("ingest");
  queue.close();
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec(`
    CREATE TABLE tapped (queue TEXT NOT NULL, body TEXT NOT NULL) STRICT;
    CREATE TRIGGER tap_sent AFTER INSERT ON messages BEGIN
      INSERT INTO tapped VALUES (new.queue, new.body);
    END;
    CREATE TRIGGER tap_changed AFTER UPDATE OF body ON messages BEGIN
      INSERT INTO tapped VALUES (new.queue, new.body);
    END;
  `);
  return {
    bodies: () =>
      database
        .prepare("SELECT queue, body FROM tapped")
        .all()
        .map(({ queue, body }) => ({ queue: String(queue), body: String(body) })),
    close: () => database.close(),
  };
}
