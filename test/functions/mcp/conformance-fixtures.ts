import { completable, McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { HttpRequest, HttpResponse } from "../../../functions/http.ts";
import { answeringFor } from "../../../functions/mcp/answering.ts";
import { addTools, defineTool } from "../../../functions/mcp/tool.ts";
import { answerOverHttp } from "../../../functions/mcp/transport.ts";
import type { McpWorld } from "./mcp-world.ts";

/**
 * The tools, resources and prompts that the published suite calls by name, made as ours are and served by our own transport: what passes for
 * them holds for ours.
 */

const nothing = z.strictObject({});
const done = z.object({ done: z.boolean() });

const simpleText = defineTool({
  name: "test_simple_text",
  title: "Simple text",
  description: "Answers with text.",
  effects: { readOnly: true },
  input: nothing,
  output: done,
  run: async () => ({ done: true }),
  text: () => "This is a simple text response for testing.",
});

const withProgress = defineTool({
  name: "test_tool_with_progress",
  title: "Progress",
  description: "Tells how far it is.",
  effects: { readOnly: true },
  input: nothing,
  output: done,
  async run(_asked, _session, { progress }) {
    for (const at of [0, 50, 100]) await progress(at, 100, `${at} of 100`);
    return { done: true };
  },
  text: () => "done",
});

const address = z.object({ street: z.string(), city: z.string() }).meta({ id: "address" });
const withDefinitions = defineTool({
  name: "json_schema_2020_12_tool",
  title: "JSON Schema",
  description: "Tool with JSON Schema 2020-12 features",
  effects: { readOnly: true },
  input: z.strictObject({
    name: z.string().optional(),
    address: address.optional(),
    second: address.optional(),
  }),
  output: done,
  run: async () => ({ done: true }),
  text: () => "done",
});

function makeServer({ ports }: McpWorld): McpServer {
  const server = new McpServer({ name: "conformance-fixtures", version: "0.1.0" });
  const caller = { tenant: "default", isAdmin: true, baseUrl: null };
  addTools(server, [simpleText, withProgress, withDefinitions], answeringFor(caller, ports));

  const text = "This is the content of the static text resource.";
  server.registerResource(
    "text",
    "test://static-text",
    { mimeType: "text/plain" },
    async ({ href: uri }) => ({
      contents: [{ uri, mimeType: "text/plain", text }],
    }),
  );
  const blob = Buffer.from("a picture").toString("base64");
  server.registerResource(
    "binary",
    "test://static-binary",
    { mimeType: "image/png" },
    async ({ href: uri }) => ({
      contents: [{ uri, mimeType: "image/png", blob }],
    }),
  );
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { mimeType: "application/json" },
    async ({ href: uri }, { id }) => ({
      contents: [{ uri, mimeType: "application/json", text: JSON.stringify({ id }) }],
    }),
  );

  const said = (words: string) => ({
    messages: [{ role: "user" as const, content: { type: "text" as const, text: words } }],
  });
  server.registerPrompt("test_simple_prompt", { description: "A prompt" }, () =>
    said("This is a simple prompt."),
  );
  const argument = completable(z.string(), (begun) =>
    ["paris", "park", "test"].filter((one) => one.startsWith(begun)),
  );
  server.registerPrompt(
    "test_prompt_with_arguments",
    { description: "A prompt with arguments", argsSchema: z.object({ arg1: argument, arg2: z.string() }) },
    ({ arg1, arg2 }) => said(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
  );
  return server;
}

export const answerFixtures =
  (world: McpWorld) =>
  (request: HttpRequest): Promise<HttpResponse> =>
    answerOverHttp(request, () => makeServer(world));
