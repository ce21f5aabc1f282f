import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ConfigurationError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { tools } from "../../../functions/mcp/server.ts";
import { type Company, everyTool, putCompany } from "./every-tool.ts";
import { connect, type McpSite, type McpWorld, mcpWorld, serveMcp } from "./mcp-world.ts";

let world: McpWorld;
let site: McpSite;
let client: Client;
let company: Company;

beforeEach(async () => {
  world = mcpWorld();
  company = await putCompany(world, "2026-11-19");
  site = await serveMcp(world);
  client = await connect(site.url);
});

afterEach(async () => {
  await client.close();
  await site.close();
});

const nobody = "20261119-bitrix24-nobody";

/** One mistake that can be made with each tool, and what the assistant is told to do. */
const mistakes: readonly (readonly [tool: string, args: Record<string, unknown>, told: RegExp])[] = [
  ["list_managers", { department: "Продажи" }, /"department": list_managers takes no arguments/],
  ["search_calls", { agent: "Щукин" }, /see list_managers/],
  ["get_call", { call_id: nobody }, /take an id from search_calls/],
  ["get_transcript", { call_id: nobody }, /take an id from search_calls/],
  ["get_scorecard", { call_id: nobody, checklist_id: "first-sale" }, /both or none/],
  ["get_call_record_link", { call_id: nobody }, /take an id from search_calls/],
  [
    "transcribe_audio",
    { audio_url: "http://169.254.169.254/latest" },
    /send other recordings with score_call/,
  ],
  ["score_call", { text: "Просто слова" }, /begin each line with who speaks/],
  ["get_task", { task_id: nobody }, /unknown task: take the one that score_call returned/],
  ["rescore_call", { call_id: nobody, checklist_id: "first-sale" }, /take an id from search_calls/],
  ["agent_report", { agent: "Щукин" }, /see list_managers/],
  ["team_report", { period: "когда рак свистнет" }, /say it like «последние 2 дня»/],
  ["compare_agents", { agents: ["Руднев"] }, /agents/],
  ["find_objections", { start_date: "2026-11-20", end_date: "2026-11-19" }, /start_date is after end_date/],
  ["list_checklists", { tenant_id: "north" }, /leave tenant_id out/],
  ["get_checklist", { checklist_id: "none" }, /see list_checklists/],
  ["create_or_update_checklist", { checklist_id: "a", name: "A", criteria: [] }, /criteria/],
  ["delete_checklist", { checklist_id: "none" }, /see list_checklists/],
  ["appeal", { call_id: nobody, criterion_id: "greeting", reason: "Нет" }, /take an id from search_calls/],
  [
    "resolve_appeal",
    { call_id: nobody, criterion_id: "greeting", decision: "accept" },
    /say which one is right when you accept/,
  ],
  ["agreement_report", { checklist_id: 7 }, /checklist_id/],
];

it("knows a mistake for every tool", () => {
  expect(mistakes.map(([name]) => name).sort()).toEqual(tools.map(({ name }) => name).sort());
});

it.each(mistakes)("says with -32602 what to do about a mistake with %s %o", async (name, args, told) => {
  const asked = client.callTool({ name, arguments: args });
  await expect(asked).rejects.toMatchObject({ code: -32602, message: expect.stringMatching(told) });
  expect(world.failures).toEqual([]);
});

it("says with -32603 that we failed, by every tool, and tells nobody but the operator why [mcp:whose-mistake]", async () => {
  const fails = () => Promise.reject(new Error("a secret of the inside"));
  const broken: Store = {
    get: fails,
    put: fails,
    delete: fails,
    list: () => ({ [Symbol.asyncIterator]: () => ({ next: fails }) }),
  };
  world.ports.store = broken;
  world.ports.index = fails;
  for (const { name, arguments: args } of everyTool(company, "http")) {
    const error: { code: number; message: string } = await client.callTool({ name, arguments: args }).then(
      () => Promise.reject(new Error(`${name} answers`)),
      (thrown) => thrown,
    );
    expect([name, error.code]).toEqual([name, -32603]);
    expect(error.message, name).toContain("try again");
    expect(error.message, name).not.toContain("secret");
  }
  expect(world.failures.map(({ tool }) => tool)).toEqual(everyTool(company, "http").map(({ name }) => name));
});

it("says with its own words what only the operator can mend", async () => {
  world.ports.crm = () =>
    Promise.reject(new ConfigurationError("config.missing", "BITRIX24_WEBHOOK_URL is missing: set it"));
  const asked = client.callTool({ name: "score_call", arguments: { crm_call_id: "A1" } });
  await expect(asked).rejects.toMatchObject({
    code: -32603,
    message: expect.stringContaining("BITRIX24_WEBHOOK_URL is missing: set it (config.missing)"),
  });
});

it.each(["the settings", "the bucket"])(
  "tells nobody but the operator why resources, prompts and completion fail while %s cannot be read",
  async (what) => {
    const fails = () => Promise.reject(new Error("a secret of the inside"));
    if (what === "the settings") world.ports.settingsOf = fails;
    world.ports.index = fails;
    world.ports.store = {
      ...world.store,
      get: fails,
      list: () => ({ [Symbol.asyncIterator]: () => ({ next: fails }) }),
    };
    const { callId } = company.call;
    const complete = (
      ref: { type: "ref/resource"; uri: string } | { type: "ref/prompt"; name: string },
      name: string,
    ) => client.complete({ ref, argument: { name, value: "2" } });
    const asked: (() => Promise<unknown>)[] = [
      () => client.callTool({ name: "list_managers", arguments: {} }),
      () => client.listResources(),
      () => client.readResource({ uri: `cqa://scorecards/${callId}` }),
      () => client.readResource({ uri: `cqa://recordings/${callId}` }),
      () => complete({ type: "ref/resource", uri: "cqa://scorecards/{id}" }, "id"),
      () => complete({ type: "ref/resource", uri: "cqa://checklists/{id}" }, "id"),
      () => complete({ type: "ref/prompt", name: "development_plan" }, "agent"),
    ];
    for (const ask of asked)
      await expect(ask()).rejects.toMatchObject({
        code: -32603,
        message: expect.stringContaining("try again"),
      });
    expect(world.failures.length).toBeGreaterThanOrEqual(asked.length);
    // What needs neither is there all the same.
    expect((await client.listTools()).tools).toHaveLength(tools.length);
    expect((await client.listPrompts()).prompts).toHaveLength(3);
  },
);

it("says of an address that is none what is wrong with it", async () => {
  const asked = client.readResource({ uri: "cqa://checklists/%E0%A4%A" });
  await expect(asked).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining("percent sign"),
  });
});
