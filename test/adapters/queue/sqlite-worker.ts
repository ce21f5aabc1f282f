import { writeSync } from "node:fs";
import { sqliteQueue } from "../../../adapters/queue/sqlite.ts";

/**
 * A process of its own that sends numbered messages, takes about half of them off again and says what it did: a line
 * before each step that may be cut short, a line after each that was promised.
 */
const [file = "", worker = "", count = "0"] = process.argv.slice(2);
const queue = sqliteQueue({ file, queues: [{ name: "ingest", visibilitySec: 3600, maxReceiveCount: 1000 }] });
const say = (word: string, body: string): void => {
  writeSync(1, `${word} ${body}\n`);
};

for (let number = 0; number < Number(count); number += 1) {
  const pair = [`${worker}/${number}/a`, `${worker}/${number}/b`];
  await queue.send(
    "ingest",
    pair.map((body) => ({ body })),
  );
  for (const body of pair) say("sent", body);
  const messages = await queue.receive("ingest", { max: 1, waitSec: 0, visibilitySec: 3600 });
  for (const { body } of messages) say("deleting", body);
  await queue.delete(
    "ingest",
    messages.map(({ handle }) => handle),
  );
  for (const { body } of messages) say("deleted", body);
}
queue.close();
