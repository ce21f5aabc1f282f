import type { Client } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeAccessToken } from "../../../core/access-token.ts";
import { checklistKey } from "../../../core/bucket-layout.ts";
import { appeal } from "../../../core/review.ts";
import { writeJson } from "../../../core/store-json.ts";
import { tools } from "../../../functions/mcp/server.ts";
import { uploadTaskId } from "../../../functions/mcp/task.ts";
import { type Company, checklist, putCompany } from "./every-tool.ts";
import { connect, type McpSite, type McpWorld, mcpWorld, serveMcp } from "./mcp-world.ts";

let world: McpWorld;
let site: McpSite;
let company: Company;
/** The assistant of the company that has calls, and that of another one, which has one checklist and nothing else. */
let own: Client;
let north: Client;

beforeEach(async () => {
  world = mcpWorld();
  company = await putCompany(world, "2026-11-19");
  const { callId } = company.call;
  const by = { role: "supervisor", id: null, name: null } as const;
  await appeal(world.ports, { tenant: "default", callId, criterionId: "greeting", reason: "Назвал", by });
  await writeJson(world.store, checklistKey("default", "secret", 1), { ...checklist, id: "secret" });
  await writeJson(world.store, checklistKey("north", "own", 1), { ...checklist, id: "own" });
  site = await serveMcp(world);
  own = await connect(site.url);
  north = await connect(site.url, await makeAccessToken(world, "north", "Claude"));
});

afterEach(async () => {
  await Promise.all([own.close(), north.close()]);
  await site.close();
});

/** Arguments that name nothing that somebody could own. */
const plain =
  /^(start_date|end_date|period|status|direction|min_.*|max_.*|text|order|limit|from_turn|personal_data|enable_.*|expected_.*|file_name|audio_base64|title|wait_sec|publish|category|handling|name|criteria|decision|verdict|reason|comment|.*version)$/;
const refused = "refused";

type Asked = readonly [tool: string, argument: string, more: Record<string, unknown>, answer: unknown];

/** Every argument that names something, with the name of something that the other company has. */
const named: readonly Asked[] = [
  ["search_calls", "user_id", {}, { calls: [], total: 0 }],
  ["search_calls", "agent", {}, refused],
  ["search_calls", "failed_criterion", {}, { calls: [], total: 0 }],
  ["search_calls", "checklist_id", {}, { calls: [], total: 0 }],
  ["search_calls", "cursor", { limit: 1 }, refused],
  ["get_call", "call_id", {}, refused],
  ["get_transcript", "call_id", {}, refused],
  ["get_scorecard", "call_id", {}, refused],
  ["get_scorecard", "checklist_id", { checklist_version: 1 }, refused],
  ["get_call_record_link", "call_id", {}, refused],
  ["transcribe_audio", "audio_url", {}, refused],
  ["score_call", "crm_call_id", {}, refused],
  ["get_task", "task_id", {}, refused],
  ["rescore_call", "call_id", { checklist_id: "own" }, refused],
  ["rescore_call", "checklist_id", {}, refused],
  ["agent_report", "agent", {}, refused],
  ["compare_agents", "agents", {}, refused],
  ["find_objections", "agent", {}, refused],
  ["list_checklists", "tenant_id", {}, refused],
  ["get_checklist", "tenant_id", { checklist_id: "own" }, refused],
  ["get_checklist", "checklist_id", {}, refused],
  ["create_or_update_checklist", "tenant_id", { checklist_id: "own", name: "Своя" }, refused],
  // Of the same name it is a checklist of his own.
  ["create_or_update_checklist", "checklist_id", { name: "Своя" }, { versions: [1], is_new: true }],
  ["delete_checklist", "tenant_id", { checklist_id: "own" }, refused],
  ["delete_checklist", "checklist_id", {}, refused],
  ["appeal", "call_id", { criterion_id: "greeting", reason: "Нет" }, refused],
  ["appeal", "criterion_id", { reason: "Нет" }, refused],
  ["appeal", "agent", { criterion_id: "greeting", reason: "Нет" }, refused],
  ["resolve_appeal", "call_id", { criterion_id: "greeting", decision: "reject" }, refused],
  ["resolve_appeal", "criterion_id", { decision: "reject" }, refused],
  ["agreement_report", "checklist_id", {}, { all: { appealed: 0 }, open: [] }],
];

