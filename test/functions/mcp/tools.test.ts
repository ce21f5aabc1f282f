import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checklistKey, publishedKey, transcriptKey } from "../../../core/bucket-layout.ts";
import { markDone } from "../../../core/claim.ts";
import { writeJson } from "../../../core/store-json.ts";
import { uploadTaskId } from "../../../functions/mcp/task.ts";
import { putRows, putScorecard, rowOf } from "../bot/bot-world.ts";
import { readObject } from "../world.ts";
import { checklist } from "./every-tool.ts";
import { connect, type McpSite, type McpWorld, mcpWorld, putCall, serveMcp } from "./mcp-world.ts";

const objections = [
  { category: "Цена", handling: "unhandled" as const, quote: "Дорого, звоните 8 912 345-67-89", startSec: 4 },
];
const low = rowOf("2026-11-19", "rudnev", 1, { percent: 40, band: "red", objections });
let world: McpWorld;
let site: McpSite;
let client: Client;

beforeEach(async () => {
  world = mcpWorld();
  await putRows(
    world,
    low,
    rowOf("2026-11-20", "rudnev", 2, { percent: 90 }),
    rowOf("2026-11-19", "petrov", 3, { percent: 55, direction: "incoming", durationSec: 500 }),
    rowOf("2026-11-18", "petrov", 4, { status: "skipped", code: "call.missed", percent: null, criteria: [] }),
  );
  await putCall(world, low);
  await putScorecard(world, low);
  await writeJson(world.store, checklistKey("default", "first-sale", 1), checklist);
  await markDone(world.store, world.clock, publishedKey("default", low.callId, "scoring"), {
    checklistId: "first-sale",
    checklistVersion: 1,
  });
  site = await serveMcp(world);
  client = await connect(site.url);
});

afterEach(async () => {
  await client.close();
  await site.close();
});

async function call(name: string, args: Record<string, unknown> = {}) {
  const { structuredContent, content } = await client.callTool({ name, arguments: args });
  // biome-ignore lint/suspicious/noExplicitAny: every tool has results of its own
  return { ...(structuredContent as any), words: (content as { text: string }[])[0]?.text ?? "" };
}

describe("search_calls", () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{ user_id: "petrov", start_date: "2026-11-19", end_date: "2026-11-19" }, ["petrov"]],
    [{ direction: "incoming" }, ["petrov"]],
    [{ min_duration_sec: 100, status: "scored" }, ["petrov"]],
    [{ max_percent: 50 }, ["rudnev"]],
    [{ status: "skipped" }, ["petrov"]],
    [{ failed_criterion: "поздоровался", agent: "Петров" }, ["petrov"]],
    [{ order: "worst", status: "scored" }, ["rudnev", "petrov", "rudnev"]],
    [{ period: "вчера", order: "worst" }, ["rudnev", "petrov"]],
    [{ text: "дорого" }, ["rudnev"]],
  ])("finds by %o", async (args, agents) => {
    const { calls } = await call("search_calls", args);
    expect(calls.map(({ user_id }: { user_id: string }) => user_id)).toEqual(agents);
  });

  it.each([{}, { max_duration_sec: 1000 }])(
    "shows every call once over its pages, asked by %o",
    async (asked) => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await call("search_calls", { ...asked, limit: 1, ...(cursor ? { cursor } : {}) });
        seen.push(...page.calls.map(({ call_id }: { call_id: string }) => call_id));
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(4);
      expect(new Set(seen).size).toBe(4);
    },
  );

  it("refuses the cursor of another question", async () => {
    const { next_cursor } = await call("search_calls", { limit: 1 });
    const other = call("search_calls", { limit: 1, direction: "outgoing", cursor: next_cursor });
    await expect(other).rejects.toMatchObject({ code: -32602 });
  });

  it("answers in short form where the whole would be too long", async () => {
    const summary = "Клиент спрашивает о цене. ".repeat(40);
    await putRows(
      world,
      ...Array.from({ length: 40 }, (_one, n) => rowOf("2026-11-17", "belova", n, { summary })),
    );
    const { calls, compact, total } = await call("search_calls", { agent: "Белова", limit: 40 });
    expect([calls.length, compact, total]).toEqual([40, true, 40]);
    expect(calls[0].summary).toBeUndefined();
  });
});

it("asks who is meant where a name fits several, with ids to choose from", async () => {
  await putRows(world, rowOf("2026-11-19", "olga", 1), rowOf("2026-11-19", "oleg", 1));
  await expect(call("search_calls", { agent: "Мельник" })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(
      /Мельник Ольга \(olga\).*Мельник Олег \(oleg\)|Мельник Олег \(oleg\).*Мельник Ольга \(olga\)/,
    ),
  });
});

