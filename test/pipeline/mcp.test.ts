import { readFile } from "node:fs/promises";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario, type Scenario, type ScenarioCall } from "../../local/sandbox/scenario.ts";
import { connect } from "../functions/mcp/mcp-world.ts";
import { type RunningService, type Stage, setStage, startServiceChild } from "./running-service.ts";

/** An assistant and the service as it runs in earnest, in a process of its own, against the sandbox's vendors. */

const ADMIN_TOKEN = "the-admin-token";
let stage: Stage;
let portal: SandboxPortal;
let service: RunningService;
let client: Client;
let scenario: Scenario;

beforeAll(async () => {
  stage = await setStage();
  scenario = await loadScenario();
  portal = await startSandboxPortal(scenario, stage.clock);
  // Those of the portal are another test's.
  portal.bitrix24.calls.splice(0);
  service = await startServiceChild(stage, { ...portal.env, ADMIN_TOKEN });
  client = await connect(`${service.url}/mcp`, ADMIN_TOKEN);
}, 60_000);

afterAll(async () => {
  await client?.close();
  await service?.stop();
  await portal?.close();
  await stage?.remove();
});

function callOf(slug: string): ScenarioCall {
  const call = scenario.calls.find((one) => one.slug === slug);
  if (!call) throw new Error(`the scenario has no call ${slug}`);
  return call;
}

interface Answer {
  task_id: string;
  state: string;
  call_id: string | null;
  percent: number | null;
  verdicts: { criterion_id: string; verdict: string; evidence: { quote: string }[] }[];
}

async function ask(name: string, args: Record<string, unknown>, options = {}): Promise<Answer> {
  const { structuredContent } = await client.callTool({ name, arguments: args }, options);
  return structuredContent as unknown as Answer;
}

/** The task when it is over; each question waits for it as long as an answer may take. */
async function ended(task_id: string): Promise<Answer> {
  for (;;) {
    const task = await ask("get_task", { task_id, wait_sec: 20 });
    if (task.state !== "working") return task;
  }
}

it("scores a recording that an assistant sends, and has the supervisor asked about an appeal [mcp:score-upload]", async () => {
  const audio = await readFile(callOf("cottage").audio ?? "");
  const file = { file_name: "Звонок с выставки.mp3", audio_base64: audio.toString("base64") };
  const started = await ask("score_call", file);
  expect(started).toMatchObject({ state: "working", percent: null });
  const done = await ended(started.task_id);
  expect(done).toMatchObject({ state: "completed", percent: expect.any(Number) });
  // Sent again it is the same call, and nobody pays for it twice.
  const again = await ask("score_call", file);
  expect(await ended(again.task_id)).toMatchObject({ call_id: done.call_id, percent: done.percent });
  expect([...portal.saluteSpeech.started]).toEqual([[portal.hashes.get("cottage"), 1]]);

  const call_id = done.call_id ?? "";
  const { percent, verdicts } = await ask("get_scorecard", { call_id });
  expect(percent).toBe(done.percent);
  expect(verdicts.flatMap(({ evidence }) => evidence).length).toBeGreaterThan(0);
  const missed = verdicts.find(({ verdict }) => verdict === "not_met" || verdict === "partly");
  await ask("appeal", { call_id, criterion_id: missed?.criterion_id, reason: "Это было сказано в начале" });
  const told = () =>
    portal.telegram.messages.map(({ text }) => text).filter((text) => text.includes("Возражение"));
  await expect
    .poll(told, { timeout: 20_000 })
    .toEqual([expect.stringContaining("Это было сказано в начале")]);
}, 90_000);

it("scores a conversation that was pasted, and tells an assistant that waits how far it is", async () => {
  const who = ["Менеджер", "Клиент"];
  const lines = callOf("office").segments.map(({ channel, text }) => `${who[channel]}: ${text}`);
  const told: (string | undefined)[] = [];
  const onprogress = ({ message }: { message?: string }) => void told.push(message);
  const asked = { text: lines.join("\n"), title: "Офис", wait_sec: 25 };
  const task = await ask("score_call", asked, { onprogress, timeout: 60_000 });
  expect(task).toMatchObject({ state: "completed", percent: expect.any(Number) });
  expect(task.percent).toBeGreaterThanOrEqual(90);
  expect(told.length).toBeGreaterThan(1);
}, 90_000);
