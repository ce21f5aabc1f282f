import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startFauxqs } from "fauxqs";
import { sqliteQueue } from "../../adapters/queue/sqlite.ts";
import { sqsQueue } from "../../adapters/queue/sqs.ts";
import { ensureQueues } from "../../adapters/queue/sqs-ensure-queues.ts";
import { type Clock, setClock } from "../../core/clock.ts";
import { VendorError } from "../../core/errors.ts";
import type { StageName } from "../../events/pipeline.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { memoryStore } from "../fakes/store.ts";
import type { Queue } from "./ground.ts";
import { NOW, queueDefinitions } from "./line.ts";
import { meetingAtTheClaim } from "./meeting.ts";
import { type Play, told } from "./play.ts";
import { type FaultTable, row } from "./row.ts";
import { callEnded, calls } from "./sandbox.ts";

type Spoil = (queue: Queue) => Queue;

/** On a queue in memory with SQS's semantics, on the clock of the play. */
function onQueue(spoil: Spoil, more: Partial<Play> = {}): Promise<string> {
  const queue = (clock: Clock) => spoil(memoryQueue({ clock, queues: queueDefinitions }));
  return told({ fault: () => {}, ...more, queue });
}

/** The real driver on a server that speaks SQS. It keeps its own time, so the recogniser is done at the first look. */
async function onSqs(spoil: Spoil): Promise<string> {
  const server = await startFauxqs({ port: 0, logger: false });
  const connection = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    queues: queueDefinitions,
  };
  try {
    await ensureQueues(connection);
    return await told({ fault: () => {}, pollsUntilDone: 0, queue: () => spoil(sqsQueue(connection)) });
  } finally {
    await server.stop();
  }
}

const duplicating: Spoil = (queue) => ({
  ...queue,
  send: (name, messages) => queue.send(name, [...messages, ...messages]),
});

/** The first removal of every queue gets lost. */
const forgettingDeletes: Spoil = (queue) => {
  const forgotten = new Set<string>();
  return {
    ...queue,
    async delete(name, handles) {
      if (forgotten.has(name)) await queue.delete(name, handles);
      else forgotten.add(name);
    },
  };
};

/** Each queue fails at the first message that a stage sends to it: before it is sent, or after. */
function failingSends(when: "before" | "after"): Spoil {
  return (queue) => {
    const failed = new Set<string>(["ingest"]);
    return {
      ...queue,
      async send(name, messages) {
        const isFirst = !failed.has(name);
        failed.add(name);
        if (isFirst && when === "before") throw down();
        await queue.send(name, messages);
        if (isFirst) throw down();
      },
    };
  };
}

function down(): VendorError {
  return new VendorError("queue.unavailable", "the queue service failed (status 503); it is tried again");
}

/** Once the call has ended, all that was ever sent is sent again, the last first. */
async function replayedBackwards(): Promise<string> {
  const sent: { name: string; body: string }[] = [];
  let count = 0;
  const noting: Spoil = (queue) => ({
    ...queue,
    async send(name, messages) {
      await queue.send(name, messages);
      for (const { body } of messages) sent.push({ name, body });
    },
  });
  const sentence = await onQueue(noting, {
    after: async (world) => {
      const again = sent.splice(0).reverse();
      count = again.length;
      for (const { name, body } of again) await world.queue.send(name, [{ body }]);
      await world.runOn();
    },
  });
  return `${count} messages come again, the last first; ${sentence}`;
}

/** A message that nobody can handle lies on the queue before the call's own. */
function poisoned(stage: StageName, body: string): () => Promise<string> {
  return () => told({ fault: (world) => world.queue.send(stage, [{ body }]) });
}

const fromTomorrow = JSON.stringify({
  ...callEnded(calls[0]!, setClock(NOW)),
  type: "call.dreamt",
});

