import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type FunctionName, functions } from "../../stacks/functions.ts";
import type { LogCounter } from "./log-counter.ts";

/** What an environment is asked: to handle an event at a moment; `env` makes it start afresh, as a new one does. */
export interface Asked {
  atMs: number;
  event: unknown;
  env?: Record<string, string>;
}

export interface Told {
  answer: unknown;
  /** Of the run alone. */
  cpuMs: number;
  /** What the process used before its first run, to load its modules. */
  moduleCpuMs: number;
  peakRssBytes: number;
}

interface Environment {
  ask(asked: Asked): Promise<Told>;
  end(): Promise<void>;
  /** On the clock of the play. */
  busyUntilMs: number;
}

export interface Run extends Told {
  isCold: boolean;
  /** From the moment on which the environment is busy. */
  free(atMs: number): void;
}

/** How long Lambda keeps an environment that has nothing to do. It does not say; minutes are what is seen. */
const KEPT_SEC = 600;
const ROOT = join(import.meta.dirname, "..", "..");

/** The environments of one function, each for one run at a time: the one that worked last is asked first, and a new one when all are busy. */
export function environmentsOf(
  name: FunctionName,
  { env, most, log }: { env: Record<string, string>; most: number; log: LogCounter },
) {
  const environments: Environment[] = [];

  /** When a run could begin that is due at `dueMs`. */
  function freeAt(dueMs: number): number {
    if (environments.length < most) return dueMs;
    return Math.max(dueMs, Math.min(...environments.map(({ busyUntilMs }) => busyUntilMs)));
  }

  async function run(atMs: number, event: unknown): Promise<Run> {
    const idle = environments
      .filter(({ busyUntilMs }) => busyUntilMs <= atMs)
      .sort((one, other) => other.busyUntilMs - one.busyUntilMs)[0];
    const environment = idle ?? start(name, log);
    if (!idle) environments.push(environment);
    const isCold = !idle || atMs - idle.busyUntilMs > KEPT_SEC * 1000;
    const told = await environment.ask({ atMs, event, ...(isCold ? { env } : {}) });
    return {
      ...told,
      isCold,
      free(untilMs) {
        environment.busyUntilMs = untilMs;
      },
    };
  }

  return {
    freeAt,
    run,
    end: async () => void (await Promise.all(environments.map((environment) => environment.end()))),
  };
}

function start(name: FunctionName, log: LogCounter): Environment {
  const [path, handler = "handler"] = functions[name].handler.split(/\.(?=[^.]+$)/);
  const child = fork(join(import.meta.dirname, "environment.ts"), [join(ROOT, `${path}.ts`), handler], {
    // As on Lambda, whose runtime formats nothing and samples nothing.
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  log.listen(name, child);
  const exited = once(child, "exit");
  return {
    busyUntilMs: 0,
    async ask(asked) {
      const gone = new AbortController();
      try {
        const told = once(child, "message", { signal: gone.signal });
        child.send(asked);
        const [reply] = await Promise.race([
          told,
          exited.then(() => {
            throw new Error(`${name} ended before it answered: ${log.complaints().join("\n")}`);
          }),
        ]);
        return reply as Told;
      } finally {
        gone.abort();
      }
    },
    async end() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
