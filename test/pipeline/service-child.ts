import { fastClock } from "../../core/clock.ts";
import { startService } from "../../local/service.ts";

/**
 * The real service on a clock that the test sets. Arguments: the clock's speed and its start in milliseconds.
 * Its metrics stay on, so that a test sees everything that it ever prints.
 */
const [speed, startedAt] = process.argv.slice(2).map(Number);
const service = await startService({
  env: process.env,
  clock: fastClock(speed ?? 1, startedAt ?? Date.now()),
  log: (line) => console.log(JSON.stringify(line)),
});
process.send?.({ port: service.port });
process.on("SIGTERM", () => service.stop().then(() => process.exit(0)));
// The test is gone: nobody needs its service.
process.on("disconnect", () => process.exit(1));
