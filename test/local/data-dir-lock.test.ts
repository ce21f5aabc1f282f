import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockDataDir } from "../../local/data-dir-lock.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "call-quality-lock-"));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

it("lets one service on a folder, and the next once that one has let go", () => {
  const first = lockDataDir(dataDir);
  expect(() => lockDataDir(dataDir)).toThrow(
    expect.objectContaining({
      code: "config.data_dir_in_use",
      message:
        "another service already runs on this DATA_DIR: stop it, or give this one another DATA_DIR and PORT",
    }),
  );
  first.release();
  first.release();
  lockDataDir(dataDir).release();
});

it("makes the folder", () => {
  lockDataDir(join(dataDir, "new", "data")).release();
});

it("is not held by a killed process", async () => {
  const module = join(import.meta.dirname, "..", "..", "local", "data-dir-lock.ts");
  const script = `const { lockDataDir } = await import(process.argv[1]);
    globalThis.lock = lockDataDir(process.argv[2]);
    console.log("locked");
    setInterval(() => globalThis.lock, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script, module, dataDir]);
  await once(holder.stdout, "data");
  expect(() => lockDataDir(dataDir)).toThrow(expect.objectContaining({ code: "config.data_dir_in_use" }));
  holder.kill("SIGKILL");
  await once(holder, "exit");
  lockDataDir(dataDir).release();
});

it("says that the folder cannot be written, which is not the same as in use", async () => {
  const file = join(dataDir, "file");
  await writeFile(file, "");
  expect(() => lockDataDir(join(file, "data"))).toThrow(
    expect.objectContaining({
      code: "config.data_dir_unusable",
      message: expect.stringMatching(/^DATA_DIR /),
    }),
  );
});
