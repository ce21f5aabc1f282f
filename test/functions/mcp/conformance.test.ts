import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerFixtures } from "./conformance-fixtures.ts";
import { ADMIN_TOKEN, type McpSite, mcpWorld, serve, serveMcp } from "./mcp-world.ts";

/** Those that any server can be asked. */
const byProduct = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "prompts-list",
  "dns-rebinding-protection",
];
/** Those that call tools, resources and prompts of given names. */
const byFixtures = [
  "completion-complete",
  "tools-call-simple-text",
  "tools-call-with-progress",
  "json-schema-2020-12",
  "resources-read-text",
  "resources-read-binary",
  "resources-templates-read",
  "prompts-get-simple",
  "prompts-get-with-args",
];
const onlyText = "tools answer with text and structured content alone";
const notDeclared = "a feature that the server does not declare";
const noSession = "a server without state keeps no stream to come back to, and asks the assistant nothing";
/** Why the others are left out. */
const leftOut: Readonly<Record<string, string>> = {
  "logging-set-level": notDeclared,
  "tools-call-with-logging": notDeclared,
  "resources-subscribe": notDeclared,
  "resources-unsubscribe": notDeclared,
  "tools-call-image": onlyText,
  "tools-call-audio": onlyText,
  "tools-call-embedded-resource": onlyText,
  "tools-call-mixed-content": onlyText,
  "tools-call-error":
    "what a tool throws is an error of the protocol (-32602, -32603), not a result with isError",
  "tools-call-sampling": noSession,
  "tools-call-elicitation": noSession,
  "elicitation-sep1034-defaults": noSession,
  "elicitation-sep1330-enums": noSession,
  "server-sse-polling": noSession,
  "server-sse-multiple-streams": noSession,
  "prompts-get-embedded-resource": "prompts are text",
  "prompts-get-with-image": "prompts are text",
};

const suite = join(
  import.meta.dirname,
  "../../../node_modules/@modelcontextprotocol/conformance/dist/index.js",
);

let product: McpSite;
let fixtures: McpSite;
let folder: string;

beforeAll(async () => {
  // The suite knows no tokens.
  product = await serveMcp(mcpWorld(), { token: ADMIN_TOKEN });
  fixtures = await serve(answerFixtures(mcpWorld()));
  folder = await mkdtemp(join(tmpdir(), "call-quality-conformance-"));
});

afterAll(async () => {
  await Promise.all([product.close(), fixtures.close()]);
  await rm(folder, { recursive: true, force: true });
});

async function runSuite(...args: string[]): Promise<{ output: string; code: number }> {
  const child = spawn(process.execPath, [suite, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  const [output] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { output, code };
}

it("knows every scenario of the published suite, and why it leaves one out", async () => {
  const { output } = await runSuite("list", "--server");
  const listed = [...output.matchAll(/^\s+- ([a-z0-9-]+) \[/gm)].map(([, name]) => name);
  expect(listed.length).toBeGreaterThan(25);
  expect([...byProduct, ...byFixtures, ...Object.keys(leftOut)].sort()).toEqual(listed.sort());
}, 30_000);

it.each([
  ...byProduct.map((scenario) => [scenario, () => product] as const),
  ...byFixtures.map((scenario) => [scenario, () => fixtures] as const),
])(
  "passes %s of the protocol's published suite",
  async (scenario, site) => {
    const { output, code } = await runSuite("server", "--url", site().url, "--scenario", scenario);
    expect(output).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/);
    expect(code).toBe(0);
  },
  30_000,
);
