import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { sqliteQueue } from "../../adapters/queue/sqlite.ts";
import { filesStore } from "../../adapters/store/files.ts";
import { digestSentKey, indexDayPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { doneEffect } from "../../core/claim.ts";
import type { DeadLetter, QueueStats } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { defaultSettings } from "../../core/settings.ts";
import { digestDue } from "../../events/digest-due.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { queueDefinitions } from "../../functions/deps.ts";
import { publish } from "../../functions/run-stage.ts";
import type { CrashWorld } from "./world.ts";

/** What is left when the storm is over and the service has had its time. */
export interface Calm {
  store: Store;
  /** The days on which the calls started, in order. */
  days: string[];
  /** Sentences about what did not come in time. */
  missed: string[];
  deadLetters: { stage: StageName; letter: DeadLetter }[];
  /** Folders in which a killed service wrote objects before they got their names, and that nobody has removed. */
  halfWritten: number;
}

const TENANT = "default";
const LOOK_EVERY_MS = 250;
const MAX_DEAD_LETTERS = 1000;
const DIGEST_WITHIN_SEC = 30;

/** Lets the service finish undisturbed: every call ends, nothing waits on a queue any more, the digest of each day is sent. */
export async function letFinish(
  world: CrashWorld,
  { giveUpSec, progress }: { giveUpSec: number; progress(ended: number): void },
): Promise<Calm> {
  const { dataDir, clock, calls } = world;
  const store = filesStore({ directory: join(dataDir, "bucket") });
  const days = [
    ...new Set(
      [...world.startedAt.values()].map((startedAt) => dayIn(defaultSettings.timeZone, new Date(startedAt))),
    ),
  ].sort();
  const victim = world.start();
  const queue = sqliteQueue({ file: join(dataDir, "queues.sqlite"), clock, queues: queueDefinitions });
  const missed: string[] = [];

  async function within(sec: number, what: string, isSo: () => Promise<boolean>): Promise<void> {
    const giveUpAtMs = Date.now() + sec * 1000;
    while (!(await isSo())) {
      if (victim.hasEnded()) return void missed.push(`the service ended by itself before ${what}`);
      if (Date.now() > giveUpAtMs) return void missed.push(`not within ${sec} s: ${what}`);
      await setTimeout(LOOK_EVERY_MS);
    }
  }

  try {
    const url = await victim.runs;
    await within(giveUpSec, "every call has come to an end", async () => {
      const ended = await countRows(store, days);
      progress(ended);
      return ended >= calls.length;
    });
    await within(giveUpSec, "nothing waits on a queue any more", async () => {
      const response = await fetch(`${url}/health`).catch(() => undefined);
      const health = (await response?.json()) as { queues: Record<string, QueueStats> } | undefined;
      if (!health) return false;
      return Object.values(health.queues).every(
        (stats) => stats.visible + stats.delayed + stats.inFlight === 0,
      );
    });
    for (const day of days) {
      const digest = digestDue({ tenant: TENANT, period: dayPeriod(day), time: clock.now() });
      await publish([digest], queue);
      const sentKey = digestSentKey(TENANT, day, "telegram");
      await within(DIGEST_WITHIN_SEC, `the digest of ${day} is sent`, async () =>
        Boolean(await doneEffect(store, sentKey, z.unknown())),
      );
    }
    await victim.end("SIGTERM");
    const dead = stageNames.map(async (stage) =>
      (await queue.deadLetters(stage, MAX_DEAD_LETTERS)).map((letter) => ({ stage, letter })),
    );
    return {
      store,
      days,
      missed,
      deadLetters: (await Promise.all(dead)).flat(),
      halfWritten: await countHalfWritten(join(dataDir, "bucket")),
    };
  } finally {
    queue.close();
    if (!victim.hasEnded()) await victim.end("SIGKILL");
  }
}

async function countRows(store: Store, days: readonly string[]): Promise<number> {
  let rows = 0;
  for (const day of days) {
    for await (const _row of store.list(indexDayPrefix(TENANT, day))) rows += 1;
  }
  return rows;
}

/** The last service's and our own are in use or have just been. */
const OWN_FOLDERS = 2;

async function countHalfWritten(bucket: string): Promise<number> {
  const entries = await readdir(join(bucket, ".tmp"), { withFileTypes: true });
  return Math.max(0, entries.filter((entry) => entry.isDirectory()).length - OWN_FOLDERS);
}