/** A file of the embedded queue that another program holds, as a backup does, while a task is started. */
async function heldByABackup(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "call-quality-faults-"));
  const file = join(folder, "queues.sqlite");
  let backup: DatabaseSync | undefined;
  let close = () => {};
  try {
    const queue = (clock: Clock): Queue => {
      const own = sqliteQueue({ file, clock, queues: queueDefinitions, busyTimeoutMs: 20 });
      close = () => own.close();
      return {
        ...own,
        async changeVisibility(...given) {
          try {
            await own.changeVisibility(...given);
          } finally {
            // The last that a failed delivery does: by then the backup is done.
            backup?.close();
            backup = undefined;
          }
        },
      };
    };
    return await told({
      queue,
      fault: ({ saluteSpeech }) =>
        saluteSpeech.fail("async_recognize", (own) => {
          backup = new DatabaseSync(file);
          backup.exec("BEGIN IMMEDIATE");
          return own;
        }),
    });
  } finally {
    close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Both find the marker free; the conditional write decides. */
function twoRunsAtOnce(stage: "transcribe" | "score"): Promise<string> {
  const store =
    stage === "transcribe"
      ? meetingAtTheClaim(memoryStore(), "transcription", 2)
      : meetingAtTheClaim(memoryStore(), "scoring", 1);
  return told({ store, fault: (world) => world.doubling(stage) });
}

export const queueFaults: FaultTable = {
  vendor: "The queues (SQS and the embedded ones)",
  rows: [
    row("transcribe", "SQS delivers every message twice", "scored; paid once", () => onSqs(duplicating)),
    row("transcribe", "the embedded queue's every message is there twice", "scored; paid once", () =>
      onQueue(duplicating),
    ),
    row(
      "transcribe",
      "a message is delivered to two runs at the same moment",
      "`claim.held`: tried again after 150 s; scored; paid once",
      () => twoRunsAtOnce("transcribe"),
    ),
    row(
      "score",
      "a message is delivered to two runs at the same moment",
      "`claim.held`: tried again after 310 s; scored; paid once",
      () => twoRunsAtOnce("score"),
    ),
    row("ingest", "a message is delivered to two runs at the same moment", "scored; paid once", () =>
      told({ fault: (world) => world.doubling("ingest") }),
    ),
    row(
      "report",
      "the digest is due twice at the same moment",
      "`claim.held`: tried again after 310 s; the digest comes once",
      () => told({ digest: true, fault: (world) => world.doubling("report") }),
    ),
    row(
      "transcribe",
      "every first message comes again after it was handled: its removal got lost",
      "scored; paid once; delivered 2 times",
      () => onQueue(forgettingDeletes),
    ),
    row(
      "score",
      "messages come in another order, and all of them again after the end",
      "6 messages come again, the last first; scored; paid once",
      replayedBackwards,
    ),
    row(
      "transcribe",
      "the next stage's queue fails once, before the message is on it",
      "`queue.unavailable`: tried again after 10 s, 10 s and 10 s; scored; paid once",
      () => onQueue(failingSends("before")),
    ),
    row(
      "transcribe",
      "the next stage's queue fails once, after the message is on it (answer lost)",
      "`queue.unavailable`: tried again after 10 s, 10 s and 10 s; scored; paid once",
      () => onQueue(failingSends("after")),
    ),
    row(
      "ingest",
      "a message that is no JSON",
      "`SyntaxError`: failed, delivered again 5 times, after 10 s to 160 s; scored; paid once; delivered 5 times; 1 dead letter",
      poisoned("ingest", "звонок"),
    ),
    row(
      "ingest",
      "a message of a type that this version does not know",
      "`RangeError`: failed, delivered again 5 times, after 10 s to 160 s; scored; paid once; delivered 5 times; 1 dead letter",
      poisoned("ingest", fromTomorrow),
    ),
    row(
      "score",
      "a message without its data",
      "`ZodError`: failed, delivered again 5 times, after 10 s to 160 s; scored; paid once; delivered 5 times; 1 dead letter",
      poisoned("score", JSON.stringify({ ...JSON.parse(fromTomorrow), type: "call.transcribed", data: {} })),
    ),
    row(
      "transcribe",
      "the queue's file is held by a backup when a task's start is announced",
      "`queue.busy`: failed, delivered again after 30 min; scored; paid once; delivered 2 times",
      heldByABackup,
    ),
  ],
};
