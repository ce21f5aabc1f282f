import { performance } from "node:perf_hooks";
import type { Clock } from "../../core/clock.ts";
import { configure } from "../../functions/deps-root.ts";
import { answerParent } from "../child.ts";
import type { Asked, Told } from "./environments.ts";

/**
 * One environment of one function, as Lambda has them: a process that keeps what it has made from one run to the next. It is told what
 * time it is, and tells how much of the processor each run has used.
 */

const [file = "", name = ""] = process.argv.slice(2);
const module: Record<string, (event: unknown) => Promise<unknown>> = await import(file);
const handler = module[name]!;
let told = { atMs: 0, sinceMs: performance.now() };
const clock: Clock = {
  now: () => new Date(told.atMs + performance.now() - told.sinceMs),
  realMs: (durationMs) => durationMs,
  fromSystem: (moment) => moment,
};
const moduleCpuMs = cpuMs();

answerParent(async ({ atMs, event, env }: Asked): Promise<Told> => {
  told = { atMs, sinceMs: performance.now() };
  if (env) configure({ env, clock });
  const before = cpuMs();
  const answer = await handler(event);
  const { maxRSS } = process.resourceUsage();
  return { answer, cpuMs: cpuMs() - before, moduleCpuMs, peakRssBytes: maxRSS * 1024 };
});

/** Of all threads: the collector of garbage and the compiler work beside the first one. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
