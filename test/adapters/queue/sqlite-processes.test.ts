import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteQueue } from "../../../adapters/queue/sqlite.ts";
import { systemClock } from "../../../core/clock.ts";

/** The embedded queue with several processes on its file, and with processes that die. */

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "queue-"));
  file = join(folder, "queue.sqlite");
});
afterEach(() => rm(folder, { recursive: true }));

const workerFile = fileURLToPath(new URL("./sqlite-worker.ts", import.meta.url));
const queues = [{ name: "ingest", visibilitySec: 3600, maxReceiveCount: 1000 }];

/** Runs a worker to its end, or until it has said `killAfterLines` lines; resolves to all that it said. */
async function runWorker(
  name: string,
  count: number,
  killAfterLines = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const child = spawn(process.execPath, [workerFile, file, name, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === killAfterLines) child.kill("SIGKILL");
  }
  const [code, signal] = await ended;
  expect({ code, signal }).toEqual(
    killAfterLines < Number.POSITIVE_INFINITY ? { code: null, signal: "SIGKILL" } : { code: 0, signal: null },
  );
  return lines;
}

/** Everything that is on the queue, what dead workers had in their hands included. */
async function drain(): Promise<string[]> {
  const laterClock = {
    ...systemClock,
    now: () => new Date(Date.now() + 2 * 3_600_000),
  };
  const queue = sqliteQueue({ file, queues, clock: laterClock });
  const bodies: string[] = [];
  for (;;) {
    const messages = await queue.receive("ingest", { max: 10, waitSec: 0, visibilitySec: 3600 });
    if (messages.length === 0) break;
    bodies.push(...messages.map(({ body }) => body));
  }
  queue.close();
  return bodies;
}

const said = (lines: readonly string[], word: string): string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

test("loses nothing that was acknowledged and brings back nothing that was deleted when killed at any moment", async () => {
  const lines: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const killAfterLines = 1 + Math.floor(Math.random() * 400);
    lines.push(...(await runWorker(`round-${round}`, 1_000_000, killAfterLines)));
  }
  const left = await drain();
  const deleting = new Set(said(lines, "deleting"));
  const kept = said(lines, "sent").filter((body) => !deleting.has(body));
  expect(new Set(left).size).toBe(left.length);
  expect(kept.filter((body) => !left.includes(body))).toEqual([]);
  expect(said(lines, "deleted").filter((body) => left.includes(body))).toEqual([]);
  // A group is there as a whole or not at all, whether or not its sender lived to hear of it.
  const touched = new Set([...left, ...deleting]);
  const twin = (body: string): string => body.replace(/[ab]$/, (letter) => (letter === "a" ? "b" : "a"));
  expect([...touched].filter((body) => !touched.has(twin(body)))).toEqual([]);
});

test("shares one new file between two processes that start together", async () => {
  const all = (await Promise.all([runWorker("one", 150), runWorker("other", 150)])).flat();
  const sent = said(all, "sent");
  const deleted = said(all, "deleted");
  expect(sent).toHaveLength(600);
  expect(deleted).toHaveLength(300);
  expect([...deleted, ...(await drain())].sort()).toEqual(sent.sort());
});

test("wakes a waiting receiver when another process sends", async () => {
  const queue = sqliteQueue({ file, queues });
  expect(await queue.receive("ingest", { max: 1, waitSec: 0, visibilitySec: 30 })).toEqual([]);
  const startedAt = performance.now();
  const waiting = queue.receive("ingest", { max: 1, waitSec: 20, visibilitySec: 30 });
  await runWorker("other", 1);
  const messages = await waiting;
  expect(messages).toHaveLength(1);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  queue.close();
});
