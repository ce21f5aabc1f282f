import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lockDataDir } from "../../../local/data-dir-lock.ts";
import { playDemo } from "../../../local/demo/play.ts";
import { loadScenario, type Scenario } from "../../../local/sandbox/scenario.ts";
import { runScript } from "../processes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-demo-"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** A few calls of the day; the file under uploads/ is the recording of one of them. */
async function shortDay(): Promise<Scenario> {
  const scenario = await loadScenario();
  const slugs = ["balcony", "missed", "login-page"];
  return { ...scenario, calls: scenario.calls.filter(({ slug }) => slugs.includes(slug)) };
}

it("finds nothing wrong with a day that goes as it must, whatever an earlier run has left", {
  timeout: 60_000,
}, async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await mkdir(join(folder, "bucket", "index", "default", "2026-11-19"), { recursive: true });
  await writeFile(join(folder, "bucket", "index", "default", "2026-11-19", "old.json"), "{ not JSON");
  await writeFile(join(folder, "queues.sqlite"), "not a queue");
  expect(await playDemo({ scenario: await shortDay(), env: { PORT: "1" }, dataDir: folder })).toEqual([]);
  expect(said.mock.calls.flat().join("\n")).toContain("[4/4]");
});

it("names every result that is not what it must be", { timeout: 60_000 }, async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const scenario = await shortDay();
  for (const call of scenario.calls) {
    if (call.slug === "missed") call.expected = { outcome: "skipped", code: "call.internal" };
    if (call.expected.outcome === "scored")
      call.expected = { ...call.expected, percentFrom: 0, percentTo: 1 };
  }
  const problems = await playDemo({ scenario, env: {}, dataDir: folder });
  expect(problems).toEqual([
    expect.stringMatching(/^balcony: [\d.]+ %, expected 0–1 %$/),
    "missed: call.missed, expected call.internal",
    // The same recording under uploads/.
    expect.stringMatching(/^balcony: [\d.]+ %, expected 0–1 %$/),
  ]);
});

it("leaves no service behind when it is interrupted, keeps a second demo out meanwhile, and runs again afterwards", {
  timeout: 90_000,
}, async () => {
  const script = join(import.meta.dirname, "../../../local/demo/main.ts");
  const demo = spawn(process.execPath, [script], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(demo, "exit");
  for await (const line of createInterface(demo.stdout)) if (line.includes("calls have ended")) break;

  const second = await runScript("local/demo/main.ts", [], { cwd: folder });
  expect(second).toMatchObject({
    code: 1,
    stdout: "",
    stderr: ".data-demo is in use or cannot be written: is a demo running already?\n",
  });

  demo.kill("SIGINT");
  expect(await exited).toEqual([null, "SIGINT"]);
  await untilFree(join(folder, ".data-demo"));

  const again = await runScript("local/demo/main.ts", [], { cwd: folder });
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(again.stdout).toMatch(/Every result is as it must be\.\n$/);
});

/** The service holds the lock of its folder as long as it lives. */
async function untilFree(dataDir: string): Promise<void> {
  for (;;) {
    try {
      lockDataDir(dataDir).release();
      return;
    } catch {
      await setTimeout(50);
    }
  }
}
