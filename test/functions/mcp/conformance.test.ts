import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ADMIN_TOKEN, type McpSite, mcpWorld, serveMcp } from "./mcp-world.ts";

/** The scenarios for what the server declares; the others call fixtures of the suite's own, or features that it does not have. */
const declared = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "prompts-list",
  "dns-rebinding-protection",
];
const suite = join(
  import.meta.dirname,
  "../../../node_modules/@modelcontextprotocol/conformance/dist/index.js",
);

let site: McpSite;
let folder: string;

beforeAll(async () => {
  // The suite knows no tokens.
  site = await serveMcp(mcpWorld(), { token: ADMIN_TOKEN });
  folder = await mkdtemp(join(tmpdir(), "call-quality-conformance-"));
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true, force: true });
});

it.each(declared)(
  "passes %s of the protocol's published suite",
  async (scenario) => {
    const args = [suite, "server", "--url", site.url, "--scenario", scenario];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "close");
    const [output] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await ended;
    expect(output).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/);
    expect(code).toBe(0);
  },
  30_000,
);
