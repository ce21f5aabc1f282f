import { mkdtemp, rm } from "node:fs/promises";
import { arch, availableParallelism, loadavg, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { stageNames } from "../../events/pipeline.ts";
import type { FunctionName } from "../../stacks/functions.ts";
import { median } from "../statistics.ts";
import { aligned } from "../table.ts";
import { type ColdStart, measureColdStarts } from "./measure.ts";

/** `npm run bench:cold`: what each function's cold start reads, and how long that takes beside a handler that does nothing. */

const ROUNDS = 15;
/** Packages with less in every function are summed up. */
const LARGE_BYTES = 9_000;

interface Goal {
  kilobytes: number;
  ms: number;
}

const goalOfStages: Goal = { kilobytes: 900, ms: 120 };
const goals: Partial<Record<FunctionName, Goal>> = {
  webhook: { kilobytes: 300, ms: 60 },
  ...Object.fromEntries(stageNames.map((stage) => [stage, goalOfStages])),
};

const startedAt = performance.now();
const [busy = 0] = loadavg();
const folder = await mkdtemp(join(tmpdir(), "bench-cold-"));
try {
  const { functions, empty } = await measureColdStarts(folder, ROUNDS);
  const headings = ["function", "KB read", "KB in all", "import ms", "CPU ms", "goal", ""];
  console.log(aligned([headings, ...functions.map(line)], (column) => column === 0 || column > 4));
  console.log();
  console.log(aligned(packagesOf(functions.filter(({ name }) => goals[name])), (column) => column === 0));
  console.log();
  console.log(
    `an empty handler: ${median(empty.map(({ ms }) => ms)).toFixed(1)} ms; medians of ${ROUNDS} fresh processes each, in turns; tracing on, as in the cloud`,
  );
  const tookSec = (performance.now() - startedAt) / 1000;
  console.log(
    `${availableParallelism()} cores, ${busy.toFixed(2)} busy before, Node ${process.versions.node}, ${platform()} ${arch()}; took ${tookSec.toFixed(0)} s`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

function line({ name, readBytes, allBytes, imports }: ColdStart): string[] {
  const ms = median(imports.map((one) => one.ms));
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);
  const goal = goals[name];
  return [
    name,
    kilobytes(readBytes),
    kilobytes(allBytes),
    ms.toFixed(0),
    median(imports.map(({ cpuMs }) => cpuMs)).toFixed(0),
    goal ? `≤ ${goal.kilobytes} KB ${verdict(readBytes / 1000 <= goal.kilobytes)}` : "",
    goal ? `≤ ${goal.ms} ms ${verdict(ms <= goal.ms)}` : "",
  ];
}

/** What a start reads without the tracer, by the packages that are the largest. */
function packagesOf(measured: readonly ColdStart[]): string[][] {
  const most = (name: string) => Math.max(...measured.map(({ byPackage }) => byPackage.get(name) ?? 0));
  const names = [...new Set(measured.flatMap(({ byPackage }) => [...byPackage.keys()]))];
  const large = names.filter((name) => name !== "" && most(name) >= LARGE_BYTES);
  large.sort((one, other) => most(other) - most(one));
  const row = (title: string, bytesIn: (one: ColdStart) => number) => [
    title,
    ...measured.map((one) => (bytesIn(one) === 0 ? "" : (bytesIn(one) / 1000).toFixed(0))),
  ];
  const shown = new Set(["", ...large]);
  const rest = ({ byPackage }: ColdStart) =>
    [...byPackage].reduce((sum, [name, bytes]) => sum + (shown.has(name) ? 0 : bytes), 0);
  return [
    ["KB before the tracer", ...measured.map(({ name }) => name)],
    row("our own", ({ byPackage }) => byPackage.get("") ?? 0),
    ...large.map((name) => row(name, ({ byPackage }) => byPackage.get(name) ?? 0)),
    row("smaller ones", rest),
  ];
}

function verdict(isMet: boolean): string {
  return isMet ? "met" : "MISSED";
}
