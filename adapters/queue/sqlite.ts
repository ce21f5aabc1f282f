import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../../core/clock.ts";
import type {
  QueueAdmin,
  QueueDefinition,
  QueueReceiver,
  QueueSender,
  ReceivedMessage,
} from "../../core/ports/queue.ts";
import {
  acceptMessages,
  findDefinition,
  MAX_VISIBILITY_SEC,
  MAX_WAIT_SEC,
  wholeNumberOfMessages,
  wholeSeconds,
} from "./queue-rules.ts";
import { type SleepingReceivers, sleepingReceivers } from "./sleeping-receivers.ts";
import { explainQueueFileError, openQueueFile, type QueueFile } from "./sqlite-file.ts";
import { type GroupCommit, groupCommit } from "./sqlite-group-commit.ts";
import { type MessageRow, prepareStatements } from "./sqlite-statements.ts";

export interface SqliteQueueOptions {
  file: string;
  clock?: Clock;
  queues: readonly QueueDefinition[];
  /** Sending fails as on a full disk once the file would grow beyond it, so that a flood cannot fill the disk. */
  maxFileBytes?: number;
  /** How long a write waits for another process to finish its own; this process stands still meanwhile. */
  busyTimeoutMs?: number;
}

export type SqliteQueue = QueueSender &
  QueueReceiver &
  QueueAdmin & {
    /**
     * Gives back every message that is in somebody's hand, its receive count kept, and says how many. Only for a receiver that knows itself to
     * be the only one: what a killed one held comes back at once instead of when its visibility ends. What was in hand twice before comes one
     * after the other, so that a message that kills its process does not take the same neighbours with it each time.
     */
    giveBackAll(): number;
    close(): void;
  };

const GIVE_BACK_STEP_SEC = 2;

/**
 * The embedded queue: one SQLite file with SQS's semantics. Several processes may open the same file. A message is
 * on the disk when `send` resolves; power may fail after that. Unlike SQS it keeps messages for as long as it takes.
 */
