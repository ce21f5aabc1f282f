import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, it } from "vitest";
import { filesStore } from "../../../adapters/store/files.ts";
import { systemClock } from "../../../core/clock.ts";
import { type Company, everyTool, putCompany } from "./every-tool.ts";
import { connect, mcpWorld, serveMcp } from "./mcp-world.ts";

const program = join(import.meta.dirname, "../../../local/cli/main.ts");

/** Asks every tool that the server lists, and says all that came back, resources included. */
async function askEverything(client: Client, company: Company, way: "http" | "stdio"): Promise<string> {
  const table = everyTool(company, way);
  const { tools } = await client.listTools();
  expect(table.map(({ name }) => name).sort()).toEqual(tools.map(({ name }) => name).sort());
  const said: string[] = [];
  for (const { name, arguments: args, answers } of table) {
    const { structuredContent, content } = await client.callTool({ name, arguments: args });
    expect(structuredContent, name).toMatchObject(answers);
    expect(content, name).toEqual([{ type: "text", text: expect.stringMatching(/\S/) }]);
    said.push(JSON.stringify([structuredContent, content]));
  }
  const { resources } = await client.listResources();
  for (const { uri } of [...resources, { uri: `cqa://scorecards/${company.call.callId}` }])
    said.push(JSON.stringify(await client.readResource({ uri })));
  return said.join("\n");
}

function assertNoPhones(said: string): void {
  expect(said).toContain("[ТЕЛЕФОН_1]");
  expect(said).not.toMatch(/345-67-89|79123456789|74950001122|ivan@example/);
}

it("answers through every tool over HTTP, and no phone, e-mail or line leaves by any of them [mcp:no-phones]", async () => {
  const world = mcpWorld();
  const company = await putCompany(world, "2026-11-19");
  const site = await serveMcp(world);
  const client = await connect(site.url);
  assertNoPhones(await askEverything(client, company, "http"));
  expect(world.failures).toEqual([]);
  // The supervisor is asked as by the bot.
  expect(world.decisions).toMatchObject([{ callId: company.call.callId, criterionId: "greeting" }]);
  expect(world.appeals).toMatchObject([{ callId: company.call.callId, criterionId: "greeting" }]);
  await client.close();
  await site.close();
});

it("answers through every tool over standard input and output, and no phone, e-mail or line leaves by any of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "call-quality-every-tool-"));
  const store = filesStore({ directory: join(folder, "bucket") });
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const company = await putCompany({ store, clock: systemClock }, day);
  const env = { PATH: process.env.PATH ?? "", DATA_DIR: folder, LLM_BASE_URL: "off" };
  const client = new Client({ name: "a-test", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [program, "mcp"], cwd: folder, env }),
  );
  assertNoPhones(await askEverything(client, company, "stdio"));
  await client.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);
