import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { dayOfCall } from "../../core/call.ts";
import { readCallAggregation, readCallQuery } from "../../core/call-query.ts";
import type { Clock } from "../../core/clock.ts";
import { VendorError } from "../../core/errors.ts";
import type { CallIndex, CallIndexUpkeep } from "../../core/ports/call-index.ts";
import type { Store } from "../../core/ports/store.ts";
import { compact, type EmptyDays, findDirtyDays, isClosed } from "./duckdb-compact.ts";
import { type DaySums, daySums } from "./duckdb-day-sums.ts";
import { type Engine, openEngine } from "./duckdb-engine.ts";
import { type LiveRows, liveRows } from "./duckdb-live-rows.ts";
import { answerAggregate, answerFind, type Holding } from "./duckdb-questions.ts";
import { lookAt, type Period } from "./duckdb-snapshot.ts";
import { removeCopies, removeLeftovers, type TableFiles, tableFiles } from "./duckdb-table-files.ts";

export interface DuckDbCallIndexOptions {
  store: Store;
  clock: Pick<Clock, "now">;
  timeZoneOf(tenant: string): Promise<string>;
  /** Keeps tables of the bucket from one start to the next; several processes may share it. By default a temporary folder. */
  cacheDir?: string | undefined;
  /** Tables not needed for a while are removed above this; one question may need more. */
  cacheMaxBytes?: number | undefined;
  threads?: number | undefined;
  memoryLimitMb?: number | undefined;
}

export interface DuckDbCallIndex extends CallIndex, CallIndexUpkeep {
  /** Frees the memory and removes the temporary folder; the next question begins anew. */
  close(): Promise<void>;
}

const EMPTY_FOR_MS = 600_000;
const CACHE_BYTES = 2_000_000_000;

interface Opened {
  engine: Engine;
  live: LiveRows;
  files: TableFiles;
  sums: DaySums;
  /** What the last question looked through. */
  last?: { place: string; lookedAt: number; holding: Holding };
}

/**
 * The index on DuckDB, in this process: closed days are Parquet files of the bucket, read from copies on this machine; rows of the open day, and
 * calls that have changed since their day was compacted, are laid over them in memory (docs/data.md).
 *
 * Questions are answered one after the other: they would share the same cores, and the first one fetches for all.
 */
export function duckDbCallIndex(options: DuckDbCallIndexOptions): DuckDbCallIndex {
  const { store, clock, timeZoneOf } = options;
  let directory: Promise<string> | undefined;
  let opened: Promise<Opened> | undefined;
  let line: Promise<unknown> = Promise.resolve();
  const empty = emptyDays();
  /** Counts questions, to tell what came before what. */
  let clockOfQuestions = 0;

  const workDirectory = () => {
    directory ??= options.cacheDir ? madeDirectory(options.cacheDir) : mkdtemp(join(tmpdir(), "call-index-"));
    return directory;
  };

  async function open(): Promise<Opened> {
    const folder = await workDirectory();
    await removeLeftovers(folder);
    const engine = await openEngine({ ...options, directory: folder });
    const live = await liveRows(engine, store, folder);
    const files = tableFiles(store, folder, options.cacheMaxBytes ?? CACHE_BYTES);
    return { engine, live, files, sums: daySums() };
  }

  async function closeEngine(): Promise<void> {
    const closing = opened;
    opened = undefined;
    (await closing?.catch(() => undefined))?.engine.close();
  }

  function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const answer = line.then(work);
    line = answer.catch(() => undefined);
    return answer;
  }

  /** Whatever went wrong, the next question finds an engine in order. */
  function ask<Answer>(
    { tenant, from, to }: Period,
    work: (opened: Opened, holding: Holding) => Promise<Answer>,
  ) {
    const askedAt = ++clockOfQuestions;
    return inTurn(async () => {
      try {
        opened ??= open();
        const ready = await opened;
        return await work(ready, await lately({ tenant, from, to }, ready, askedAt));
      } catch (error) {
        await closeEngine();
        throw error;
      }
    });
  }

  /** A question shows what was recorded before it was asked: one that waited in line may see what the one before it has looked at since. */
  async function lately(period: Period, ready: Opened, askedAt: number): Promise<Holding> {
    const place = JSON.stringify(period);
    if (ready.last && ready.last.place === place && ready.last.lookedAt >= askedAt) return ready.last.holding;
    const lookedAt = clockOfQuestions;
    const holding = await hold(period, ready);
    ready.last = { place, lookedAt, holding };
    return holding;
  }

  async function hold(period: Period, { live, files }: Opened): Promise<Holding> {
    const { tenant } = period;
    const timeZone = await timeZoneOf(tenant);
    const now = clock.now();
    for (let attempt = 1; ; attempt += 1) {
      const snapshot = await lookAt(
        store,
        period,
        (day) => empty.has(tenant, day),
        (day) => isClosed(day, timeZone, now) && empty.add(tenant, day),
      );
      const paths = await files.fetch(tenant, snapshot.tables);
      if (paths) {
        await live.hold(period, snapshot.rows);
        const changed = new Set(snapshot.masked.map(dayOfCall));
        const found = snapshot.tables.map(({ day }, n) => ({
          day,
          path: paths[n] ?? "",
          isMasked: changed.has(day),
        }));
        return { ...period, files: found, masked: snapshot.masked, hasLive: snapshot.rows.length > 0 };
      }
      // Somebody removes tables by hand: then the rows are read, as there is no table.
      if (attempt === 3)
        throw new VendorError("index.changed", "tables of the call index vanish while they are read");
    }
  }

  return {
    async find(asked) {
      const query = readCallQuery(asked);
      return ask(query, ({ engine, sums }, holding) => answerFind(engine, store, sums, query, holding));
    },

    async aggregate(asked) {
      const query = readCallAggregation(asked);
      return ask(query, ({ engine, sums }, holding) => answerAggregate(engine, sums, query, holding));
    },

    async dirtyDays(tenant) {
      const timeZone = await timeZoneOf(tenant);
      return findDirtyDays(store, tenant, timeZone, clock.now(), empty);
    },

    async compactDay(tenant, day) {
      if (!isClosed(day, await timeZoneOf(tenant), clock.now())) return { state: "open" };
      const folder = await workDirectory();
      const compaction = await compact(store, tenant, day, folder);
      if (compaction.state === "compacted") await inTurn(() => removeCopies(folder, tenant, day));
      return compaction;
    },

    close: () =>
      inTurn(async () => {
        await closeEngine();
        const folder = await directory;
        directory = undefined;
        if (folder && !options.cacheDir) await rm(folder, { recursive: true, force: true });
      }),
  };
}

/** Closed days without a row, which only a mark can change. Looked at again now and then all the same: tables can be removed by hand. */
function emptyDays(): EmptyDays {
  const foundMs = new Map<string, number>();
  return {
    has: (tenant, day) => Date.now() - (foundMs.get(`${tenant}/${day}`) ?? 0) < EMPTY_FOR_MS,
    add: (tenant, day) => foundMs.set(`${tenant}/${day}`, Date.now()),
  };
}

async function madeDirectory(path: string): Promise<string> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  return folder;
}
