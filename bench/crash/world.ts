import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { settingsKey } from "../../core/bucket-layout.ts";
import { type Clock, fastClock } from "../../core/clock.ts";
import type { SandboxCall } from "../../local/sandbox/bitrix24.ts";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario, type ScenarioCall } from "../../local/sandbox/scenario.ts";
import { makeCalls } from "./calls.ts";
import { type Ledger, slowDown } from "./ledger.ts";
import type { Chance } from "./random.ts";
import { type LogLine, startVictim, type Victim } from "./victim.ts";

/** Everything around the service: the vendors, the calls that end one by one, the clock, the folder. */
export interface CrashWorld {
  clock: Clock;
  portal: SandboxPortal;
  ledger: Ledger;
  calls: ScenarioCall[];
  dataDir: string;
  /** What all of its lives have logged. */
  log: LogLine[];
  start(): Victim;
  /** The call is over: from now on the portal knows it. */
  endCall(call: ScenarioCall): void;
  /** When it started, by native id; those that are over. */
  startedAt: Map<string, string>;
  close(): Promise<void>;
}

export interface WorldOptions {
  calls: number;
  /** How many times as fast as the system's clock. */
  speed: number;
  folder: string;
  chance: Chance;
  /** Of the vendors alone: they draw in the order in which they are asked, which no seed decides. */
  vendorChance: Chance;
}

/** So that a whole working day is ahead. */
const BEGINS_AT_HOUR = 8;
const MOSCOW_HOURS = 3;
/** Between the end of a call and its notice. */
const AFTER_END_SEC = 5;

export async function openWorld({
  calls: count,
  speed,
  folder,
  chance,
  vendorChance,
}: WorldOptions): Promise<CrashWorld> {
  const scenario = await loadScenario();
  const calls = chance.shuffled(await makeCalls(scenario, count, join(folder, "recordings")));
  const begun = begunSoThat(nextMorning(), speed);
  const clock = fastClock(speed, begun);
  const portal = await startSandboxPortal({ ...scenario, calls }, clock);
  // The portal learns of each when it is over.
  const known = new Map(portal.bitrix24.calls.splice(0).map((call) => [call.nativeId, call]));
  const ledger = slowDown(portal, vendorChance);
  const dataDir = join(folder, "data");
  const env = {
    ...portal.env,
    DATA_DIR: dataDir,
    PORT: "0",
    DIGEST_AT: "23:59",
    SWEEP_EVERY_SEC: "60",
    // Of a company, which may have ten recordings recognised at once.
    SALUTESPEECH_SCOPE: "SALUTE_SPEECH_CORP",
  };
  // A document is work for the processor, which no fast clock shortens: a run of the stage would last longer than it may.
  const settings = join(dataDir, "bucket", settingsKey("default"));
  await mkdir(dirname(settings), { recursive: true });
  await writeFile(settings, JSON.stringify({ digestFiles: false }));
  const log: LogLine[] = [];
  const startedAt = new Map<string, string>();
  return {
    clock,
    portal,
    ledger,
    calls,
    dataDir,
    log,
    startedAt,
    start: () =>
      startVictim({
        env,
        speed,
        begun,
        logFile: join(folder, "service.log"),
        onLine: (line) => void log.push(line),
      }),
    endCall({ nativeId }) {
      const call = known.get(nativeId);
      if (!call) throw new Error(`there is no call ${nativeId}`);
      const over = { ...call, startedAt: startOf(call, clock) };
      startedAt.set(nativeId, over.startedAt);
      portal.bitrix24.calls.push(over);
    },
    close: () => portal.close(),
  };
}

/** Of a day to come: no digest that the schedule knows of, which goes by the system's clock, can come between. */
function nextMorning(): number {
  const day = new Date();
  return Date.UTC(
    day.getUTCFullYear(),
    day.getUTCMonth(),
    day.getUTCDate() + 2,
    BEGINS_AT_HOUR - MOSCOW_HOURS,
  );
}

/** When a fast clock must have begun that shows `nowMs` now. */
function begunSoThat(nowMs: number, speed: number): number {
  return (speed * Date.now() - nowMs) / (speed - 1);
}

function startOf({ durationSec }: SandboxCall, clock: Clock): string {
  const startedMs = clock.now().getTime() - (durationSec + AFTER_END_SEC) * 1000;
  return `${new Date(startedMs).toISOString().slice(0, 19)}+00:00`;
}
