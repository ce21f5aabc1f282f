import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Environment, runScript } from "../processes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-cli-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const cqa = (args: string[], env: Environment = {}) => runScript("local/cqa.mjs", args, { cwd: folder, env });

describe("cqa", () => {
  it("ends quietly when nobody reads on, as with `cqa status | head`", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../../local/cqa.mjs"), "--help"], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    const [[code], stderr] = await Promise.all([once(child, "close"), text(child.stderr)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("names every command in its help, and needs no settings for that", async () => {
    const { code, stdout, stderr } = await cqa(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of [
      "upload",
      "status",
      "redrive",
      "digest",
      "rescore",
      "try",
      "crm-setup",
      "backup",
      "restore",
      "check-store",
      "fetch-ca",
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    [
      "a stage that is none",
      ["redrive", "scoring"],
      /^scoring is no stage: ingest, transcribe, score, report$/,
    ],
    ["a file that is not there", ["upload", "нет такой.mp3"], /^нет такой\.mp3 is no file that can be read$/],
    ["a folder instead of a file", ["upload", "."], /^\. is no file that can be read$/],
    ["a day that is none", ["digest", "--day", "2026-02-30"], /a day like 2026-11-20 is expected\.$/],
    [
      "a day that is written otherwise",
      ["digest", "--day", "20.11.2026"],
      /a day like 2026-11-20 is expected\.$/,
    ],
    ["a command that is none", ["uplaod"], /^error: unknown command 'uplaod'/],
    ["a checklist that is not there", ["try", "a.json", "b.json"], /^a\.json is no file that can be read$/],
  ])("answers %s with one sentence", async (_, args, sentence) => {
    const { code, stdout, stderr } = await cqa(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.trimEnd()).toMatch(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("says which variable is malformed, and which is missing for what was asked", async () => {
    const malformed = await cqa(["status"], { TENANT: "Север" });
    expect(malformed).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^TENANT is malformed: .+\n$/),
    });
    const missing = await cqa(["digest"]);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^TELEGRAM_BOT_TOKEN is missing: .+\n$/),
    });
  });

  it("reads .env in the folder where it is started", async () => {
    await writeFile(join(folder, ".env"), "DATA_DIR=elsewhere\n");
    expect((await cqa(["status"])).code).toBe(0);
    expect(await readdir(folder)).toContain("elsewhere");
  });

  describe("started by an older Node", () => {
    const preload = "Object.defineProperty(process.versions, 'node', { value: '20.0.0' })";
    const old = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };

    it("runs on the one that the project brings, with its words, its output and its exit code", async () => {
      const fine = await cqa(["status"], old);
      expect(fine).toMatchObject({ code: 0, stderr: "" });
      expect(fine.stdout).toContain("ingest");
      const wrong = await cqa(["upload", "имя с пробелами & знаками.mp3"], old);
      expect(wrong).toMatchObject({
        code: 1,
        stdout: "",
        stderr: "имя с пробелами & знаками.mp3 is no file that can be read\n",
      });
    });

    it("leaves no command behind when it is ended", async () => {
      await writeFile(join(folder, "запись.mp3"), "sound");
      const script = join(import.meta.dirname, "../../../local/cqa.mjs");
      const child = spawn(process.execPath, [script, "upload", "--wait", "запись.mp3"], {
        cwd: folder,
        env: { PATH: process.env.PATH ?? "", ...old },
        stdio: ["ignore", "ignore", "pipe"],
      });
      await once(child.stderr, "data");
      child.kill("SIGTERM");
      // The pipe is closed only when the command behind it is gone as well.
      expect(await once(child, "close")).toEqual([1, null]);
    });
  });
});
