import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tools } from "../../../functions/mcp/server.ts";
import { putRows, putScorecard, rowOf } from "../bot/bot-world.ts";
import { connect, type McpSite, type McpWorld, mcpWorld, putCall, serveMcp } from "./mcp-world.ts";

let world: McpWorld;
let site: McpSite;
let client: Client;
const low = rowOf("2026-11-19", "rudnev", 1, { percent: 72 });
const high = rowOf("2026-11-20", "rudnev", 2, { percent: 90 });

beforeEach(async () => {
  world = mcpWorld();
  await putRows(world, low, high, rowOf("2026-11-19", "petrov", 3));
  await putCall(world, low);
  await putScorecard(world, low);
  await putScorecard(world, high);
  site = await serveMcp(world);
  client = await connect(site.url);
});

afterEach(async () => {
  await client.close();
  await site.close();
});

interface Found {
  calls: { call_id: string; percent: number }[];
}

const told = async <Content>(name: string, args: Record<string, unknown> = {}) =>
  (await call(name, args)).structuredContent as unknown as Content;
const words = async (name: string, args: Record<string, unknown>) =>
  ((await call(name, args)).content as { text: string }[])[0]?.text ?? "";
const call = (name: string, args: Record<string, unknown> = {}) => client.callTool({ name, arguments: args });

it("answers «Оцени звонки Александра Руднева за последние 2 дня», from the name to a report with its mistakes [mcp:from-name-to-mistakes]", async () => {
  const { managers } = await told<{ managers: { id: string; name: string }[] }>("list_managers");
  const user_id = managers.find(({ name }) => name === "Александр Руднев")?.id;
  expect(user_id).toBe("rudnev");

  const { calls } = await told<Found>("search_calls", { user_id, period: "последние 2 дня" });
  expect(calls.map(({ percent }) => percent)).toEqual([90, 72]);
  // By the words of the request alone it is the same.
  const asked = { agent: "Александра Руднева", period: "последние 2 дня" };
  expect((await told<Found>("search_calls", asked)).calls).toEqual(calls);

  const report: string[] = [];
  for (const { call_id } of calls) report.push(await words("get_scorecard", { call_id }));
  expect(report.map((text) => text.split("\n")[0])).toEqual([
    "90/100 — Александр Руднев, 2026-11-20 11:35 (Первая продажа, 20261120-bitrix24-rudnev.2)",
    "72/100 — Александр Руднев, 2026-11-19 10:35 (Первая продажа, 20261119-bitrix24-rudnev.1)",
  ]);
  expect(report[1]).toContain("Поздоровался и назвал себя: Не назвал ни себя, ни компанию.");
  expect(report[1]).toContain("«Алло, <слушаю> & что?» (1:14)");
  expect(report[1]).toContain("Добрый день, студия «Свет», меня зовут Дмитрий.");

  const whole = await words("agent_report", { agent: user_id, period: "последние 2 дня" });
  expect(whole).toContain("Александр Руднев");
  expect(whole).toContain("Поздоровался и назвал себя");
});

it("lists every tool with schemas of what goes in and comes out, and what it does", async () => {
  const { tools: listed } = await client.listTools();
  expect(listed.map(({ name }) => name).sort()).toEqual(tools.map(({ name }) => name).sort());
  for (const { name, inputSchema, outputSchema, annotations, description } of listed) {
    expect(inputSchema, name).toMatchObject({ type: "object", additionalProperties: false });
    expect(outputSchema, name).toMatchObject({ type: "object" });
    expect(annotations?.readOnlyHint, name).toBeTypeOf("boolean");
    expect(description?.length, name).toBeGreaterThan(20);
  }
});

describe("a mistake of the caller", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["search_calls", { agents: "Руднев" }, '"agents": search_calls takes user_id, agent, start_date'],
    ["search_calls", { min_percent: 80, max_percent: 20 }, "min_percent is above max_percent"],
    ["search_calls", { min_duration_sec: 80, max_duration_sec: 20 }, "is above max_duration_sec"],
    [
      "create_or_update_checklist",
      { checklist_id: "a", name: "A", criteria: [{ criterion_id: "a", text: "Т", check_type: "none" }] },
      "criteria.0.check_type: ",
    ],
    ["get_call", {}, "call_id is missing: Id of a call from search_calls"],
    ["compare_agents", { agents: ["Руднев", "Александр Руднев"] }, "one and the same"],
    ["search_calls", { agent: "Мельник" }, "nobody of the name"],
    ["search_calls", { agent: "Руднев", user_id: "rudnev" }, "not both"],
    ["search_calls", { period: "когда рак свистнет" }, "period: not understood"],
    ["search_calls", { start_date: "2026-13-01" }, "start_date"],
    ["search_calls", { cursor: "what" }, "cursor"],
    ["get_call", { call_id: "20261119-bitrix24-nobody" }, "there is no call"],
    ["get_call", { call_id: "../../settings" }, "there is no call"],
    ["get_transcript", { call_id: "20261119-bitrix24-nobody" }, "there is no call"],
    ["get_checklist", { checklist_id: "none" }, "there is no checklist"],
    ["get_checklist", { checklist_id: "first-sale", tenant_id: "north" }, "another company's"],
    ["transcribe_audio", { audio_url: "http://169.254.169.254/latest" }, "get_call_record_link"],
    ["score_call", {}, "one of crm_call_id"],
    ["no_such_tool", {}, "see tools/list"],
  ])("is answered by -32602 in %s %o", async (name, args, message) => {
    await expect(call(name, args)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(message),
    });
  });
});
