import { performance } from "node:perf_hooks";
import type { StageName } from "../../events/pipeline.ts";
import { digestsIn } from "../../local/demo/wait.ts";
import { letFinish } from "./calm.ts";
import { endedCallOf, problemsOf } from "./checks.ts";
import { countPayments, type Payments } from "./payments.ts";
import { chanceOf } from "./random.ts";
import { killAgainAndAgain, type Storm } from "./storm.ts";
import type { LogLine } from "./victim.ts";
import { openWorld } from "./world.ts";

export interface CrashOptions {
  seed: number;
  /** Calls that are to be scored; a few that are not come on top. */
  calls: number;
  kills: number;
  /** How many times as fast as the system's clock. */
  speed: number;
  /** How long the service may take to finish when the kills are over. */
  giveUpSec: number;
  /** Empty; what the service wrote stays there. */
  folder: string;
  progress(line: string): void;
}

export interface CrashReport extends Pick<CrashOptions, "seed" | "speed"> {
  calls: { scored: number; onTop: number };
  storm: Storm;
  payments: Payments;
  /** Messages by stage and what became of them. */
  handled: Map<string, number>;
  sweeps: Sweeps;
  givenBack: number;
  deadLetters: { stage: StageName; type: string; subject: string }[];
  /** What is not as it must be, in sentences. */
  problems: string[];
  tookSec: number;
}

export interface Sweeps {
  done: number;
  /** Calls whose notice was lost. */
  found: number;
  /** Calls that stood still. */
  again: number;
  /** The most at once that were given up after three times. */
  stuck: number;
}

const PROGRESS_EVERY_KILLS = 10;
const PROGRESS_EVERY_MS = 5000;

/** Kills the service again and again while calls flow, lets it finish, and counts. */
export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  const { seed, speed, kills, giveUpSec, progress } = options;
  const begunMs = performance.now();
  const chance = chanceOf(seed);
  const world = await openWorld({ ...options, chance, vendorChance: chanceOf(seed + 1) });
  try {
    const storm = await killAgainAndAgain(world, {
      kills,
      chance,
      progress: (done) => {
        if (done % PROGRESS_EVERY_KILLS === 0) progress(`killed ${done} of ${kills} times`);
      },
    });
    let saidMs = performance.now();
    const calm = await letFinish(world, {
      giveUpSec,
      progress: (ended) => {
        if (performance.now() - saidMs < PROGRESS_EVERY_MS) return;
        saidMs = performance.now();
        progress(`${ended} of ${world.calls.length} calls have ended`);
      },
    });
    const calls = world.calls.map((call) => endedCallOf(call, world.startedAt.get(call.nativeId) ?? ""));
    const scored = calls.filter(({ call }) => call.expected.outcome === "scored");
    const payments = await countPayments(scored, {
      ledger: world.ledger,
      hashes: world.portal.hashes,
      kills: storm.kills,
      slowestSec: slowestRuns(world.log, speed),
      store: calm.store,
    });
    return {
      seed,
      speed,
      calls: { scored: scored.length, onTop: calls.length - scored.length },
      storm,
      payments,
      handled: handledIn(world.log),
      sweeps: sweepsIn(world.log),
      givenBack: world.log.reduce((sum, line) => sum + Number(line.messages_given_back ?? 0), 0),
      deadLetters: calm.deadLetters.map(({ stage, letter }) => ({ stage, ...JSON.parse(letter.body) })),
      problems: await problemsOf(calls, calm, {
        payments,
        digestsSent: digestsIn(world.portal.telegram).length,
      }),
      tookSec: (performance.now() - begunMs) / 1000,
    };
  } finally {
    await world.close();
  }
}

/** How long the longest run on a call took that came to its end, in seconds of the clock, by stage and call. */
function slowestRuns(log: readonly LogLine[], speed: number): Map<string, number> {
  const slowest = new Map<string, number>();
  for (const { message, stage, call_id: callId, ms } of log) {
    if (message !== "handled") continue;
    const run = `${stage} ${callId}`;
    slowest.set(run, Math.max(slowest.get(run) ?? 0, (Number(ms) * speed) / 1000));
  }
  return slowest;
}

function handledIn(log: readonly LogLine[]): Map<string, number> {
  const handled = new Map<string, number>();
  for (const { message, stage, outcome, code, error } of log) {
    if (message !== "handled") continue;
    const why = code ?? error;
    const what = `${stage} ${outcome}${why === undefined ? "" : ` ${why}`}`;
    handled.set(what, (handled.get(what) ?? 0) + 1);
  }
  return handled;
}

function sweepsIn(log: readonly LogLine[]): Sweeps {
  const sweeps = log.filter(({ schedule, outcome }) => schedule === "sweep" && outcome === "done");
  const sum = (count: string) => sweeps.reduce((total, line) => total + Number(line[count]), 0);
  return {
    done: sweeps.length,
    found: sum("found"),
    again: sum("again"),
    stuck: Math.max(0, ...sweeps.map(({ stuck }) => Number(stuck))),
  };
}