export function sqliteQueue(options: SqliteQueueOptions): SqliteQueue {
  const { file, clock = systemClock, queues, maxFileBytes, busyTimeoutMs } = options;
  let opened: OpenQueue | undefined;
  let closed = false;

  function open(): OpenQueue {
    if (closed) throw new Error("the queue is closed");
    opened ??= prepare(openQueueFile(file, { maxFileBytes, busyTimeoutMs }));
    return opened;
  }

  /** Runs on the open file; what SQLite says is told in the operator's words. */
  function attempt<T>(work: (open: OpenQueue) => T): T {
    try {
      return work(open());
    } catch (error) {
      throw explainQueueFileError(error);
    }
  }

  /** The same for what writes, together with whatever else is written at this moment. */
  async function commit<T>(work: (open: OpenQueue) => T): Promise<T> {
    try {
      const file = open();
      return await file.group.run(() => work(file));
    } catch (error) {
      throw explainQueueFileError(error);
    }
  }

  const nowMs = (): number => clock.now().getTime();

  async function take(
    { name, maxReceiveCount }: QueueDefinition,
    max: number,
    visibilitySec: number,
  ): Promise<ReceivedMessage[]> {
    // Reading first leaves the file untouched while there is nothing to take.
    if (attempt(({ statements }) => statements.visible.get(name, nowMs(), 1)) === undefined) return [];
    return commit(({ statements }) => {
      // Asked only now: beginning may have waited for another process.
      const now = nowMs();
      const taken: ReceivedMessage[] = [];
      while (taken.length < max) {
        const rows = statements.visible.all(name, now, max - taken.length) as unknown as MessageRow[];
        if (rows.length === 0) break;
        for (const row of rows) {
          if (row.receive_count >= maxReceiveCount) {
            statements.bury.run(now, row.sequence);
            continue;
          }
          const handle = `${row.sequence}.${randomUUID()}`;
          const firstReceivedAt = row.first_received_at ?? now;
          statements.take.run(handle, now + visibilitySec * 1000, firstReceivedAt, row.sequence);
          taken.push({
            id: row.id,
            handle,
            body: row.body,
            receiveCount: row.receive_count + 1,
            sentAt: new Date(row.sent_at),
            firstReceivedAt: new Date(firstReceivedAt),
          });
        }
        // What stays visible would be found again by the next round, which makes up for dead letters.
        if (visibilitySec === 0) break;
      }
      return taken;
    });
  }

  return {
    send: async (queue, messages) => {
      const { name } = findDefinition(queues, queue);
      const accepted = acceptMessages(messages);
      if (accepted.length === 0) return;
      await commit(({ statements, receivers }) => {
        const now = nowMs();
        for (const { body, delaySec } of accepted) {
          statements.insert.run(name, now + delaySec * 1000, randomUUID(), now, body);
        }
        // They rise after this commit: until then nothing else runs.
        receivers.wake(name);
      });
    },

    receive: async (queue, { max, waitSec, visibilitySec, signal }) => {
      const definition = findDefinition(queues, queue);
      const atMost = wholeNumberOfMessages(max);
      const hiddenSec = wholeSeconds("visibilitySec", visibilitySec, 0, MAX_VISIBILITY_SEC);
      wholeSeconds("waitSec", waitSec, 0, MAX_WAIT_SEC);
      const endsAt = performance.now() + clock.realMs(waitSec * 1000);
      for (let looks = 0; ; looks += 1) {
        if (signal?.aborted || (closed && looks > 0)) return [];
        const messages = await take(definition, atMost, hiddenSec);
        if (closed) return messages;
        const leftMs = endsAt - performance.now();
        if (messages.length > 0 || waitSec === 0 || (leftMs <= 0 && looks > 0)) return messages;
        const { statements, receivers } = open();
        const next = statements.nextVisible.get(definition.name)?.visible_at;
        const nextMs = next == null ? leftMs : clock.realMs(Math.max(0, Number(next) - nowMs()));
        await receivers.sleep(definition.name, Math.min(leftMs, nextMs), signal);
      }
    },

    delete: async (queue, handles) => {
      const { name } = findDefinition(queues, queue);
      if (handles.length === 0) return;
      await commit(({ statements }) => {
        for (const handle of handles) statements.remove.run(sequenceOf(handle), handle, name);
      });
    },

    changeVisibility: async (queue, handle, visibilitySec) => {
      const { name } = findDefinition(queues, queue);
      const hiddenSec = wholeSeconds("visibilitySec", visibilitySec, 0, MAX_VISIBILITY_SEC);
      attempt(({ statements, receivers }) => {
        const now = nowMs();
        statements.hide.run(now + hiddenSec * 1000, sequenceOf(handle), handle, name, now);
        // Earlier or later than it was: sleepers reckon anew when to look again.
        receivers.wake(name);
      });
    },

    giveBackAll: () =>
      attempt(({ statements, receivers }) => {
        const { changes } = statements.giveBackAll.run({ $now: nowMs(), $stepMs: GIVE_BACK_STEP_SEC * 1000 });
        for (const { name } of queues) receivers.wake(name);
        return Number(changes);
      }),

    stats: async (queue) => {
      const { name } = findDefinition(queues, queue);
      const now = nowMs();
      const row = attempt(({ statements }) => statements.stats.get(now, now, now, name));
      const count = (column: string): number => Number(row?.[column] ?? 0);
      return {
        visible: count("visible"),
        delayed: count("delayed"),
        inFlight: count("in_flight"),
        dead: count("dead"),
      };
    },

    waitingSince: async (queue) => {
      const { name } = findDefinition(queues, queue);
      const head = attempt(({ statements }) => statements.head.get(name, nowMs()))?.visible_at;
      return head == null ? null : new Date(Number(head));
    },

    deadLetters: async (queue, limit) => {
      const { name } = findDefinition(queues, queue);
      const rows = attempt(({ statements }) => statements.dead.all(name, limit)) as unknown as MessageRow[];
      return rows.map(({ id, body, sent_at }) => ({ id, body, sentAt: new Date(sent_at) }));
    },

    redrive: async (queue) => {
      const { name } = findDefinition(queues, queue);
      return attempt(({ statements, receivers }) => {
        const now = nowMs();
        // As on SQS the time it was sent starts anew; the age of an event is in the event.
        const { changes } = statements.redrive.run(now, now, name);
        receivers.wake(name);
        return Number(changes);
      });
    },

    close: () => {
      if (closed) return;
      closed = true;
      opened?.group.flush();
      opened?.receivers.wakeAll();
      opened?.queueFile.database.close();
    },
  };
}

interface OpenQueue {
  queueFile: QueueFile;
  group: GroupCommit;
  receivers: SleepingReceivers;
  statements: ReturnType<typeof prepareStatements>;
}

function prepare(queueFile: QueueFile): OpenQueue {
  return {
    queueFile,
    group: groupCommit(queueFile),
    receivers: sleepingReceivers(queueFile.foreignCommits),
    statements: prepareStatements(queueFile),
  };
}

/** A handle is the row and a secret; a handle that is none names no row. */
function sequenceOf(handle: string): number {
  const sequence = Number.parseInt(handle, 10);
  return Number.isSafeInteger(sequence) ? sequence : -1;
}
