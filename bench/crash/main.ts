import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printedReport } from "./report.ts";
import { runCrashTest } from "./run.ts";

/**
 * `npm run crash-test [-- --seed 42 --calls 300 --kills 100]`: kills the service again and again in the middle of its work and counts what
 * came of it. `--speed`: of the clock; `--minutes`: how long it may take to finish afterwards; `--keep`: its folder and log.
 */

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    calls: { type: "string", default: "300" },
    kills: { type: "string", default: "100" },
    speed: { type: "string", default: "120" },
    minutes: { type: "string", default: "8" },
    keep: { type: "boolean", default: false },
  },
});
const [seed, calls, kills, speed, minutes] = [
  values.seed,
  values.calls,
  values.kills,
  values.speed,
  values.minutes,
].map(Number) as [number, number, number, number, number];
if (![seed, calls, kills, speed, minutes].every((value) => Number.isFinite(value) && value >= 1)) {
  console.error("--seed, --calls, --kills, --speed and --minutes are numbers from 1 on");
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), "call-quality-crash-"));
console.log(`seed ${seed}`);
const report = await runCrashTest({
  seed,
  calls,
  kills,
  speed,
  giveUpSec: minutes * 60,
  folder,
  progress: (line) => console.log(line),
});
console.log(`\n${printedReport(report)}`);
const isWell = report.problems.length === 0;
if (isWell && !values.keep) await rm(folder, { recursive: true, force: true });
else console.log(`\nWhat the service wrote, and its log, are kept in ${folder}`);
process.exit(isWell ? 0 : 1);
