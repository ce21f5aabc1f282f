import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { base, closeDeps, configure } from "../../../functions/deps.ts";
import {
  type Bitrix24Sandbox,
  type SandboxCall,
  startBitrix24Sandbox,
} from "../../../local/sandbox/bitrix24.ts";
import { type Environment, runScript } from "../processes.ts";

/** `npx cqa backfill` as a process, against a portal with sixty calls on one day in March. */

const DAYS = ["--from", "2026-03-01", "--to", "2026-03-02"];
const COUNT = 60;

let folder: string;
let portal: Bitrix24Sandbox;
let env: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-backfill-"));
  portal = await startBitrix24Sandbox({ calls: Array.from({ length: COUNT }, (_, n) => call(n)) });
  env = { BITRIX24_WEBHOOK_URL: portal.webhookUrl, DATA_DIR: join(folder, "data") };
});

afterEach(async () => {
  closeDeps();
  await portal.close();
  await rm(folder, { recursive: true, force: true });
});

function call(n: number): SandboxCall {
  return {
    nativeId: `CALL.${n}`,
    callType: "2",
    startedAt: `2026-03-01T12:${String(n).padStart(2, "0")}:00+03:00`,
    durationSec: 60,
    failedCode: "200",
    agentId: "11",
    phone: "+79990000101",
    line: "reg100001",
  };
}

const cqa = (args: string[]) => runScript("local/cqa.mjs", ["backfill", ...args], { cwd: folder, env });

async function queued(): Promise<number> {
  configure({ env });
  return (await base().queue.stats("ingest")).visible;
}

it("stops at twenty calls in line, ends at Ctrl-C, says how to go on, and goes on there [backfill:resume]", {
  timeout: 60_000,
}, async () => {
  const script = join(import.meta.dirname, "../../../local/cqa.mjs");
  const child = spawn(process.execPath, [script, "backfill", ...DAYS, "--rate", "6000"], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const stdout = text(child.stdout);
  let told = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (told.includes("Waiting: ")) resolve();
    });
    child.on("close", () => reject(new Error(`it ended: ${told}`)));
  });
  child.kill("SIGINT");
  expect(await closed).toEqual([130, null]);
  expect(told).toContain(
    "2026-03-01: 60 calls, 0 of them known; 60 to announce, of which 60 are to be scored, 60 min of sound\n",
  );
  expect(told).toContain("Waiting: 21 calls are in line, and live ones are not to wait behind past ones\n");
  expect(await stdout).toBe(
    "60 calls found: 21 announced now, 0 known before.\nTo be scored: 60 calls, 60 min of sound.\nStopped. The same command goes on from here.\n",
  );
  expect(await queued()).toBe(21);

  const messages = [];
  while (messages.length < 21) {
    const some = await base().queue.receive("ingest", { max: 10, waitSec: 0, visibilitySec: 600 });
    messages.push(...some);
  }
  await base().queue.delete(
    "ingest",
    messages.map(({ handle }) => handle),
  );
  portal.calls.splice(40);
  closeDeps();
  const ended = await cqa([...DAYS, "--rate", "6000"]);
  expect(ended).toMatchObject({
    code: 0,
    stdout: "40 calls found: 19 announced now, 21 known before.\nTo be scored: 19 calls, 19 min of sound.\n",
  });
  expect(await queued()).toBe(19);
});

it.each([
  [
    "days in the wrong order",
    ["--from", "2026-03-02", "--to", "2026-03-01"],
    "--from must not be after --to",
  ],
  [
    "a day that is yet to come",
    ["--from", "2026-03-02", "--to", "2999-01-01"],
    "--to must not be after today",
  ],
  ["more than a year", ["--from", "2020-03-02", "--to", "2026-03-01"], "at most 366 days at once, not 2191"],
  ["a rate of nothing", [...DAYS, "--rate", "0"], "above 0"],
  ["no day at all", ["--from", "yesterday", "--to", "2026-03-01"], "a day like 2026-11-20 is expected"],
])("refuses %s in a sentence", async (_, args, sentence) => {
  const { code, stdout, stderr } = await cqa(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(sentence);
});

it("refuses days of which nothing would be kept, before the portal is asked", {
  timeout: 60_000,
}, async () => {
  env = { ...env, RETENTION_DAYS: "30" };
  const { stderr, code } = await cqa(DAYS);
  expect(stderr).toContain("by RETENTION_DAYS nothing is kept of calls until");
  expect(code).not.toBe(0);
  expect(await queued()).toBe(0);
});
