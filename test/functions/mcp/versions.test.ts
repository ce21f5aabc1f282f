import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import { expect, it } from "vitest";
import { ADMIN_TOKEN, connect, type McpWorld, mcpWorld, serveMcp } from "./mcp-world.ts";

async function initialize(world: McpWorld, protocolVersion: string) {
  const clientInfo = { name: "a-test", version: "1.0.0" };
  const params = { protocolVersion, capabilities: {}, clientInfo };
  const { status, body } = await world.receive({
    headers: {
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${ADMIN_TOKEN}`,
      "content-type": "application/json",
      host: "127.0.0.1:3000",
    },
    body: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })),
  });
  expect(status).toBe(200);
  const message = /^data: (\{.*\})$/m.exec(String(body))?.[1] ?? String(body);
  return JSON.parse(message).result;
}

it.each(SUPPORTED_PROTOCOL_VERSIONS)(
  "greets an assistant that speaks the revision %s in it",
  async (version) => {
    const { protocolVersion, capabilities } = await initialize(mcpWorld(), version);
    expect(protocolVersion).toBe(version);
    expect(Object.keys(capabilities).sort()).toEqual(["completions", "prompts", "resources", "tools"]);
  },
);

it("offers an assistant that names no revision known here one that both may speak", async () => {
  const { protocolVersion } = await initialize(mcpWorld(), "2099-01-01");
  expect(SUPPORTED_PROTOCOL_VERSIONS).toContain(protocolVersion);
});

it("speaks the newest revision with whoever asks what it can, and declares the same in it", async () => {
  const site = await serveMcp(mcpWorld());
  const client = await connect(site.url, ADMIN_TOKEN, { versionNegotiation: { mode: "auto" } });
  expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
  expect(Object.keys(client.getServerCapabilities() ?? {}).sort()).toEqual([
    "completions",
    "prompts",
    "resources",
    "tools",
  ]);
  await client.close();
  await site.close();
});
