import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process of its own for everything whose memory or processor time is measured. It answers one message at a time. */
export interface Child {
  ask<Answer>(message: object): Promise<Answer>;
  /** Ends it at once: what it leaves behind lies in a temporary folder. */
  end(): Promise<void>;
}

/** Its logs are formatted and written as in service, to nowhere. `BENCH_NODE_OPTIONS` reaches every one of them, for a profile. */
export function startChild(file: string, args: readonly string[] = []): Child {
  const child = fork(join(import.meta.dirname, file), args, {
    execArgv: process.env.BENCH_NODE_OPTIONS?.split(" ") ?? [],
    env: { PATH: process.env.PATH ?? "", POWERTOOLS_METRICS_DISABLED: "true" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return {
    async ask<Answer>(message: object) {
      const gone = new AbortController();
      try {
        const answer = once(child, "message", { signal: gone.signal });
        const exit = once(child, "exit", { signal: gone.signal }).then(() => {
          throw new Error(`${file} ended before it answered`);
        });
        child.send(message);
        const [reply] = await Promise.race([answer, exit]);
        return reply as Answer;
      } finally {
        gone.abort();
      }
    },
    end: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  // A child that is asked nicely writes its processor profile; one that holds sockets open has to be killed.
  child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
  await exit;
  clearTimeout(timer);
}

/** The child's side: answers each message with what `work` makes of it. Ends with its parent. */
export function answerParent<Message>(work: (message: Message) => Promise<object>): void {
  process.on("message", async (message) => {
    process.send?.(await work(message as Message));
  });
  process.on("disconnect", () => process.exit(0));
}
