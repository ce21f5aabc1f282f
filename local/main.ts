import { existsSync } from "node:fs";
import { ConfigurationError } from "../core/errors.ts";
import { startService } from "./service.ts";

/** `npm start`: the service with the vendors of `.env` until SIGTERM or Ctrl-C. */

if (existsSync(".env")) process.loadEnvFile(".env");
// Nobody reads CloudWatch's metric lines here; `/health` and the log have the same facts.
process.env.POWERTOOLS_METRICS_DISABLED ??= "true";

const log = (line: Record<string, unknown>) =>
  console.log(JSON.stringify({ timestamp: new Date().toISOString(), ...line }));

try {
  const service = await startService({ env: process.env, log });
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      service.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
