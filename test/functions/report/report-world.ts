import { callKey, indexRowKey, outcomeKey, scorecardKey } from "../../../core/bucket-layout.ts";
import type { Call } from "../../../core/call.ts";
import { CallRow } from "../../../core/call-row.ts";
import type { CallIndex } from "../../../core/ports/call-index.ts";
import type { Notifier } from "../../../core/ports/notify.ts";
import { dayPeriod, weekPeriod } from "../../../core/report-period.ts";
import { unknownMetrics } from "../../../core/score/metrics.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { CallScored } from "../../../events/call-scored.ts";
import { CallSkipped } from "../../../events/call-skipped.ts";
import { digestDue as digestDueFor } from "../../../events/digest-due.ts";
import { memoryCallIndex } from "../../fakes/call-index.ts";
import { type MemoryNotifier, memoryNotifier } from "../../fakes/notify.ts";
import { makeWorld, type World } from "../world.ts";

export const DAY = "2026-11-20";
const AT = new Date("2026-11-20T16:00:00Z");

export interface ReportWorld extends World {
  telegram: MemoryNotifier;
  notifier(): Promise<Notifier | null>;
  index(): Promise<CallIndex>;
}

export function reportWorld(settings: Parameters<typeof makeWorld>[0] = {}): ReportWorld {
  const telegram = memoryNotifier();
  const world = makeWorld({ now: AT.toISOString(), ...settings });
  return { ...world, telegram, notifier: async () => telegram, index: async () => indexOf(world) };
}

/** What is asked of the rows in the world's bucket. */
export function indexOf({ store, clock, settings }: World): CallIndex {
  return memoryCallIndex({ store, clock, timeZoneOf: async () => settings.timeZone });
}

export function digestDue(day = DAY) {
  return digestDueFor({ tenant: "default", period: dayPeriod(day), time: AT });
}

export function weekDue(day = DAY) {
  return digestDueFor({ tenant: "default", period: weekPeriod(day), time: AT });
}

export function callIdOn(day: string, n: number): string {
  return `${day.replaceAll("-", "")}-bitrix24-ABCD.${n}`;
}

export function callJson(callId: string, differs: Partial<Call> = {}): Call {
  return {
    callId,
    tenant: "default",
    source: "bitrix24",
    nativeId: "ABCD.1",
    startedAt: "2026-11-20T12:55:00+03:00",
    durationSec: 61,
    direction: "outgoing",
    agent: { id: "11", name: "Анна Салтыкова-Щедрина", departments: [] },
    line: null,
    clientPhone: "+79990000101",
    entity: null,
    activityId: null,
    title: null,
    ...differs,
  };
}

/** Puts a scored call into the bucket and answers its event. */
export async function putScored(
  { store }: World,
  callId: string,
  scorecard: Record<string, unknown> = {},
  call: Partial<Call> = {},
) {
  const key = scorecardKey("default", callId, "first-sale", 1);
  await writeJson(store, callKey("default", callId), callJson(callId, call));
  await writeJson(store, key, {
    callId,
    tenant: "default",
    checklist: { id: "first-sale", version: 1, hash: "sha256:0", name: "Первая продажа" },
    callType: "first-sale",
    percent: 72,
    rawPercent: 72,
    passed: true,
    autoFailedBy: null,
    needsReview: false,
    verdicts: [],
    metrics: unknownMetrics,
    summary: null,
    clientNeed: null,
    objections: [],
    nextStep: null,
    advice: [],
    model: null,
    ...scorecard,
  });
  return CallScored.create({
    tenant: "default",
    subject: callId,
    time: AT,
    data: { scorecardKey: key, checklistId: "first-sale", checklistVersion: 1 },
  });
}

export async function putSkipped({ store }: World, callId: string, code: string) {
  await writeJson(store, callKey("default", callId), callJson(callId));
  await writeJson(store, outcomeKey("default", callId), {
    callId,
    tenant: "default",
    kind: "skipped",
    code,
    stage: "ingest",
    at: AT.toISOString(),
  });
  return CallSkipped.create({
    tenant: "default",
    subject: callId,
    time: AT,
    data: { code, stage: "ingest" },
  });
}

export function verdictJson(criterionId: string, value: string, quote?: string) {
  return {
    criterionId,
    check: "semantic",
    verdict: value,
    level: null,
    points: value === "met" ? 1 : 0,
    weight: 10,
    evidence: quote === undefined ? [] : [{ turn: 0, speaker: "agent", startSec: 74.5, endSec: 76, quote }],
    comment: "",
    advice: null,
  };
}

/** A row as the report would have written it. */
export async function putRow({ store }: World, callId: string, differs: Partial<CallRow> = {}) {
  const row = CallRow.parse({
    callId,
    startedAt: "2026-11-20T12:55:00+03:00",
    durationSec: 61,
    direction: "outgoing",
    agentId: "11",
    agentName: "Анна",
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 1,
    percent: 72,
    passed: true,
    needsReview: false,
    band: "yellow",
    autoFailed: false,
    worst: null,
    best: null,
    ...differs,
  });
  await writeJson(store, indexRowKey("default", callId), row);
}

export async function readRow({ store }: World, callId: string): Promise<CallRow> {
  return CallRow.parse(JSON.parse((await readText(store, indexRowKey("default", callId))) ?? ""));
}
