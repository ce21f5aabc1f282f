import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DayTime } from "./day-clock.ts";
import type { Waits } from "./queue-waits.ts";

/** What the service weighs at a moment of the system's clock. */
export interface ServiceSample {
  kind: "sample";
  atMs: number;
  rssBytes: number;
  heapBytes: number;
  /** Since it began. */
  cpuMs: number;
  /** Of its one thread since the sample before: near 1 the machine is what calls wait for. */
  busyShare: number;
  /** Of the messages that were taken since the sample before. */
  waitedSec: Waits;
}

export type ServiceReport = { kind: "started"; port: number } | ServiceSample;

/** A line of the service's log. */
export type LogLine = Record<string, unknown>;

export interface ServiceOptions {
  env: Record<string, string>;
  time: DayTime;
  reportEveryMs: number;
  onLine(line: LogLine): void;
  onSample(sample: ServiceSample): void;
}

export interface LoadService {
  url: string;
  /** Sets its clock. */
  set(time: DayTime): void;
  hasEnded(): boolean;
  /** Lets it end its work; may be called again. */
  stop(): Promise<void>;
}

/** Starts the service in a process of its own, which ends when this one ends. `LOAD_NODE_OPTIONS` reaches it, for a profile. */
export async function startLoadService(options: ServiceOptions): Promise<LoadService> {
  const { env, time, reportEveryMs, onLine, onSample } = options;
  const child = fork(join(import.meta.dirname, "service.ts"), [JSON.stringify({ time, reportEveryMs })], {
    execArgv: process.env.LOAD_NODE_OPTIONS?.split(" ") ?? [],
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // What is no JSON is Node's own complaint, and says why the service ended.
  const hear = (line: string) => (line.startsWith("{") ? onLine(JSON.parse(line)) : console.error(line));
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", hear);
  const exited = once(child, "exit");
  const { promise: started, resolve } = Promise.withResolvers<number>();
  child.on("message", (report: ServiceReport) => {
    if (report.kind === "started") resolve(report.port);
    else onSample(report);
  });
  const port = await Promise.race([
    started,
    exited.then(() => {
      throw new Error("the service ended before it had started");
    }),
  ]);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    url: `http://127.0.0.1:${port}`,
    set: (next) => void child.send(next),
    hasEnded,
    async stop() {
      if (!hasEnded()) child.kill("SIGTERM");
      await exited;
    },
  };
}
