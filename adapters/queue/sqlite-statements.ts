import type { QueueFile } from "./sqlite-file.ts";

export interface MessageRow {
  sequence: number;
  id: string;
  body: string;
  sent_at: number;
  receive_count: number;
  first_received_at: number | null;
}

/** Everything the embedded queue asks of its file, prepared once. */
export function prepareStatements({ database }: QueueFile) {
  const live = "queue = ? AND dead = 0";
  const delivery = "sequence = ? AND handle = ? AND queue = ? AND dead = 0";
  return {
    insert: database.prepare(
      "INSERT INTO messages (queue, visible_at, id, sent_at, body) VALUES (?, ?, ?, ?, ?)",
    ),
    visible: database.prepare(
      `SELECT sequence, id, body, sent_at, receive_count, first_received_at FROM messages
       WHERE ${live} AND visible_at <= ? ORDER BY visible_at, sequence LIMIT ?`,
    ),
    nextVisible: database.prepare(`SELECT min(visible_at) AS visible_at FROM messages WHERE ${live}`),
    take: database.prepare(
      "UPDATE messages SET receive_count = receive_count + 1, handle = ?, visible_at = ?, first_received_at = ? WHERE sequence = ?",
    ),
    bury: database.prepare("UPDATE messages SET dead = 1, handle = NULL, visible_at = ? WHERE sequence = ?"),
    remove: database.prepare(`DELETE FROM messages WHERE ${delivery}`),
    hide: database.prepare(`UPDATE messages SET visible_at = ? WHERE ${delivery} AND visible_at > ?`),
    /** `place`: 0 for what was in hand once or twice; 1, 2, 3… for what was in hand more often. */
    giveBackAll: database.prepare(
      `UPDATE messages SET visible_at = $now + held.place * $stepMs, handle = NULL
       FROM (SELECT sequence, (receive_count > 2) * sum(receive_count > 2) OVER (ORDER BY sequence) AS place
             FROM messages WHERE dead = 0 AND handle IS NOT NULL AND visible_at > $now) AS held
       WHERE messages.sequence = held.sequence`,
    ),
    stats: database.prepare(
      `SELECT sum(dead = 0 AND visible_at <= ?) AS visible,
              sum(dead = 0 AND visible_at > ? AND receive_count = 0) AS delayed,
              sum(dead = 0 AND visible_at > ? AND receive_count > 0) AS in_flight,
              sum(dead) AS dead FROM messages WHERE queue = ?`,
    ),
    head: database.prepare(
      "SELECT min(visible_at) AS visible_at FROM messages WHERE queue = ? AND dead = 0 AND visible_at <= ?",
    ),
    dead: database.prepare(
      "SELECT id, body, sent_at FROM messages WHERE queue = ? AND dead = 1 ORDER BY sent_at, sequence LIMIT ?",
    ),
    redrive: database.prepare(
      `UPDATE messages SET dead = 0, receive_count = 0, first_received_at = NULL, handle = NULL, sent_at = ?, visible_at = ?
       WHERE queue = ? AND dead = 1`,
    ),
  };
}
