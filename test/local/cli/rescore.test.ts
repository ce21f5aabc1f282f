import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { callKey, checklistKey, publishedKey, transcriptKey } from "../../../core/bucket-layout.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { Turn } from "../../../core/transcript.ts";
import { base, closeDeps, configure } from "../../../functions/deps.ts";
import { type SandboxReply, type SandboxServer, serveSandbox } from "../../../local/sandbox/server.ts";
import { turnsFrom } from "../../core/score/transcripts.ts";
import { callJson } from "../../functions/report/report-world.ts";
import { checklistJson, transcriptOf } from "../../functions/score/score-world.ts";
import { keysUnder } from "../../functions/world.ts";
import { type Environment, runScript } from "../processes.ts";

/** `npx cqa rescore` and `npx cqa swap-roles` on a folder with calls in it and a model on this machine. */

let folder: string;
let model: SandboxServer;
let env: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-rescore-"));
  model = await serveSandbox(judge);
  env = {
    DATA_DIR: join(folder, "data"),
    LLM_BASE_URL: `${model.url}/v1`,
    LLM_API_KEY: "key",
    LLM_MODEL: "small",
  };
  configure({ env });
});

afterEach(async () => {
  closeDeps();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

/** Finds the agent's question after needs, and nothing else. */
function judge({ body }: { body: Buffer }): SandboxReply {
  const text = body.toString("utf8");
  if (text.includes("Эту запись модель не берёт"))
    return { status: 400, body: { error: { message: "too long", code: "context_length_exceeded" } } };
  const heard = text.includes("Что для вас важно");
  const evidence = heard ? [{ turn: 0, speaker: "agent", quote: "Что для вас важно" }] : [];
  const content = {
    callType: "first-sale",
    summary: "",
    clientNeed: null,
    verdicts: {
      needs: { evidence, comment: "", verdict: heard ? "met" : "not_met", level: null, advice: null },
      price: { evidence: [], comment: "", verdict: "not_applicable", level: null, advice: null },
    },
    objections: [],
    nextStep: { agreed: false, text: null },
    advice: [],
  };
  return {
    body: {
      id: "1",
      object: "chat.completion",
      model: "small",
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: JSON.stringify(content) },
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
    },
  };
}

const rules = { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]] };
const needs = { id: "needs", text: "Выяснил задачу", check: "semantic" };
const price = { id: "price", text: "Назвал цену", check: "semantic" };

async function putVersion(version: number, criteria: object[], id = "first-sale"): Promise<void> {
  await writeJson(
    base().store,
    checklistKey("default", id, version),
    checklistJson({ id, version, criteria }),
  );
}

async function putCall(callId: string, ...lines: string[]): Promise<void> {
  const turns: Turn[] = turnsFrom(...lines);
  const transcript = { ...transcriptOf(turns), callId, durationSec: turns.at(-1)?.endSec ?? 0 };
  await writeJson(base().store, callKey("default", callId), callJson(callId));
  await writeJson(base().store, transcriptKey("default", callId), transcript);
}

const cqa = (args: string[], more: Environment = {}) =>
  runScript("local/cqa.mjs", args, { cwd: folder, env: { ...env, ...more } });
const rescore = (checklist: string, ...more: string[]) =>
  cqa(["rescore", "--checklist", checklist, "--from", "2026-11-19", "--to", "2026-11-20", ...more]);

const stats = async () => {
  configure({ env });
  const found = await base().queue.stats("report");
  closeDeps();
  return found;
};

const GOOD = "20261119-upload-good";
const BAD = "20261120-upload-bad";

it("prints what a new version would change, stores it beside the old scorecards and announces nothing", async () => {
  await putVersion(1, [rules]);
  await putVersion(2, [rules, needs, price]);
  await putCall(GOOD, "Добрый день. Что для вас важно?", "К: Тишина.");
  await putCall(BAD, "Слушаю вас.", "К: Сколько стоит окно?");
  await putCall("20261121-upload-later", "Добрый день.", "К: Алло.");
  await putCall("20261120-upload-machine", "К: Оставьте сообщение после сигнала.");
  closeDeps();

  const first = await rescore("first-sale@1");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(model.requests).toEqual([]);
  const { code, stdout, stderr } = await rescore("first-sale@2");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trimEnd().split("\n")).toEqual([
    `${GOOD}  Анна Салтыкова-Щедрина  100 → 100`,
    "  needs: — → met",
    "  price: — → not_applicable",
    `${BAD}  Анна Салтыкова-Щедрина  0 → 0`,
    "  needs: — → not_met",
    "  price: — → not_applicable",
    "2 calls; 2 of them were judged now, the others had been before.",
    "Nothing was announced: run it again with --publish to show these scores in reports.",
  ]);
  expect(await stats()).toMatchObject({ visible: 0, delayed: 0 });
  configure({ env });
  const scorecards = (await keysUnder(base().store, "calls/")).filter((key) => key.includes("/scorecard/"));
  expect(scorecards.map((key) => key.split("/").slice(-3).join("/"))).toEqual([
    `${GOOD}/scorecard/first-sale@1.json`,
    `${GOOD}/scorecard/first-sale@2.json`,
    `${BAD}/scorecard/first-sale@1.json`,
    `${BAD}/scorecard/first-sale@2.json`,
  ]);
});

