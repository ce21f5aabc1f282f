import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesStore } from "../../../adapters/store/files.ts";
import { readText } from "../../../core/store-json.ts";
import { keysOf } from "../../store/conformance-lists.ts";
import { leftovers } from "./files-leftovers.ts";

const script = join(import.meta.dirname, "files-child.ts");

describe("filesStore between processes", { timeout: 60_000 }, () => {
  let directory: string;
  let children: Child[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "store-"));
  });
  afterEach(async () => {
    for (const { kill } of children) await kill();
    children = [];
    await rm(directory, { recursive: true, force: true });
  });

  function start(task: string, detail = "", limit = ""): Child {
    const command = [process.execPath, script, task, directory, detail];
    const child = startChild(limit ? ["sh", "-c", `${limit}; exec "$0" "$@"`, ...command] : command);
    children.push(child);
    return child;
  }

  async function race(task: string): Promise<unknown[]> {
    const racers = ["a", "b", "c", "d"].map((name) => start(task, name));
    for (const racer of racers) expect(await racer.line()).toBe("ready");
    for (const racer of racers) racer.go();
    return Promise.all(racers.map((racer) => racer.line()));
  }

  it("lets exactly one of four processes create each object", async () => {
    const won = (await race("claim")) as number[][];
    expect(won.flat().sort((one, other) => one - other)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    const store = filesStore({ directory });
    for (const [racer, rounds] of won.entries())
      for (const n of rounds) expect(await readText(store, `claims/${n}`)).toBe("abcd"[racer]);
  });

  it("loses no step when four processes count by replacing what they read", async () => {
    const store = filesStore({ directory });
    await store.put("counter", "0");
    await race("count");
    expect(await readText(store, "counter")).toBe("160");
  });

  it("bears folders that vanish and come again under its writers", async () => {
    expect(await race("churn")).toEqual(["churned", "churned", "churned", "churned"]);
    expect(await keysOf(filesStore({ directory }), "")).toEqual([]);
  });

  it("shows nothing of an object whose writer was killed, and removes what it left", async () => {
    const writer = start("hang");
    expect(await writer.line()).toBe("writing");
    const store = filesStore({ directory });
    // A writer that is at work keeps its file.
    expect(await keysOf(store, "")).toEqual([]);
    expect(await leftovers(directory)).toBe(1);
    await writer.kill();
    expect(await leftovers(directory)).toBe(1);
    const next = filesStore({ directory });
    expect(await next.get("calls/recording.mp3")).toBeUndefined();
    expect(await leftovers(directory)).toBe(0);
    expect(await keysOf(next, "")).toEqual([]);
  });

  it("is neither blocked nor broken by writers that are killed at any moment", async () => {
    const store = filesStore({ directory });
    for (const name of ["a", "b", "c", "d", "e"]) {
      const writer = start("kill-in-lock", name);
      expect(await writer.line()).toBe("writing");
      await Promise.all([writer.kill(), store.put("mine", name)]);
      const words = (await readText(store, "hot"))!.trim().split(" ");
      expect(words).toHaveLength(6000);
      expect(new Set(words).size).toBe(2);
      expect(await readText(store, "mine")).toBe(name);
    }
  });

  it("leaves nothing of an object for which there is no space", async () => {
    // In blocks of 512 bytes; without the trap the system would end the process instead of failing the write.
    const child = start("full-disk", "", "trap '' XFSZ; ulimit -f 2048");
    expect(await child.line()).toMatchObject({
      code: "store.disk_full",
      message: "the disk that holds DATA_DIR is full: free some space",
      small: { written: true },
    });
    const store = filesStore({ directory });
    expect(await keysOf(store, "")).toEqual(["calls/call.json"]);
    expect(await leftovers(directory)).toBe(0);
  });

  it("writes and reads 100 MB within 80 MB of memory", async () => {
    const result = (await start("memory", "100000000").line()) as { readBytes: number; extraMb: number };
    expect(result.readBytes).toBe(100_000_000);
    expect(result.extraMb).toBeLessThan(80);
  });
});

interface Child {
  /** The next line that it prints, parsed. */
  line(): Promise<unknown>;
  go(): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

function startChild([command = "", ...args]: string[]): Child {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error("the other process ended without an answer");
      return JSON.parse(next.value);
    },
    go: () => void child.stdin.write("go\n"),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
