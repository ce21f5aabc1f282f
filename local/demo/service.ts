import { fastClock } from "../../core/clock.ts";
import { endOnCrash } from "../crash.ts";
import { startService } from "../service.ts";

/**
 * The service of the demo: the real one, on a clock that the demo sets, so that a recording which comes five minutes late need not be waited for.
 * Arguments: the clock's speed, when it was set and, if it is not the same, what it showed then, in milliseconds.
 */
endOnCrash();
process.env.POWERTOOLS_METRICS_DISABLED = "true";
// The demo is gone: nobody needs its service.
process.on("disconnect", () => process.exit(1));
// A terminal's Ctrl-C reaches both; the demo decides.
process.on("SIGINT", () => undefined);
const [speed, startedAt, shown] = process.argv.slice(2).map(Number);
const clock = fastClock(speed ?? 1, startedAt, shown);
const service = await startService({
  env: process.env,
  clock,
  log: (line) => console.log(JSON.stringify(line)),
});
process.on("SIGTERM", () => service.stop().then(() => process.exit(0)));
process.send?.({ port: service.port });
