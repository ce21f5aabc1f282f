import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, beforeEach, expect, it } from "vitest";
import { filesStore } from "../../../adapters/store/files.ts";
import { indexRowKey } from "../../../core/bucket-layout.ts";
import { writeJson } from "../../../core/store-json.ts";
import { tools } from "../../../functions/mcp/server.ts";
import { rowOf } from "../../functions/bot/bot-world.ts";
import { runScript } from "../processes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-mcp-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it("answers an assistant over standard input and output, in both revisions of the protocol", async () => {
  const day = new Date().toISOString().slice(0, 10);
  const store = filesStore({ directory: join(folder, "bucket") });
  const row = rowOf(day, "rudnev", 1);
  await writeJson(store, indexRowKey("default", row.callId), row);
  for (const mode of ["legacy", "auto"] as const) {
    const client = new Client({ name: "a-test", version: "1.0.0" }, { versionNegotiation: { mode } });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(root, "local/cli/main.ts"), "mcp"],
        cwd: folder,
        env: { PATH: process.env.PATH ?? "", DATA_DIR: folder, TIME_ZONE: "UTC" },
      }),
    );
    expect((await client.listTools()).tools, mode).toHaveLength(tools.length);
    const found = await client.callTool({ name: "search_calls", arguments: { agent: "Рудневу" } });
    expect(found.structuredContent, mode).toMatchObject({ total: 1, calls: [{ call_id: row.callId }] });
    await client.close();
  }
}, 60_000);

it("is started by an assistant wherever that runs, as docs/mcp.md has it", async () => {
  const client = new Client({ name: "a-test", version: "1.0.0" });
  const docs = await readFile(join(root, "docs/mcp.md"), "utf8");
  const [, settings = "{}"] = /```json\n(.*?)```/s.exec(docs) ?? [];
  const { command, args } = JSON.parse(settings).mcpServers.calls;
  await client.connect(
    new StdioClientTransport({
      command,
      args: args.map((arg: string) => arg.replace("/path/to/call-quality-analyst", root)),
      // Assistants start programs in a folder of their own.
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", DATA_DIR: folder },
    }),
  );
  expect((await client.listTools()).tools).toHaveLength(tools.length);
  await client.close();
}, 60_000);

it("gives out a token once and takes it back", async () => {
  const env = { DATA_DIR: folder };
  const cqa = (...args: string[]) => runScript("local/cli/main.ts", args, { cwd: folder, env });
  const token = (await cqa("mcp-token", "Claude")).stdout.trim();
  expect(token).toMatch(/^cqa\.default\.[\w-]{43}$/);
  expect((await cqa("mcp-token", "--revoke", token)).code).toBe(0);
  const again = await cqa("mcp-token", "--revoke", token);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("there is no such token")]);
}, 60_000);
