import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { putRows, rowOf } from "../bot/bot-world.ts";
import { ADMIN_TOKEN, connect, type McpSite, type McpWorld, mcpWorld, serveMcp } from "./mcp-world.ts";

const upload = rowOf("2026-11-18", "rudnev", 1, {
  startedAt: "2026-11-17T22:05:30.041Z",
  percent: 80.6,
  criteria: [{ ...rowOf("2026-11-18", "rudnev", 1).criteria[0], verdict: "not_met" }] as never,
});
const missed = rowOf("2026-11-19", "petrov", 2, {
  status: "skipped",
  code: "call.missed",
  percent: null,
  passed: null,
  band: null,
  criteria: [],
});
const later = rowOf("2026-11-20", "petrov", 3);

let world: McpWorld;
let site: McpSite;
let client: Client;

beforeEach(async () => {
  world = mcpWorld();
  await putRows(world, upload, missed, later);
  site = await serveMcp(world);
  client = await connect(site.url);
});

afterEach(async () => {
  await client.close();
  await site.close();
});

async function words(name: string, args: Record<string, unknown>): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { text: string }[])[0]?.text ?? "";
}

it("says scores and times as the company writes and lives them, whatever zone the row has", async () => {
  const lines = (await words("search_calls", { user_id: "rudnev", period: "последние 5 дней" })).split("\n");
  expect(lines[1]).toContain("80,6/100, Александр Руднев, 2026-11-18 01:05");
});

it("says in words why there is no score", async () => {
  const { callId } = missed;
  expect(await words("get_call", { call_id: callId })).toMatch(/Оценки нет: не состоялся\.$/);
  expect(await words("get_task", { task_id: callId })).toBe("Не получилось: не состоялся.");
});

it("says of criteria that were not met that they were mistakes, not that they were done", async () => {
  const text = await words("get_call", { call_id: upload.callId });
  expect(text).toMatch(/\nОшибки:\n- Поздоровался и назвал себя$/);
});

it("finds as many of the last calls as were asked for, and says no more of the others", async () => {
  const args = { period: "последние 2 звонка" };
  const { structuredContent } = await client.callTool({ name: "search_calls", arguments: args });
  expect(structuredContent).toMatchObject({ total: 2, next_cursor: null });
});

it.each(["*/*", undefined])("answers a program that accepts %s", async (accept) => {
  const { status, body } = await world.receive({
    headers: {
      ...(accept === undefined ? {} : { accept }),
      authorization: `Bearer ${ADMIN_TOKEN}`,
      "content-type": "application/json",
    },
    body: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })),
  });
  expect([status, String(body)]).toEqual([200, expect.stringContaining('"result":{}')]);
});

it("says who is above whom, and of which days nothing was found", async () => {
  await putRows(world, rowOf("2026-11-19", "rudnev", 4, { percent: 30 }));
  const args = { agents: ["Петров", "Руднев"], period: "последние 5 дней" };
  expect(await words("compare_agents", args)).toMatch(
    /\n.+: на [\d,]+ п\. (выше|ниже), чем .+( \(может быть случайно\))?\.$/,
  );
  const empty = await words("search_calls", { start_date: "2026-10-01", end_date: "2026-10-02" });
  expect(empty).toBe("С 2026-10-01 по 2026-10-02 ничего не нашлось.");
  const day = await words("search_calls", { start_date: "2026-10-01", end_date: "2026-10-01" });
  expect(day).toBe("За 2026-10-01 ничего не нашлось.");
});
