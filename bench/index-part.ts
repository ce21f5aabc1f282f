import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { type BucketSize, fillBucket } from "./index-bucket.ts";
import type { Question, Took } from "./index-worker.ts";
import { median } from "./statistics.ts";
import { figure, type Row } from "./table.ts";
import { inTemporaryFolder } from "./temporary.ts";

const GOAL_WARM_MS = 300;
const GOAL_COLD_MS = 2000;
const FIRST_DAY = "2026-08-22";

export interface IndexSize extends BucketSize {
  /** Of the period that the goals are for. */
  monthDays: number;
  /** The periods of the curve. */
  periodsDays: number[];
  rounds: number;
}

/** How long the call index takes for a digest and for a page, from files on this machine. */
export function benchIndex(size: IndexSize) {
  return inTemporaryFolder(async (folder): Promise<{ rows: Row[]; notes: string[] }> => {
    const { days, openDay, someRow } = await fillBucket(folder, FIRST_DAY, size);

    /** In a process of its own, with a cache of its own. */
    async function ask(question: Question, from: string, to: string): Promise<Took> {
      const child = startChild("index-worker.ts");
      try {
        const cacheDir = await mkdtemp(join(folder, "cache-"));
        const bucket = join(folder, "bucket");
        return await child.ask<Took>({ bucket, cacheDir, someRow, question, from, to, times: size.rounds });
      } finally {
        await child.end();
      }
    }
    const lastDays = (count: number) => [days.at(-count)!, days.at(-1)!] as const;

    const rows: Row[] = [];
    const add = (what: string, ms: number, goalMs?: number) => {
      const goal = goalMs === undefined ? null : { text: `< ${goalMs}`, met: ms < goalMs };
      rows.push({ part: "index", what, measured: figure(ms), floor: null, ratio: null, goal });
    };
    for (const [question, name] of [
      ["digest", "digest"],
      ["page", "filtered first page"],
    ] as const) {
      const { firstMs, laterMs } = await ask(question, ...lastDays(size.monthDays));
      add(`${name} of ${size.monthDays} days, cold, ms`, firstMs, GOAL_COLD_MS);
      add(`the same again, ms`, median(laterMs), GOAL_WARM_MS);
      for (const count of size.periodsDays) {
        const { firstMs, laterMs, laterCpuMs } = await ask(question, ...lastDays(count));
        add(`${name} of ${count} days, cold, ms`, firstMs);
        add("the same again, ms", median(laterMs));
        add("the same again, CPU ms", median(laterCpuMs));
      }
    }
    const other = await ask("new digest", ...lastDays(size.monthDays));
    add(`digest of ${size.monthDays} days, of other calls each time, ms`, median(other.laterMs));
    add("the same, CPU ms", median(other.laterCpuMs));
    const text = await ask("text", ...lastDays(size.monthDays));
    add(`text in ${size.monthDays} days, ms`, median(text.laterMs));
    const open = await ask("digest", openDay, openDay);
    add("digest of an open day, cold, ms", open.firstMs);
    add("the same again, ms", median(open.laterMs));
    const calls = (size.days * size.callsPerDay).toLocaleString("en");
    return {
      rows,
      notes: [`index: ${calls} calls in ${size.days} days; again is the middle of ${size.rounds}`],
    };
  });
}
