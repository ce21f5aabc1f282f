import { indexRowKey } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { leaveDirtyMark } from "../../core/dirty-mark.ts";
import type { Store } from "../../core/ports/store.ts";
import { writeJson } from "../../core/store-json.ts";

export const TENANT = "default";

export function callIdOn(day: string, name: string | number): string {
  return `${day.replaceAll("-", "")}-bitrix24-${name}`;
}

export function callRow(callId: string, differs: Partial<CallRow> = {}): CallRow {
  const day = `${callId.slice(0, 4)}-${callId.slice(4, 6)}-${callId.slice(6, 8)}`;
  return CallRow.parse({
    callId,
    startedAt: `${day}T12:00:00+03:00`,
    durationSec: 61.5,
    direction: "outgoing",
    agentId: "11",
    agentName: "Анна Ёжикова-Ким",
    departments: ["Продажи"],
    line: "+74950000042",
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 3,
    checklistName: "Первая продажа",
    callType: "first-sale",
    percent: 72.5,
    rawPercent: 72.5,
    passed: true,
    needsReview: false,
    band: "yellow",
    autoFailed: false,
    autoFailedBy: null,
    criteria: [
      { id: "greeting", text: "Поздоровался", stage: "Контакт", verdict: "met", points: 1, weight: 10 },
      { id: "needs", text: "Выяснил задачу", stage: null, verdict: "partly", points: 0.5, weight: 20 },
    ],
    worst: { criterion: "Выяснил задачу", evidence: null },
    best: {
      criterion: "Поздоровался",
      evidence: { turn: 0, speaker: "agent", startSec: 0.48, endSec: 2.16, quote: "Добрый день!" },
    },
    objections: [{ category: "price", handling: "partly", quote: "Дороговато у вас", startSec: 31.2 }],
    nextStep: { agreed: true, text: "Созвон во вторник" },
    summary: "Клиент выбирает зал для съёмки",
    clientNeed: "Зал на субботу",
    cost: { speechSec: 123, promptTokens: 1830, completionTokens: 410 },
    agentTalkShare: 0.58,
    ...differs,
  });
}

/** A call that ended without a score. */
export function skippedRow(callId: string, code = "call.too_short", differs: Partial<CallRow> = {}): CallRow {
  return callRow(callId, {
    status: "skipped",
    code,
    checklistId: null,
    checklistVersion: null,
    checklistName: null,
    callType: null,
    percent: null,
    rawPercent: null,
    passed: null,
    band: null,
    criteria: [],
    worst: null,
    best: null,
    objections: [],
    nextStep: null,
    summary: null,
    clientNeed: null,
    cost: { speechSec: null, promptTokens: null, completionTokens: null },
    agentTalkShare: null,
    ...differs,
  });
}

/** As the report stage writes a row while its day lasts. */
export async function putRows(store: Store, ...rows: readonly CallRow[]): Promise<void> {
  for (const row of rows) await putRow(store, TENANT, row);
}

/** As it does when the day is over. */
export async function putLateRows(store: Store, ...rows: readonly CallRow[]): Promise<void> {
  for (const row of rows) await putLateRow(store, TENANT, row);
}

export async function putRow(store: Store, tenant: string, row: CallRow): Promise<void> {
  await writeJson(store, indexRowKey(tenant, row.callId), row);
}

/** The row first, its mark second. */
export async function putLateRow(store: Store, tenant: string, row: CallRow): Promise<void> {
  await putRow(store, tenant, row);
  await leaveDirtyMark(store, tenant, row.callId);
}
