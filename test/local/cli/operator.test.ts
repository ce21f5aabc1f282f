import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  indexRowKey,
  sweepKey,
  transcriptKey,
  vendorHealthKey,
  waitingKey,
} from "../../../core/bucket-layout.ts";
import { dayIn } from "../../../core/call.ts";
import { CallRow } from "../../../core/call-row.ts";
import { fastClock, setClock } from "../../../core/clock.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { VendorHealth } from "../../../core/vendor-health.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { CallTranscribed } from "../../../events/call-transcribed.ts";
import { base, closeDeps, configure } from "../../../functions/deps.ts";
import type { SweepState } from "../../../functions/ingest/sweep-state.ts";
import { type SandboxPortal, startSandboxPortal } from "../../../local/sandbox/portal.ts";
import { loadScenario, type Scenario } from "../../../local/sandbox/scenario.ts";
import { type Environment, runScript, startFastService } from "../processes.ts";

/** The operator's commands on a folder with calls in it. */

const HOUR_MS = 3_600_000;

let folder: string;
let env: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-operator-"));
  env = { DATA_DIR: join(folder, "data") };
});

afterEach(async () => {
  closeDeps();
  await rm(folder, { recursive: true, force: true });
});

const cqa = (args: string[], more: Environment = {}) =>
  runScript("local/cqa.mjs", args, { cwd: folder, env: { ...env, ...more } });

const today = () => dayIn("Europe/Moscow", new Date());
const callId = (name: string) => `${today().replaceAll("-", "")}-bitrix24-${name}`;

function row(name: string, part: Partial<CallRow>): CallRow {
  return CallRow.parse({
    callId: callId(name),
    startedAt: new Date().toISOString(),
    durationSec: 60,
    direction: "incoming",
    agentId: "12",
    agentName: "Иван Петров-Водкин",
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 1,
    percent: 80,
    passed: true,
    needsReview: false,
    band: "green",
    autoFailed: false,
    worst: null,
    best: null,
    ...part,
  });
}

async function writeRows(...rows: CallRow[]): Promise<void> {
  configure({ env });
  for (const one of rows) await writeJson(base().store, indexRowKey("default", one.callId), one);
}

/** A call on which its stage failed and one on its way, a vendor without money, and what a sweep left behind. */
async function writeState(): Promise<void> {
  configure({ env });
  const { store } = base();
  const ago = (sec: number) => new Date(Date.now() - sec * 1000).toISOString();
  await writeJson(store, waitingKey("default", callId("failing")), {
    stage: "score",
    state: "failed",
    code: "TypeError",
    problem: "functions/score/judge.ts:1",
    at: ago(60),
    until: null,
  } satisfies Waiting);
  await writeJson(store, transcriptKey("default", callId("moving")), {});
  await writeJson(store, vendorHealthKey("default", "speech"), {
    vendor: "speech",
    state: "paused",
    code: "speech.no_money",
    problem: "top the account up",
    method: "start",
    since: ago(3 * 3600 + 60),
    failures: 12,
    until: ago(-899),
    tellAt: ago(3 * 3600),
    announced: true,
    recoveredAt: null,
  } satisfies VendorHealth);
  await writeJson(store, sweepKey("default"), {
    lastAt: ago(270),
    lastWholeAt: ago(270),
    wholeTookSec: 1,
    problem: null,
    counts: { found: 2, again: 1, stuck: 1 },
    stuck: ["20261120-bitrix24-X"],
  } satisfies SweepState);
}

/** Puts the bodies among the dead letters of the queue, sent two hours ago. */
async function bury(stage: string, ...bodies: string[]): Promise<void> {
  const clock = setClock(new Date(Date.now() - 2 * HOUR_MS - 60_000));
  configure({ env, clock });
  const { queue } = base();
  await queue.send(
    stage,
    bodies.map((body) => ({ body })),
  );
  for (let delivery = 0; delivery < 6; delivery += 1) {
    await queue.receive(stage, { max: 10, waitSec: 0, visibilitySec: 1 });
    clock.advance(2);
  }
  expect(await queue.stats(stage)).toMatchObject({ dead: bodies.length });
}

