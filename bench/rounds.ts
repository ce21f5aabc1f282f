import { join } from "node:path";
import { type SqliteQueue, sqliteQueue } from "../adapters/queue/sqlite.ts";
import { filesStore } from "../adapters/store/files.ts";
import type { Store } from "../core/ports/store.ts";
import { pipeline, stageNames, visibilitySec } from "../events/pipeline.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** What one round of the pipeline or of its floor cost. */
export interface RoundCost {
  wallMs: number;
  cpuMs: number;
  /** Of the process so far. */
  peakRssBytes: number;
  /** Batches that were received and removed. */
  receives: number;
  deletes: number;
}

export interface RoundPorts {
  store: Store;
  queue: SqliteQueue;
}

/**
 * Runs one round on an empty bucket and empty queues. What `prepare` does is not measured; what `start` starts is, until
 * as many messages as there are calls have been removed from the last queue.
 */
export function runRound(
  calls: number,
  prepare: (ports: RoundPorts) => Promise<void>,
  start: (ports: RoundPorts) => { stop(): Promise<void> },
): Promise<RoundCost> {
  return inTemporaryFolder(async (folder) => {
    const store = filesStore({ directory: join(folder, "bucket") });
    const queue = sqliteQueue({ file: join(folder, "queues.sqlite"), queues: definitions });
    try {
      await prepare({ store, queue });
      const { counted, counts, finished } = countedQueue(queue, calls);
      const startedAt = performance.now();
      const cpu = process.cpuUsage();
      const running = start({ store, queue: counted });
      await finished;
      const wallMs = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpu);
      await running.stop();
      const peakRssBytes = process.resourceUsage().maxRSS * 1024;
      return { wallMs, cpuMs: (user + system) / 1000, peakRssBytes, ...counts };
    } finally {
      queue.close();
    }
  });
}

const definitions = stageNames.map((name) => ({
  name,
  visibilitySec: visibilitySec(name),
  maxReceiveCount: pipeline[name].maxReceiveCount,
}));

function countedQueue(queue: SqliteQueue, calls: number) {
  const counts = { receives: 0, deletes: 0 };
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  let reported = 0;
  const counted: SqliteQueue = {
    ...queue,
    async receive(name, options) {
      const messages = await queue.receive(name, options);
      if (messages.length > 0) counts.receives += 1;
      return messages;
    },
    async delete(name, handles) {
      await queue.delete(name, handles);
      counts.deletes += 1;
      if (name === "report") reported += handles.length;
      if (reported === calls) resolve();
    },
  };
  return { counted, counts, finished };
}
