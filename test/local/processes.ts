import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { forkService } from "../../local/demo/service-process.ts";

/** The programs of `local/` as processes of their own, with nothing of this machine's environment but its PATH. */

const root = join(import.meta.dirname, "..", "..");

export type Environment = Record<string, string>;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Environment;
  /** A folder without `.env`. */
  cwd: string;
  /** The Node to start it with; this one when left out. */
  node?: string;
}

/** Runs a script of the project to its end. */
export async function runScript(
  script: string,
  args: readonly string[],
  { env = {}, cwd, node = process.execPath }: RunOptions,
): Promise<Ended> {
  const child = spawn(node, [join(root, script), ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await ended;
  return { code, signal, stdout, stderr };
}

export interface RunningService {
  child: ChildProcess;
  /** Where it takes webhooks. */
  webhook: string;
  url: string;
  /** Its log so far. */
  lines: Record<string, unknown>[];
  /** Resolves with the first line, logged already or to come, that fits. */
  line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Sends the signal; resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** The service on a clock that runs `speed` times as fast as the system's since `begun`, when it showed that or `shown`. */
export async function startFastService(options: {
  env: Environment;
  begun: number;
  shown?: number;
  speed?: number;
}): Promise<RunningService> {
  const { env, begun, shown = begun, speed = 30 } = options;
  return watchService(forkService({ PORT: "0", DIGEST_AT: "23:59", ...env }, speed, begun, shown));
}

/** `npm start`. */
export async function startMainService(options: {
  env: Environment;
  cwd: string;
  /** Shell commands before it. */
  before?: string;
}): Promise<RunningService> {
  const command = `${options.before ?? ":"}; exec "$0" "$1"`;
  const child = spawn("sh", ["-c", command, process.execPath, join(root, "local/main.ts")], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? "", PORT: "0", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return watchService(child);
}

async function watchService(child: ChildProcess): Promise<RunningService> {
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<{ fits(line: Record<string, unknown>): boolean; resolve(line: object): void }>();
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let complaint = "";
  const hear = (text: string) => {
    if (!text.startsWith("{")) {
      complaint += `${text}\n`;
      return;
    }
    const line = JSON.parse(text);
    lines.push(line);
    for (const one of waiting) {
      if (!one.fits(line)) continue;
      waiting.delete(one);
      one.resolve(line);
    }
  };
  // What went wrong is logged as an error, on the other stream.
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", hear);
  const line: RunningService["line"] = (fits) =>
    Promise.race([
      new Promise<Record<string, unknown>>((resolve) => {
        const found = lines.find(fits);
        if (found) resolve(found);
        else waiting.add({ fits, resolve: (given) => resolve(given as Record<string, unknown>) });
      }),
      exited.then(() => {
        throw new Error(`the service ended: ${complaint}`);
      }),
    ]);
  const { port } = await line(({ message }) => message === "the service runs");
  const url = `http://127.0.0.1:${port}`;
  return {
    child,
    url,
    webhook: `${url}/webhooks/bitrix24`,
    lines,
    line,
    async end(signal) {
      child.kill(signal);
      const [code, by] = await exited;
      return { code, signal: by };
    },
  };
}
