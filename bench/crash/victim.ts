import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { forkService } from "../../local/demo/service-process.ts";

export type LogLine = Record<string, unknown>;

/** The service as a process that is there to be killed. */
export interface Victim {
  /** Resolves with its address once it says that it runs; undefined when it ended before. */
  runs: Promise<string | undefined>;
  /** Ends it by the signal; resolves when it is gone. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  hasEnded(): boolean;
}

export interface VictimOptions {
  env: Record<string, string>;
  speed: number;
  begun: number;
  logFile: string;
  onLine(line: LogLine): void;
}

export function startVictim({ env, speed, begun, logFile, onLine }: VictimOptions): Victim {
  const child = forkService(env, speed, begun);
  const hear = (text: string) => {
    appendFileSync(logFile, `${text}\n`);
    const line = readLine(text);
    if (line) onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", hear);
  const exited = once(child, "exit");
  const closed = once(child, "close");
  return {
    runs: Promise.race([
      once(child, "message").then(([message]) => `http://127.0.0.1:${message.port}`),
      exited.then(() => undefined),
    ]),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async end(signal) {
      child.kill(signal);
      await closed;
    },
  };
}

/** Undefined of a line that the kill cut off. What is no JSON at all is Node's own complaint. */
function readLine(text: string): LogLine | undefined {
  if (!text.startsWith("{")) return { level: "ERROR", message: text };
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
