import { isOwnError } from "../core/errors.ts";
import { endOnCrash } from "./crash.ts";
import { loadEnvironment } from "./environment.ts";
import { startService } from "./service.ts";

/** `npm start`: the service with the vendors of `.env` until SIGTERM or Ctrl-C. */

endOnCrash();

const log = (line: Record<string, unknown>) =>
  console.log(JSON.stringify({ timestamp: new Date().toISOString(), ...line }));

// Asked to stop while it starts, it stops as soon as it runs; asked twice, at once.
const asked = Promise.withResolvers<void>();
let times = 0;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    times += 1;
    if (times > 1) process.exit(1);
    asked.resolve();
  });
}

try {
  // The copy reads every file of a secret, so that one which cannot be read stops the service now.
  const env = { ...loadEnvironment() };
  // Nobody reads CloudWatch's metric lines here; `/health` and the log have the same facts.
  process.env.POWERTOOLS_METRICS_DISABLED ??= "true";
  const service = await startService({ env, log });
  await asked.promise;
  await service.stop();
  process.exit(0);
} catch (error) {
  // What is wrong with the environment or a host is told in one sentence; anything else is our mistake.
  if (!isOwnError(error)) throw error;
  console.error(error.message);
  process.exit(1);
}
