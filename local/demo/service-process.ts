import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { VendorError } from "../../core/errors.ts";

export interface ServiceProcess {
  port: number;
  hasEnded(): boolean;
  /** Lets it end its work; may be called again. */
  stop(): Promise<void>;
}

/** The service on a clock that showed `shown` at `begun` and runs `speed` times as fast as the system's since. It sends its port once it runs. */
export function forkService(
  env: Record<string, string>,
  speed: number,
  begun: number,
  shown = begun,
): ChildProcess {
  return fork(join(import.meta.dirname, "service.ts"), [speed, begun, shown].map(String), {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

/** Starts the service as a process of its own, as it runs in earnest. It ends when this process ends, however that may happen. */
export async function startServiceProcess(options: {
  env: Record<string, string>;
  speed: number;
  begun: number;
  /** What the clock shows when it begins. */
  shown: number;
  logFile: string;
}): Promise<ServiceProcess> {
  const { env, speed, begun, shown, logFile } = options;
  const child = forkService(env, speed, begun, shown);
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const ended = once(child, "exit");
  const port = await Promise.race([
    once(child, "message").then(([message]) => Number(message.port)),
    ended.then(() => {
      throw new VendorError("demo.service_ended", `the service did not start, see ${logFile}`);
    }),
  ]);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    port,
    hasEnded,
    async stop() {
      if (!hasEnded()) child.kill("SIGTERM");
      await ended;
    },
  };
}