async function foreignValue(argument: string): Promise<unknown> {
  const { callId } = company.call;
  const told = async (name: string, args: Record<string, unknown>) =>
    (await own.callTool({ name, arguments: args })).structuredContent as Record<string, unknown>;
  const values: Record<string, unknown> = {
    call_id: callId,
    task_id: callId,
    crm_call_id: "1",
    tenant_id: "default",
    user_id: "rudnev",
    agent: "Руднев",
    agents: ["rudnev", "petrov"],
    checklist_id: "secret",
    criterion_id: "greeting",
    failed_criterion: "greeting",
    cursor: (await told("search_calls", { limit: 1 })).next_cursor,
    audio_url: (await told("get_call_record_link", { call_id: callId })).download_url,
  };
  return values[argument];
}

it("knows every argument of every tool that names something", () => {
  const arguments_ = tools.flatMap(({ name, input }) =>
    Object.keys(input.shape)
      .filter((argument) => !plain.test(argument))
      .map((argument) => `${name} ${argument}`),
  );
  expect(named.map(([tool, argument]) => `${tool} ${argument}`).sort()).toEqual(arguments_.sort());
});

it.each(named)(
  "shows another company nothing by %s with its %s [mcp:foreign-tenant]",
  async (name, argument, more, answer) => {
    const value = await foreignValue(argument);
    expect(value).toBeTruthy();
    const needs = tools.find((tool) => tool.name === name)?.input.shape ?? {};
    const call = "call_id" in needs ? { call_id: company.call.callId } : {};
    const criteria = "criteria" in needs ? { criteria: checklist.criteria } : {};
    const asked = north.callTool({ name, arguments: { ...call, ...criteria, ...more, [argument]: value } });
    if (answer === refused) await expect(asked).rejects.toMatchObject({ code: -32602 });
    else expect((await asked).structuredContent).toMatchObject(answer as object);
    expect(world.failures).toEqual([]);
  },
);

it("lists nothing of another company", async () => {
  const listed = async (name: string) => (await north.callTool({ name, arguments: {} })).structuredContent;
  expect(await listed("list_managers")).toEqual({ managers: [] });
  expect(await listed("list_checklists")).toMatchObject({ checklists: [{ id: "own" }] });
  expect(await listed("agreement_report")).toMatchObject({ all: { appealed: 0 }, open: [] });
  expect(await listed("team_report")).toMatchObject({ totals: { scored: 0 } });
  const { resources } = await north.listResources();
  expect(resources.map(({ uri }) => uri)).toEqual(["cqa://checklists/own"]);
});

it.each(["scorecards", "recordings", "checklists", "digests"])(
  "reads no %s of another company, and completes none of its names",
  async (kind) => {
    const { callId } = company.call;
    const id = kind === "checklists" ? "secret" : kind === "digests" ? "2026-11-19" : callId;
    await expect(north.readResource({ uri: `cqa://${kind}/${id}` })).rejects.toThrow();
    const ref = { type: "ref/resource", uri: `cqa://${kind}/{id}` } as const;
    const { completion } = await north.complete({ ref, argument: { name: "id", value: id.slice(0, 3) } });
    expect(completion.values).toEqual([]);
  },
);

it.each([
  ["call_review", "call_id", "2026"],
  ["development_plan", "agent", "руд"],
])("completes nothing of another company in the prompt %s", async (name, argument, value) => {
  const asked = { ref: { type: "ref/prompt", name } as const, argument: { name: argument, value } };
  expect((await own.complete(asked)).completion.values).not.toEqual([]);
  expect((await north.complete(asked)).completion.values).toEqual([]);
});

it.each(["uploads/default/mcp/abc/call.mp3", "uploads/north/../default/call.mp3", "settings/default.json"])(
  "takes no task of another company's upload, nor one that leaves the uploads: %s",
  async (key) => {
    await world.store.put("uploads/default/mcp/abc/call.mp3", "ID3");
    const task_id = uploadTaskId(key, ["etag"]);
    const asked = north.callTool({ name: "get_task", arguments: { task_id } });
    await expect(asked).rejects.toMatchObject({ code: -32602 });
  },
);
