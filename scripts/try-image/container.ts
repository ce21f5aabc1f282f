import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { BuiltImage } from "./build.ts";

/** Programs of a built image, with nothing of this machine but its loopback, a shell's folders, and the Node that stands for the image's. */
export interface Container {
  /** Runs a program to its end; resolves to what it printed. */
  run(command: readonly string[], why: string): Promise<string>;
  start(command: readonly string[]): Service;
}

export interface Service {
  process: ChildProcess;
  /** Resolves with the first line, logged already or to come, that fits. */
  line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

/** Whoever may change users runs it as the image does: as somebody who can write nothing but the data. */
export const imageUserId = process.getuid?.() === 0 ? 1000 : undefined;

const WITHIN_MS = 120_000;

export function container(image: BuiltImage, variables: Record<string, string>): Container {
  const env = { ...image.env, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...variables };
  const begin = ([program = "", ...args]: readonly string[]) =>
    spawn(program, args, {
      cwd: join(image.root, image.workdir),
      env,
      stdio: ["ignore", "pipe", "pipe"],
      ...(imageUserId === undefined ? {} : { uid: imageUserId, gid: imageUserId }),
    });
  return {
    async run(command, why) {
      const child = begin(command);
      const closed = once(child, "close");
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const [code] = await closed;
      if (code !== 0) throw new Error(`${why}: ended with ${code}\n${stdout}${stderr}`);
      return stdout;
    },
    start: (command) => watched(begin(command)),
  };
}

function watched(child: ChildProcess): Service {
  const lines: Record<string, unknown>[] = [];
  const others: string[] = [];
  const listeners = new Set<() => void>();
  const hear = (text: string) => {
    if (text.startsWith("{")) lines.push(JSON.parse(text));
    else others.push(text);
    for (const listen of listeners) listen();
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", hear);
  const said = () => [...others, ...lines.slice(-5).map((line) => JSON.stringify(line))].join("\n");
  const ended = once(child, "exit").then(() => {
    throw new Error(`the service ended:\n${said()}`);
  });
  // Whoever waits hears of it; an end that nobody waits for is an end in order.
  ended.catch(() => undefined);
  return {
    process: child,
    line(fits) {
      const found = new Promise<Record<string, unknown>>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`it takes too long:\n${said()}`)), WITHIN_MS);
        const look = () => {
          const line = lines.find(fits);
          if (!line) return;
          listeners.delete(look);
          clearTimeout(timer);
          resolve(line);
        };
        listeners.add(look);
        look();
      });
      return Promise.race([found, ended]);
    },
  };
}

/** What a process has weighed at the most; undefined where the system does not say. */
export async function peakMemoryBytes(processId: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
