import { base } from "../../functions/deps.ts";
import { startService } from "../../local/service.ts";
import { type DayTime, dayClock } from "./day-clock.ts";
import { watchWaits } from "./queue-waits.ts";
import type { ServiceOptions, ServiceReport } from "./service-process.ts";

/** The service under load: the real one, on the day's clock, which reports what it weighs and how long its messages have waited. */

process.env.POWERTOOLS_METRICS_DISABLED = "true";
process.on("disconnect", () => process.exit(1));
// A terminal's Ctrl-C reaches both processes; the one that measures decides.
process.on("SIGINT", () => undefined);

const { time, reportEveryMs }: Pick<ServiceOptions, "time" | "reportEveryMs"> = JSON.parse(
  process.argv[2] ?? "",
);
const clock = dayClock(time);
process.on("message", (next) => clock.set(next as DayTime));
const service = await startService({
  env: process.env,
  clock,
  log: (line) => console.log(JSON.stringify(line)),
});
const waits = watchWaits(base().queue, clock);
let loop = performance.eventLoopUtilization();
const send = (report: ServiceReport) => process.send?.(report);

setInterval(() => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { utilization } = performance.eventLoopUtilization(loop);
  loop = performance.eventLoopUtilization();
  send({
    kind: "sample",
    atMs: Date.now(),
    rssBytes: rss,
    heapBytes: heapUsed,
    cpuMs: (user + system) / 1000,
    busyShare: utilization,
    waitedSec: waits.take(),
  });
}, reportEveryMs);
process.on("SIGTERM", () => service.stop().then(() => process.exit(0)));
send({ kind: "started", port: service.port });