it("scores a pasted conversation once, however often it is sent", async () => {
  const text = "Менеджер: Добрый день\nКлиент: Здравствуйте\nсколько стоит зал?";
  const first = await call("score_call", { text });
  const second = await call("score_call", { text });
  expect(second.task_id).toBe(first.task_id);
  expect(first.state).toBe("working");
  expect(await readObject(world.store, transcriptKey("default", first.call_id))).toMatchObject({
    turns: [{ speaker: "agent" }, { speaker: "client", text: "Здравствуйте сколько стоит зал?" }],
  });
  expect(new Set(world.sent.map(({ event }) => event.id)).size).toBe(1);
});

it("starts the pipeline for a call of the CRM, and knows how far it is", async () => {
  world.crmCalls.push({
    nativeId: "A1",
    startedAt: "2026-11-20T10:00:00+03:00",
    durationSec: 60,
    direction: "incoming",
    kind: "client",
    missed: false,
    agentId: "rudnev",
    clientPhone: null,
    line: null,
    entity: null,
    activityId: null,
    recording: null,
  });
  const task = await call("score_call", { crm_call_id: "A1" });
  expect(task).toMatchObject({ state: "working", stage: "queued", call_id: "20261120-bitrix24-A1" });
  expect(await call("get_task", { task_id: task.task_id })).toEqual({ ...task, words: expect.anything() });
  expect(world.sent.map(({ queue }) => queue)).toEqual(["ingest"]);
  await putRows(world, rowOf("2026-11-20", "A1", 0, { callId: "20261120-bitrix24-A1", percent: 81 }));
  expect(await call("get_task", { task_id: task.task_id })).toMatchObject({
    state: "completed",
    percent: 81,
  });
  await expect(call("score_call", { crm_call_id: "B2" })).rejects.toMatchObject({ code: -32602 });
  // Announced by nobody.
  const unknown = call("get_task", { task_id: "20261120-bitrix24-B2" });
  await expect(unknown).rejects.toMatchObject({ message: expect.stringContaining("unknown task") });
});

it("puts a recording where uploads are found, and takes no path for its name", async () => {
  const audio_base64 = Buffer.from("ID3 the sound").toString("base64");
  const task = await call("score_call", { file_name: "Звонок 1.mp3", audio_base64 });
  expect(task).toMatchObject({ state: "working", call_id: null });
  expect(await call("get_task", { task_id: task.task_id })).toMatchObject({ state: "working" });
  const unknown = uploadTaskId("uploads/default/mcp/0/nothing.mp3", ["etag"]);
  await expect(call("get_task", { task_id: unknown })).rejects.toMatchObject({ code: -32602 });
  const escaping = call("score_call", { file_name: "../../settings.json", audio_base64 });
  await expect(escaping).rejects.toMatchObject({ code: -32602 });
});

it("keeps a change of a checklist as a new version, and takes it out of use without touching scores", async () => {
  const criteria = [
    { criterion_id: "c1", text: "Поздоровался", check_type: "keyword", keywords: ["добрый день"] },
  ];
  const saved = await call("create_or_update_checklist", {
    checklist_id: "first-sale",
    name: "Новая",
    criteria,
  });
  expect(saved).toMatchObject({ version: 2, is_new: true, in_force: true, versions: [1, 2] });
  expect((await call("list_checklists")).checklists).toMatchObject([
    { id: "first-sale", version: 2, criteria: 1 },
  ]);
  expect(await call("delete_checklist", { checklist_id: "first-sale" })).toMatchObject({ status: "deleted" });
  expect((await call("list_checklists")).checklists).toEqual([]);
  expect(await call("get_scorecard", { call_id: low.callId })).toMatchObject({ percent: 40 });
  await call("create_or_update_checklist", { checklist_id: "first-sale", name: "Новая", criteria });
  expect((await call("list_checklists")).checklists).toMatchObject([
    { id: "first-sale", status: "published" },
  ]);
});

it("offers prompts in the company's language, and completes what is begun", async () => {
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ title }) => title)).toEqual([
    "Разбор звонка",
    "План развития менеджера",
    "Собрать чек-лист из описания",
  ]);
  const prompt = await client.getPrompt({ name: "call_review", arguments: { call_id: low.callId } });
  expect(JSON.stringify(prompt.messages)).toContain(low.callId);
  const completed = await client.complete({
    ref: { type: "ref/prompt", name: "development_plan" },
    argument: { name: "agent", value: "руд" },
  });
  expect(completed.completion.values).toEqual(["Александр Руднев"]);
  const ids = await client.complete({
    ref: { type: "ref/resource", uri: "cqa://scorecards/{id}" },
    argument: { name: "id", value: "20261119-bitrix24-r" },
  });
  expect(ids.completion.values).toEqual([low.callId]);
});
