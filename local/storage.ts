import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SqliteQueue } from "../adapters/queue/sqlite.ts";
import { ensureQueues } from "../adapters/queue/sqs-ensure-queues.ts";
import { queryProtocol } from "../adapters/queue/sqs-query.ts";
import { ensureBucket } from "../adapters/store/s3.ts";
import { uploadsPrefix } from "../core/bucket-layout.ts";
import type { Config } from "../core/config.ts";
import { ConfigurationError } from "../core/errors.ts";
import { base, queueDefinitions } from "../functions/deps.ts";
import { lockDataDir } from "./data-dir-lock.ts";

export interface Storage {
  /** Messages that a killed service had in hand and that are visible again. */
  givenBack: number;
  release(): void;
}

/** Makes the bucket and the queues ready for one service: creates what is missing, takes over what a killed one left in hand. */
export async function openStorage(config: Config): Promise<Storage> {
  if (!config.s3 && !config.sqs) assertWhole(config.dataDir);
  const lock = config.s3 && config.sqs ? undefined : lockDataDir(config.dataDir);
  if (config.s3) await ensureBucket(config.s3);
  // There for people to put files into.
  else await mkdir(join(config.dataDir, "bucket", uploadsPrefix(config.tenant)), { recursive: true });
  if (config.sqs) {
    const protocol = config.sqs.protocol === "query" ? queryProtocol : "json";
    await ensureQueues({ ...config.sqs, protocol, queues: queueDefinitions });
  }
  const queue = base().queue as Partial<SqliteQueue>;
  // Only with the lock in hand is it sure that nobody else works on them.
  const givenBack = lock && queue.giveBackAll ? queue.giveBackAll() : 0;
  return { givenBack, release: () => lock?.release() };
}

/** Queues without their bucket: a disk that is not mounted. To begin with an empty one would fetch and pay for the last two days anew. */
function assertWhole(dataDir: string): void {
  if (!existsSync(join(dataDir, "queues.sqlite")) || existsSync(join(dataDir, "bucket"))) return;
  throw new ConfigurationError(
    "data.bucket_missing",
    "DATA_DIR has its queues but no folder bucket/: mount it, or bring it back with `npx cqa restore` into a new DATA_DIR; to begin anew, move queues.sqlite away as well",
  );
}
