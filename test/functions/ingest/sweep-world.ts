import { callKey, indexRowKey } from "../../../core/bucket-layout.ts";
import type { Call } from "../../../core/call.ts";
import { setClock } from "../../../core/clock.ts";
import type { CrmCall } from "../../../core/ports/crm.ts";
import type { Store } from "../../../core/ports/store.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { writeJson } from "../../../core/store-json.ts";
import { type BusEvent, readEvent } from "../../../events/catalog.ts";
import { pipeline, stageNames, visibilitySec } from "../../../events/pipeline.ts";
import { type SweepPorts, type SweepReport, sweep } from "../../../functions/ingest/sweep.ts";
import { type MemoryCrm, memoryCrm } from "../../fakes/crm.ts";
import { memoryQueue } from "../../fakes/queue.ts";
import { memoryStore } from "../../fakes/store.ts";
import { CALL_ID, crmCall, NATIVE_ID } from "./ingest-world.ts";

export const EVERY_SEC = 600;

export interface SweepWorld extends Omit<SweepPorts, "clock" | "queue"> {
  clock: ReturnType<typeof setClock>;
  queue: ReturnType<typeof memoryQueue>;
  crmHolds: MemoryCrm;
  /** Every message that was sent, in order. */
  sent: { queue: string; body: string }[];
  /** Sweeps, and answers what it found. An error of the CRM is thrown. */
  sweep(): Promise<SweepReport["counts"]>;
}

/** Noon of 20 November 2026 in Moscow is at 09:00 UTC; the portal has one call, of five minutes before. */
export function sweepWorld(
  options: {
    calls?: CrmCall[];
    store?(store: Store): Store;
    differs?: Partial<Pick<SweepPorts, "crm" | "takeDroppedRows">>;
  } = {},
): SweepWorld {
  const clock = setClock("2026-11-20T10:00:00Z");
  const memory = memoryStore({ clock });
  const queues = stageNames.map((name) => ({
    name,
    visibilitySec: visibilitySec(name),
    maxReceiveCount: pipeline[name].maxReceiveCount,
  }));
  const queue = memoryQueue({ clock, queues });
  const sent: SweepWorld["sent"] = [];
  const crmHolds = memoryCrm({ calls: options.calls ?? [crmCall()] });
  const world: SweepWorld = {
    clock,
    store: options.store?.(memory) ?? memory,
    queue: {
      ...queue,
      send: async (name, messages) => {
        await queue.send(name, messages);
        sent.push(...messages.map(({ body }) => ({ queue: name, body })));
      },
    },
    tenant: "default",
    everySec: EVERY_SEC,
    crm: async () => crmHolds,
    takeDroppedRows: () => 0,
    settingsOf: async () => defaultSettings,
    crmHolds,
    sent,
    sweep: async () => {
      const { counts, error } = await sweep(world);
      if (error) throw error;
      return counts;
    },
    ...options.differs,
  };
  return world;
}

export function eventsOn({ sent }: SweepWorld, queue: string): BusEvent[] {
  return sent.filter((one) => one.queue === queue).map(({ body }) => readEvent(JSON.parse(body)));
}

/** The record of the call, as ingest leaves it. */
export async function putCall(world: SweepWorld, differs: Partial<Call> = {}): Promise<void> {
  const call: Call = {
    callId: CALL_ID,
    tenant: "default",
    source: "bitrix24",
    nativeId: NATIVE_ID,
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
  await writeJson(world.store, callKey("default", call.callId), call);
}

export async function putRow(world: SweepWorld, callId = CALL_ID): Promise<void> {
  await world.store.put(indexRowKey("default", callId), "{}");
}
