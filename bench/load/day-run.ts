import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { QueueStats } from "../../core/ports/queue.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { type Checked, checkDay } from "./check-day.ts";
import type { Day } from "./day.ts";
import { type DayClock, dayClock } from "./day-clock.ts";
import { type DigestRun, sendDigest } from "./digest-run.ts";
import { type DiskUse, diskUse } from "./disk.ts";
import { governor, type Speed } from "./governor.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { Waits } from "./queue-waits.ts";
import { type LoadService, type ServiceSample, startLoadService } from "./service-process.ts";
import { type LoadVendors, loadDay, startLoadVendors } from "./vendors.ts";
import { nothingPosted, type Posted, postDay } from "./webhooks.ts";

export interface DayOptions {
  calls: number;
  speed: Speed;
  /** Made afresh. */
  dataDir: string;
  sampleEveryMs: number;
  onSample(sample: DaySample, total: number): void;
}

/** The service and its queues at a moment of the day's clock. */
export interface DaySample extends Omit<ServiceSample, "kind" | "waitedSec"> {
  clockMs: number;
  accepted: number;
  ended: number;
  queues: Record<StageName, QueueStats>;
  queueFileBytes: number;
}

export interface DayRecord {
  day: Day;
  samples: DaySample[];
  waits: Waits;
  ledger: Ledger;
  posted: Posted;
  vendors: Pick<LoadVendors, "portal" | "recogniser" | "model">;
  digest: DigestRun;
  disk: DiskUse;
  checked: Checked;
}

/** Between the start of the clock and nine o'clock, in real time: the service has to be up by then. */
const LEAD_MS = 3000;
/** Nothing has ended for so long: nothing more will. The latest recording is looked for eight minutes after its call. */
const STALLED_SEC = { real: 60, clock: 1200 };
const LOOK_EVERY_MS = 100;

/** Lets the real service live through a day, and has it send the digest of it. */
export async function runDay(options: DayOptions): Promise<DayRecord> {
  const { speed, dataDir } = options;
  await rm(dataDir, { recursive: true, force: true });
  const { day, samples: sounds } = await loadDay(options.calls);
  const time = {
    setAtMs: Date.now(),
    showsMs: day.beginsAtMs - LEAD_MS * speed.least,
    speed: speed.least,
  };
  const clock = dayClock(time);
  const { look: govern } = governor(clock, speed);
  let vendorsClock = clock;
  const vendors = await startLoadVendors(day, sounds, {
    now: () => vendorsClock.now(),
    realMs: (durationMs) => vendorsClock.realMs(durationMs),
    fromSystem: (moment) => vendorsClock.fromSystem(moment),
  });
  const env = { ...vendors.env, DATA_DIR: dataDir, PORT: "0", DIGEST_AT: "23:59" };
  const ledger = openLedger(clock);
  const posted = nothingPosted();
  const samples: DaySample[] = [];
  const waits: Waits = {};
  const posting = new AbortController();
  let service: LoadService | undefined;
  try {
    service = await startLoadService({
      env,
      time,
      reportEveryMs: options.sampleEveryMs,
      onLine: ledger.hear,
      onSample: async (sample) => {
        for (const [queue, list] of Object.entries(sample.waitedSec)) {
          waits[queue] ??= [];
          waits[queue].push(...list);
        }
        // Before nine it is busy with its own start.
        const next = clock.now().getTime() > day.beginsAtMs ? govern(sample.busyShare) : undefined;
        if (service && next) {
          clock.set(next);
          service.set(next);
        }
        const seen = service && (await look(sample, { service, clock, posted, ledger, dataDir }));
        if (!seen) return;
        samples.push(seen);
        options.onSample(seen, options.calls);
      },
    });
    const posts = postDay({
      day,
      portal: vendors.portal,
      clock,
      url: service.url,
      posted,
      signal: posting.signal,
    });
    await Promise.all([posts, untilAllHaveEnded(day, ledger, clock, service)]);
    await service.stop();

    const slow = { setAtMs: Date.now(), showsMs: clock.now().getTime(), speed: 1 };
    vendorsClock = dayClock(slow);
    const digest = await sendDigest({ day, env, time: slow, messenger: vendors.messenger });
    const checked = await checkDay({ day, dataDir, posted, vendors, samples, ledger });
    const disk = await diskUse(dataDir);
    return { day, samples, waits, ledger, posted, vendors, digest, disk, checked };
  } catch (error) {
    for (const complaint of ledger.complaints) console.error(complaint);
    throw error;
  } finally {
    posting.abort();
    await service?.stop();
    await vendors.close();
  }
}

async function untilAllHaveEnded(
  day: Day,
  { endedAtMs }: Ledger,
  clock: DayClock,
  service: LoadService,
): Promise<void> {
  for (let ended = 0, movedAt = Date.now(); endedAtMs.size < day.calls.length; ) {
    await setTimeout(LOOK_EVERY_MS);
    if (service.hasEnded()) throw new Error("the service ended by itself");
    if (endedAtMs.size > ended || clock.now().getTime() < day.beginsAtMs) movedAt = Date.now();
    ended = endedAtMs.size;
    const patienceMs = Math.max(STALLED_SEC.real * 1000, clock.realMs(STALLED_SEC.clock * 1000));
    if (Date.now() - movedAt > patienceMs)
      throw new Error(`${ended} of ${day.calls.length} calls have ended, and no more do`);
  }
}

async function look(
  { kind: _kind, waitedSec: _waitedSec, ...sample }: ServiceSample,
  known: { service: LoadService; clock: DayClock; posted: Posted; ledger: Ledger; dataDir: string },
): Promise<DaySample | undefined> {
  const { service, clock, posted, ledger, dataDir } = known;
  // It can be on its way down.
  const health = await fetch(`${service.url}/health`).then(
    (response) => response.json() as Promise<{ queues?: Record<StageName, QueueStats> }>,
    () => undefined,
  );
  if (!health?.queues) return undefined;
  const files = ["queues.sqlite", "queues.sqlite-wal"].map((name) =>
    stat(join(dataDir, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  const [file = 0, journal = 0] = await Promise.all(files);
  return {
    ...sample,
    clockMs: clock.fromSystem(new Date(sample.atMs)).getTime(),
    accepted: posted.answerMs.length - posted.refused,
    ended: ledger.endedAtMs.size,
    queues: health.queues,
    queueFileBytes: file + journal,
  };
}

/** Messages that could be taken at once, and those that are to come back later. */
export function messagesIn({ queues }: DaySample, state: "visible" | "delayed" | "dead"): number {
  return stageNames.reduce((sum, name) => sum + queues[name][state], 0);
}
