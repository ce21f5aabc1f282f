import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeAccessToken, revokeAccessToken } from "../../../core/access-token.ts";
import { memorySignedLinks } from "../../fakes/signed-links.ts";
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

  it("says of an address that leads nowhere that it does, not that the token is wrong", async () => {
    const { status, body } = await ask({ authorization: `Bearer ${ADMIN_TOKEN}` }, "/mcp/north/calls");
    expect([status, String(body)]).toEqual([404, expect.stringContaining("ask at /mcp or /mcp/<company>")]);
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

describe("a link to a recording", () => {
  async function followed(init: RequestInit = {}): Promise<Response> {
    const client = await clientOf(ADMIN_TOKEN);
    const asked = { name: "get_call_record_link", arguments: { call_id: row.callId } };
    const { structuredContent } = await client.callTool(asked);
    const { download_url } = structuredContent as { download_url: string };
    return fetch(download_url, { redirect: "manual", ...init });
  }

  it("leads to the bucket where it can be reached from outside, so that no audio passes through a function [mcp:large-recordings]", async () => {
    const links = memorySignedLinks(world);
    world.ports.signedLinks = () => links;
    const response = await followed();
    expect([response.status, response.headers.get("cache-control")]).toEqual([302, "private, no-store"]);
    const location = response.headers.get("location") ?? "";
    expect(await links.open(location)).toEqual({ body: "ID3 the sound", contentType: "audio/mpeg" });
    world.clock.advance(601);
    expect(await links.open(location)).toBeUndefined();
  });

  it("tells a player what it is without sending it, and under which name it is saved", async () => {
    const response = await followed({ method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${row.callId}.mp3"`);
    expect(await response.text()).toBe("");
  });

  it.each([
    ["bytes=4-6", 206, "the", "bytes 4-6/13"],
    ["bytes=8-", 206, "sound", "bytes 8-12/13"],
    ["bytes=-5", 206, "sound", "bytes 8-12/13"],
    ["bytes=0-999", 206, "ID3 the sound", "bytes 0-12/13"],
    ["bytes=13-", 416, "", "bytes */13"],
    ["bytes=-0", 416, "", "bytes */13"],
    ["bytes=6-4", 200, "ID3 the sound", null],
    ["bytes=0-1,4-5", 200, "ID3 the sound", null],
    ["seconds=1-2", 200, "ID3 the sound", null],
  ])("sends a player the part that it asks for: %s", async (range, status, body, contentRange) => {
    const response = await followed({ headers: { range } });
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get("content-range")).toBe(contentRange);
  });

  it("takes nothing but being read", async () => {
    expect((await followed({ method: "DELETE" })).status).toBe(404);
  });
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
