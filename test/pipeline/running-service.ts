import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesStore } from "../../adapters/store/files.ts";
import { type Clock, fastClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";

/** Everything that a run of the service needs around it. */
export interface Stage {
  dataDir: string;
  /** Where a person drops files. */
  uploads: string;
  store: Store;
  clock: Clock;
  speed: number;
  begun: number;
  remove(): Promise<void>;
}

/** An empty data folder and a clock on which a minute passes in a second. */
export async function setStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "pipeline-test-"));
  const uploads = join(dataDir, "bucket", "uploads", "default");
  await mkdir(uploads, { recursive: true });
  const speed = 30;
  const begun = Date.now();
  return {
    dataDir,
    uploads,
    store: filesStore({ directory: join(dataDir, "bucket") }),
    clock: fastClock(speed, begun),
    speed,
    begun,
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

export interface RunningService {
  url: string;
  /** Every line that it has written to standard output or standard error so far. */
  lines(): string[];
  stop(): Promise<void>;
}

export async function startServiceChild(stage: Stage, env: Record<string, string>): Promise<RunningService> {
  const child = fork(
    join(import.meta.dirname, "service-child.ts"),
    [String(stage.speed), String(stage.begun)],
    {
      env: {
        PATH: process.env.PATH ?? "",
        // As in Lambda: one line per entry, metrics on standard output.
        POWERTOOLS_DEV: "false",
        DATA_DIR: stage.dataDir,
        PORT: "0",
        DIGEST_AT: "23:59",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => void chunks.push(chunk));
  const lines = () => Buffer.concat(chunks).toString("utf8").split("\n");
  const port = await portOf(child, lines);
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.kill("SIGTERM");
      await closed;
    },
  };
}

async function portOf(child: ChildProcess, lines: () => string[]): Promise<number> {
  const ended = once(child, "close").then(() => {
    throw new Error(`the service did not start: ${lines().join("\n")}`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message.port;
}
