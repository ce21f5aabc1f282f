import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeAccessToken, revokeAccessToken } from "../../../core/access-token.ts";
import { putRows, putScorecard, rowOf } from "../bot/bot-world.ts";
import {
  ADMIN_TOKEN,
  connect,
  type McpSite,
  type McpWorld,
  mcpWorld,
  putCall,
  serveMcp,
} from "./mcp-world.ts";

const row = rowOf("2026-11-19", "rudnev", 1);
const list = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }));
const headers = {
  accept: "application/json, text/event-stream",
  "content-type": "application/json",
  host: "127.0.0.1:3000",
};

let world: McpWorld;
let site: McpSite;
const clients: Client[] = [];

beforeEach(async () => {
  world = mcpWorld();
  await putRows(world, row);
  await putCall(world, row);
  await putScorecard(world, row);
  site = await serveMcp(world);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await site.close();
});

async function clientOf(token: string, options = {}): Promise<Client> {
  const client = await connect(site.url, token, options);
  clients.push(client);
  return client;
}

const ask = (more: Record<string, string>, path = "/mcp") =>
  world.receive({ path, headers: { ...headers, ...more }, contentType: "application/json", body: list });

describe("the door", () => {
  it("is shut without a token, with a wrong one, and for pages of other hosts", async () => {
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: "Bearer wrong" })).status).toBe(401);
    expect((await ask({ authorization: `Basic ${ADMIN_TOKEN}` })).status).toBe(401);
    expect((await ask({ authorization: `Bearer cqa.default.${"a".repeat(43)}` })).status).toBe(401);
    const authorization = `Bearer ${ADMIN_TOKEN}`;
    expect((await ask({ authorization })).status).toBe(200);
    expect((await ask({ authorization, origin: "http://localhost:6274" })).status).toBe(200);
    expect((await ask({ authorization, origin: "https://evil.example" })).status).toBe(403);
    expect((await ask({ authorization, origin: "null" })).status).toBe(403);
  });

  it("stays shut to everybody while no token is set", async () => {
    world.ports.adminToken = undefined;
    expect((await ask({ authorization: "Bearer undefined" })).status).toBe(401);
    expect((await ask({ authorization: "Bearer " })).status).toBe(401);
  });

  it("is shut again for a token that was taken back", async () => {
    const token = await makeAccessToken(world, "default", "Claude");
    const authorization = `Bearer ${token}`;
    expect((await ask({ authorization })).status).toBe(200);
    expect((await ask({ authorization }, "/mcp/north")).status).toBe(403);
    await revokeAccessToken(world.store, token);
    expect((await ask({ authorization })).status).toBe(401);
  });
});

it("shows another company nothing, whatever ids it knows [mcp:foreign-tenant]", async () => {
  const north = await clientOf(await makeAccessToken(world, "north", "Claude"));
  const { callId } = row;
  for (const [name, args] of [
    ["get_call", { call_id: callId }],
    ["get_transcript", { call_id: callId }],
    ["get_scorecard", { call_id: callId }],
    ["get_call_record_link", { call_id: callId }],
    ["transcribe_audio", { audio_url: `cqa://recordings/${callId}` }],
    ["rescore_call", { call_id: callId, checklist_id: "first-sale" }],
    ["appeal", { call_id: callId, criterion_id: "greeting", reason: "Нет" }],
    ["resolve_appeal", { call_id: callId, criterion_id: "greeting", decision: "reject" }],
    ["agent_report", { agent: "rudnev" }],
    ["compare_agents", { agents: ["rudnev", "petrov"] }],
    ["search_calls", { agent: "rudnev" }],
    ["get_checklist", { checklist_id: "first-sale" }],
    ["delete_checklist", { checklist_id: "first-sale" }],
    ["list_checklists", { tenant_id: "default" }],
  ] as const) {
    await expect(north.callTool({ name, arguments: args }), name).rejects.toMatchObject({ code: -32602 });
  }
  const found = async (name: string, args = {}) =>
    (await north.callTool({ name, arguments: args })).structuredContent;
  expect(await found("search_calls", { user_id: "rudnev" })).toMatchObject({ calls: [], total: 0 });
  expect(await found("list_managers")).toEqual({ managers: [] });
  expect(await found("get_task", { task_id: callId })).toMatchObject({ state: "working", stage: "queued" });
  for (const uri of [`cqa://scorecards/${callId}`, `cqa://recordings/${callId}`])
    await expect(north.readResource({ uri })).rejects.toThrow();
});

it("links to a recording for an hour, for this one alone", async () => {
  const client = await clientOf(ADMIN_TOKEN);
  const linked = await client.callTool({ name: "get_call_record_link", arguments: { call_id: row.callId } });
  const { download_url } = linked.structuredContent as { download_url: string };
  const response = await fetch(download_url);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/mpeg"]);
  expect(await response.text()).toBe("ID3 the sound");
  const text = await client.callTool({ name: "transcribe_audio", arguments: { audio_url: download_url } });
  expect(text.structuredContent).toMatchObject({ status: "completed", duration_seconds: 61 });
  const forged = download_url.replace("/default/", "/north/");
  expect((await fetch(forged)).status).toBe(404);
  world.clock.advance(3601);
  expect((await fetch(download_url)).status).toBe(404);
});

it("shows what was said unmasked to the administrator who asks for it, but for phones", async () => {
  const asked = { name: "get_transcript", arguments: { call_id: row.callId, personal_data: true } };
  const { structuredContent } = await (await clientOf(ADMIN_TOKEN)).callTool(asked);
  const said = JSON.stringify(structuredContent);
  expect(said).toContain("ivan@example.com");
  expect(said).not.toContain("345-67-89");
  const other = await clientOf(await makeAccessToken(world, "default", "Claude"));
  await expect(other.callTool(asked)).rejects.toMatchObject({ code: -32602 });
});

it("speaks the current revision of the protocol as well, and holds no subscription open", async () => {
  const client = await clientOf(ADMIN_TOKEN, { versionNegotiation: { mode: "auto" } });
  const found = await client.callTool({ name: "list_managers", arguments: {} });
  expect(found.structuredContent).toMatchObject({ managers: [{ id: "rudnev" }] });
  expect(client.getServerVersion()?.name).toBe("call-quality-analyst");
  // A stream that never ends would never be answered: a function URL holds answers back until their end.
  await expect(client.listen({ toolsListChanged: true })).rejects.toThrow();
});