it("pays for a call once, and announces when it is told to", async () => {
  await putVersion(2, [needs, price]);
  await putCall(GOOD, "Что для вас важно?", "К: Тишина.");
  await putCall(BAD, "Слушаю вас.", "К: Сколько стоит окно?");
  closeDeps();
  await rescore("first-sale@2");
  expect(model.requests).toHaveLength(2);
  const published = await rescore("first-sale@2", "--publish");
  expect(model.requests).toHaveLength(2);
  expect(published.stdout.trimEnd().split("\n").slice(-2)).toEqual([
    "2 calls; 0 of them were judged now, the others had been before.",
    "Announced: reports show these scores from now on.",
  ]);
  expect(await stats()).toMatchObject({ visible: 2 });
});

it("names a call that cannot be judged and judges the others", async () => {
  await putVersion(2, [needs, price]);
  await putCall(GOOD, "Эту запись модель не берёт.", "К: Тишина.");
  await putCall(BAD, "Слушаю вас.", "К: Сколько стоит окно?");
  closeDeps();
  const { code, stdout } = await rescore("first-sale@2");
  expect(code).toBe(0);
  expect(stdout).toContain(`${GOOD}  not judged: llm.input_too_long\n`);
  expect(stdout).toContain(`${BAD}  Анна Салтыкова-Щедрина  — → 0\n`);
  expect(stdout).toContain("1 calls; 1 of them were judged now");
});

it("stops when the model refuses the key: that is no call's fault", async () => {
  await putVersion(2, [needs, price]);
  await putCall(GOOD, "Добрый день.", "К: Тишина.");
  closeDeps();
  model.fail("/v1", {
    status: 401,
    body: { error: { message: "Incorrect API key", code: "invalid_api_key" } },
  });
  const { code, stdout, stderr } = await rescore("first-sale@2");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("LLM_API_KEY");
});

it.each([
  [["--checklist", "first-sale", "--from", "2026-11-19", "--to", "2026-11-20"], "first-sale@2"],
  [
    ["--checklist", "first-sale@9", "--from", "2026-11-19", "--to", "2026-11-20"],
    "no checklist first-sale@9",
  ],
  [
    ["--checklist", "first-sale@2", "--from", "2026-11-21", "--to", "2026-11-20"],
    "--from must not be after --to",
  ],
  [["--checklist", "first-sale@2", "--from", "вчера", "--to", "2026-11-20"], "2026-11-20 is expected"],
  [["--checklist", "first-sale@2", "--from", "2026-11-19"], "--to"],
])("refuses %j and says what is wrong", async (args, says) => {
  await putVersion(2, [needs]);
  closeDeps();
  const { code, stdout, stderr } = await cqa(["rescore", ...args]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(says);
});

it("swaps the roles of a call and has it scored again", async () => {
  await putCall(GOOD, "Добрый день.", "К: Тишина.");
  await writeJson(base().store, publishedKey("default", GOOD, "scoring"), { state: "free" });
  closeDeps();
  const { code, stdout, stderr } = await cqa(["swap-roles", GOOD]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(`${GOOD}: the roles are corrected; it is scored again while the service runs\n`);
  configure({ env });
  expect(await base().queue.stats("score")).toMatchObject({ visible: 1 });
  const none = await cqa(["swap-roles", "20261120-upload-none"]);
  expect(none).toMatchObject({ code: 1, stdout: "", stderr: "20261120-upload-none has no transcript\n" });
  const voice = await cqa(["swap-roles", GOOD, "--agent-voice", "2"]);
  expect(voice).toMatchObject({ code: 1, stdout: "" });
  expect(voice.stderr).toContain("its voices were not told apart");
});
