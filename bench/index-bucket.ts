import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { columnNames } from "../adapters/index/duckdb-columns.ts";
import { literal, openEngine } from "../adapters/index/duckdb-engine.ts";
import { withLines } from "../adapters/index/duckdb-live-rows.ts";
import { fromLines, writeParquet } from "../adapters/index/duckdb-parquet.ts";
import { filesStore } from "../adapters/store/files.ts";
import { callTableKey, indexRowKey } from "../core/bucket-layout.ts";
import { dayAfter } from "../core/days.ts";
import { rowsOfDay } from "./index-rows.ts";

export const TENANT = "default";

export interface BucketSize {
  days: number;
  callsPerDay: number;
  /** So many days are made up; the others repeat them on their own date. */
  differentDays: number;
}

/** A bucket of closed days, oldest first, and of the day behind them, which is still open and lies there as rows. */
export async function fillBucket(
  folder: string,
  firstDay: string,
  size: BucketSize,
): Promise<{ days: string[]; openDay: string; someRow: string }> {
  const store = filesStore({ directory: join(folder, "bucket") });
  const work = join(folder, "work");
  await mkdir(work, { recursive: true });
  const engine = await openEngine({ directory: work });
  const days: string[] = [];
  let day = firstDay;
  const templates: string[] = [];
  for (let n = 0; n < size.days; n += 1) {
    const file = join(work, "calls.parquet");
    const template = join(work, `template-${n % size.differentDays}.parquet`);
    if (n < size.differentDays) {
      await withLines(work, rowsOfDay(day, size.callsPerDay), (lines) =>
        writeParquet(engine, fromLines(lines), template, "template"),
      );
      templates.push(day);
    }
    await writeParquet(engine, onDay(template, day, n - (n % size.differentDays)), file, String(n));
    await store.put(callTableKey(TENANT, day), await readFile(file));
    days.push(day);
    day = dayAfter(day);
  }
  engine.close();
  await rm(work, { recursive: true });
  // Not through the store: it forces each of the many files to the disk.
  let someRow = "";
  for (const row of rowsOfDay(day, size.callsPerDay)) {
    someRow = indexRowKey(TENANT, row.callId);
    const path = join(folder, "bucket", someRow);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(row, null, 2)}\n`);
  }
  return { days, openDay: day, someRow };
}

/** The rows of a file, so many days later. */
function onDay(file: string, day: string, later: number): string {
  const moved: Readonly<Record<string, string>> = {
    call_id: `${literal(day.replaceAll("-", ""))} || substr(call_id, 9)`,
    started_at: `started_at + INTERVAL ${later} DAY`,
    started_at_local: `strftime(started_at + INTERVAL ${later} DAY, '%Y-%m-%dT%H:%M:%S.%gZ')`,
  };
  const selected = columnNames.map((name) => (moved[name] ? `${moved[name]} AS ${name}` : name));
  return `SELECT ${selected.join(", ")} FROM read_parquet(${literal(file)})`;
}