function transcribed(name: string, hoursAgo: number): string {
  return JSON.stringify(
    CallTranscribed.create({
      tenant: "default",
      subject: callId(name),
      time: new Date(Date.now() - hoursAgo * HOUR_MS - 60_000),
      data: { transcriptKey: "calls/default/x/transcript.json" },
    }),
  );
}

it("shows the queues, the dead letters with ages and reasons, and how today's calls ended", async () => {
  const notification = { Records: [{ s3: { object: { key: "uploads/default/Иванова.mp3" } } }] };
  await bury(
    "ingest",
    JSON.stringify(notification),
    "not JSON",
    '{"specversion":"1.0","id":"from the future"}',
  );
  await bury("score", transcribed("failing", 3), transcribed("old", 30), transcribed("ended", 4));
  await writeRows(
    row("good", {}),
    row("unsure", { needsReview: true }),
    row("ended", { status: "failed", code: "recording.not_audio", percent: null }),
    row("missed-1", { status: "skipped", code: "call.missed", percent: null }),
    row("missed-2", { status: "skipped", code: "call.missed", percent: null }),
  );
  await writeState();
  const { code, stdout, stderr } = await cqa(["status"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.split("\n").map((line) => line.trim());
  expect(lines[0]).toBe("stage          waiting         for  waiting until later     in work  dead letters");
  expect(lines.find((line) => line.startsWith("score"))).toMatch(/^score +0 +0 +0 +3$/);
  expect(lines).toEqual(
    expect.arrayContaining([
      "3 dead letters of ingest, oldest first:",
      "a notification of the bucket, sent 2 h ago",
      "a message that is not JSON, sent 2 h ago",
      "an event that this version cannot read, sent 2 h ago",
      "Once the cause is mended: npx cqa redrive ingest",
      `${callId("failing")}, call.transcribed, 3 h old, sent 2 h ago: failed 5 times; TypeError, functions/score/judge.ts:1`,
      `${callId("old")}, call.transcribed, 30 h old, sent 2 h ago: waited longer than 24 h`,
      `${callId("ended")}, call.transcribed, 4 h old, sent 2 h ago: failed 5 times; the call has ended since, failed, recording.not_audio`,
      `${today()}: 2 of 5 calls scored, 1 to review`,
      "waiting for their score: 1",
      expect.stringMatching(
        /^speech is paused for 3 h: top the account up; 12 attempts in vain, asked again in 1[45] min$/,
      ),
      expect.stringMatching(
        /looked through 4 min ago: 2 calls found whose notice was lost, 1 announced again$/,
      ),
      "1 calls do not move, though they were announced three times: 20261120-bitrix24-X",
      "not scored, not connected: 2",
      "not scored, another file instead of the recording: 1",
    ]),
  );
  // A file's name can be a client's.
  expect(stdout).not.toContain("Иванова");
});

it("shows a fresh installation", async () => {
  const { code, stdout, stderr } = await cqa(["status"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`\n${today()}: no call\n`);
  expect(stdout).toContain("The portal's statistics have not been looked through yet");
  expect(stdout).not.toContain("dead letters of");
});

it("sends the dead letters of one stage again, or of all", async () => {
  await bury("score", transcribed("a", 1), transcribed("b", 1));
  await bury("ingest", "x");
  closeDeps();
  expect(await cqa(["redrive", "score"])).toMatchObject({ code: 0, stdout: "score: 2 sent again\n" });
  const all = await cqa(["redrive"]);
  expect(all.stdout.trimEnd().split("\n")).toEqual([
    "ingest: 1 sent again",
    "transcribe: 0 sent again",
    "score: 0 sent again",
    "report: 0 sent again",
  ]);
  configure({ env });
  expect(await base().queue.stats("score")).toMatchObject({ visible: 2, dead: 0 });
});

it("refuses files whose names would never be scored, or that would replace one another, before it uploads any", async () => {
  await writeFile(join(folder, "запись.mp3"), "sound");
  await writeFile(join(folder, "запись.mp3.part"), "sou");
  const part = await cqa(["upload", "запись.mp3", "запись.mp3.part"]);
  expect(part).toMatchObject({ code: 1, stdout: "" });
  expect(part.stderr).toMatch(
    /^запись\.mp3\.part has the name of a hidden or unfinished file.+: rename it\n$/,
  );
  const twice = await cqa(["upload", "запись.mp3", "./запись.mp3"]);
  expect(twice.code).toBe(1);
  expect(twice.stderr).toMatch(/^two of the files are called запись\.mp3, .+: rename one\n$/);
  expect(await readdir(folder)).not.toContain("data");
});

it("prints the digest of today without sending it, and of a day without calls", async () => {
  await writeRows(row("good", { agentName: "Анна <b> & Ко" }));
  const printed = await cqa(["digest", "--print"]);
  expect(printed).toMatchObject({ code: 0, stderr: "" });
  expect(printed.stdout).toContain("Анна <b> & Ко");
  expect(printed.stdout).not.toMatch(/&lt;|<i>|<\/b>/);
  const empty = await cqa(["digest", "--print", "--day", "2026-01-01"]);
  expect(empty).toMatchObject({ code: 0, stderr: "" });
  expect(empty.stdout).toContain("1 января");
});

it("says so when the digest is to be sent and Telegram is off", async () => {
  const { code, stderr } = await cqa(["digest"], { TELEGRAM_BOT_TOKEN: "off" });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "TELEGRAM_BOT_TOKEN is off: the digest was not sent\n",
  });
});

it("sends the digest to Telegram every time a person asks for it", async () => {
  const portal = await startSandboxPortal(await loadScenario(), setClock(new Date()));
  try {
    await writeRows(row("good", {}));
    for (const times of [1, 2]) {
      const sent = await cqa(["digest"], portal.env);
      expect(sent).toMatchObject({ code: 0, stderr: "sent to Telegram\n" });
      expect(portal.telegram.messages).toHaveLength(times);
      const plain = portal.telegram.messages.at(-1)?.plain ?? "";
      expect(sent.stdout.trim().split("\n")[0]).toBe(plain.split("\n")[0]);
    }
    portal.telegram.fail("sendMessage", {
      status: 401,
      body: { ok: false, error_code: 401, description: "Unauthorized" },
    });
    const refused = await cqa(["digest"], portal.env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^.*TELEGRAM_BOT_TOKEN.*\n$/);
  } finally {
    await portal.close();
  }
});

it("uploads recordings, waits for their scorecards and prints them; a second time at once", {
  timeout: 60_000,
}, async () => {
  const begun = Date.now();
  const scenario = await loadScenario();
  const portal = await startSandboxPortal(scenario, fastClock(30, begun));
  // Its own calls are of a day that the sweep can still reach.
  portal.bitrix24.calls.length = 0;
  const service = await startFastService({ env: { ...portal.env, ...env }, begun });
  try {
    await uploadTwice(scenario, portal);
  } finally {
    await service.end("SIGKILL");
    await portal.close();
  }
});

async function uploadTwice(scenario: Scenario, portal: SandboxPortal): Promise<void> {
  const names = ["Звонок «Север-Окна», 50% & +1 #7.mp3", "шум.wav"];
  for (const [index, slug] of ["balcony", "noisy-road"].entries()) {
    const audio = scenario.calls.find((call) => call.slug === slug)?.audio ?? "";
    await copyFile(audio, join(folder, names[index] ?? ""));
  }
  const first = await cqa(["upload", "--wait", ...names]);
  expect(first.code).toBe(0);
  for (const name of names) {
    expect(first.stderr).toContain(`${name}: in the bucket, scored while the service runs\n`);
    expect(first.stderr).toContain(`${name}: scored, `);
  }
  expect(first.stdout.match(/"callId": "\d{8}-upload-/g)).toHaveLength(2);
  const second = await cqa(["upload", "--wait", names[0] ?? ""]);
  expect(second.code).toBe(0);
  expect(first.stdout).toContain(second.stdout.trimEnd());
  expect([...portal.saluteSpeech.started.values()]).toEqual([1, 1]);
}
