import { expect } from "vitest";
import { checklistKey, publishedKey } from "../../../core/bucket-layout.ts";
import type { CallRow } from "../../../core/call-row.ts";
import { markDone } from "../../../core/claim.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Store } from "../../../core/ports/store.ts";
import { writeJson } from "../../../core/store-json.ts";
import { putRows, putScorecard, rowOf } from "../bot/bot-world.ts";

import { putCall } from "./mcp-world.ts";

export const checklist = {
  id: "first-sale",
  version: 1,
  name: "Первая продажа",
  status: "published",
  criteria: [
    { id: "greeting", text: "Поздоровался и назвал себя", check: "semantic", weight: 10 },
    { id: "needs", text: "Выяснил задачу клиента", check: "semantic", weight: 20 },
  ],
};

const objections = [
  { category: "Цена", handling: "unhandled" as const, quote: "Дорого, звоните 8 912 345-67-89", startSec: 4 },
];

export interface Company {
  /** The day of all its calls. */
  day: string;
  /** The one of which everything is known. */
  call: CallRow;
}

/** Two people with a call each, one of which has all that a call can have, phones and an e-mail included. */
export async function putCompany(world: { store: Store; clock: Clock }, day: string): Promise<Company> {
  const { store, clock } = world;
  const call = rowOf(day, "rudnev", 1, { percent: 40, band: "red", objections });
  await putRows(world, call, rowOf(day, "petrov", 3, { percent: 55, direction: "incoming" }));
  await putCall(world, call);
  await putScorecard(world, call);
  await writeJson(store, checklistKey("default", "first-sale", 1), checklist);
  await markDone(store, clock, publishedKey("default", call.callId, "scoring"), {
    checklistId: "first-sale",
    checklistVersion: 1,
  });
  return { day, call };
}

export interface AskedTool {
  name: string;
  arguments: Record<string, unknown>;
  /** The structured content, in part. */
  answers: Record<string, unknown>;
}

/** Every tool with arguments that fit the company, in an order in which each finds what it needs. */
export function everyTool({ day, call }: Company, way: "http" | "stdio"): readonly AskedTool[] {
  const { callId: call_id } = call;
  const days = { period: `${day}..${day}` };
  const uri = `cqa://recordings/${call_id}`;
  const rudnev = { id: "rudnev", name: "Александр Руднев" };
  return [
    {
      name: "list_managers",
      arguments: {},
      answers: { managers: expect.arrayContaining([expect.objectContaining(rudnev)]) },
    },
    {
      name: "search_calls",
      arguments: { agent: "Рудневу", ...days },
      answers: {
        calls: [{ call_id, user_id: "rudnev", percent: 40 }],
        total: 1,
        next_cursor: null,
        start_date: day,
      },
    },
    {
      name: "get_call",
      arguments: { call_id },
      answers: { call_id, stage: "scored", call: { status: "scored" } },
    },
    {
      name: "get_transcript",
      arguments: { call_id, limit: 2 },
      answers: {
        turns: [{ n: 0, speaker: "agent" }, { text: expect.stringContaining("[ТЕЛЕФОН_1]") }],
        next_turn: 2,
      },
    },
    {
      name: "get_scorecard",
      arguments: { call_id },
      answers: {
        percent: 40,
        verdicts: [{ criterion_id: "greeting", verdict: "not_met" }, { verdict: "met" }],
      },
    },
    {
      name: "get_call_record_link",
      arguments: { call_id },
      answers: {
        status: "link_generated",
        // Nobody serves links where there is no server.
        download_url: way === "http" ? expect.stringMatching(/^http:.*\/mcp\/recordings\//) : uri,
        resource_uri: uri,
        mime_type: "audio/mpeg",
      },
    },
    {
      name: "transcribe_audio",
      arguments: { audio_url: uri },
      answers: { status: "completed", call_id, duration_seconds: 61 },
    },
    {
      name: "score_call",
      arguments: { text: "Менеджер: Добрый день, студия\nКлиент: Сколько стоит зал?" },
      answers: { state: "working", stage: "transcribed", percent: null },
    },
    {
      name: "get_task",
      arguments: { task_id: call_id },
      answers: { state: "completed", call_id, percent: 40 },
    },
    {
      name: "rescore_call",
      arguments: { call_id, checklist_id: "first-sale" },
      answers: { percent_before: 40, published: false, scorecard: { call_id } },
    },
    { name: "agent_report", arguments: { agent: "Руднев", ...days }, answers: { agent: { id: "rudnev" } } },
    { name: "team_report", arguments: days, answers: { totals: { scored: 2 } } },
    {
      name: "compare_agents",
      arguments: { agents: ["Руднев", "Петров"], ...days },
      answers: {
        agents: [{ id: "rudnev" }, { id: "petrov" }],
        differences: [{ points: 15, may_be_chance: true }],
      },
    },
    {
      name: "find_objections",
      arguments: { category: "цена", ...days },
      answers: { objections: [{ call_id }] },
    },
    { name: "list_checklists", arguments: {}, answers: { checklists: [{ id: "first-sale", version: 1 }] } },
    {
      name: "get_checklist",
      arguments: { checklist_id: "first-sale" },
      answers: { version: 1, name: "Первая продажа" },
    },
    {
      name: "create_or_update_checklist",
      arguments: { checklist_id: "first-sale", name: "Продажа", criteria: checklist.criteria },
      answers: { version: 2, is_new: true, in_force: true },
    },
    {
      name: "appeal",
      arguments: { call_id, criterion_id: "greeting", reason: "Поздоровался в начале", agent: "Руднев" },
      answers: { status: "open", existed: false },
    },
    {
      name: "resolve_appeal",
      arguments: { call_id, criterion_id: "greeting", decision: "accept", verdict: "met" },
      answers: { status: "accepted", percent: 100 },
    },
    { name: "agreement_report", arguments: {}, answers: { all: { appealed: 1, changed: 1 }, open: [] } },
    {
      name: "delete_checklist",
      arguments: { checklist_id: "first-sale" },
      answers: { status: "deleted", checklist_id: "first-sale" },
    },
  ];
}
