import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { indexRowKey } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { setClock } from "../../core/clock.ts";
import type { Crm } from "../../core/ports/crm.ts";
import type { Llm } from "../../core/ports/llm.ts";
import type { Notifier } from "../../core/ports/notify.ts";
import type { ReceivedMessage } from "../../core/ports/queue.ts";
import type { Speech } from "../../core/ports/speech.ts";
import type { Store } from "../../core/ports/store.ts";
import { defaultSettings, type Settings } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import type { BusEvent } from "../../events/catalog.ts";
import { pipeline, type StageName, stageNames, visibilitySec } from "../../events/pipeline.ts";
import { ingest } from "../../functions/ingest/stage.ts";
import { sweep } from "../../functions/ingest/sweep.ts";
import { onQueue } from "../../functions/lambda.ts";
import { report } from "../../functions/report/stage.ts";
import { publish } from "../../functions/run-stage.ts";
import { score } from "../../functions/score/stage.ts";
import { transcribe } from "../../functions/transcribe/stage.ts";
import { memoryCallIndex } from "../fakes/call-index.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { memoryStore } from "../fakes/store.ts";
import { type Base, type Ground, type Queue, watched } from "./ground.ts";
import { type LogLine, logOf } from "./log-of.ts";

/** The vendors as the stages see them. */
export interface Vendors {
  crm: Crm;
  speech: Speech;
  llm: Llm;
  notifier: Notifier;
}

export interface LineOptions {
  vendors(base: Base): Vendors;
  store?: Store | undefined;
  queue?: ((clock: Base["clock"]) => Queue) | undefined;
  settingsOf?: ((tenant: string) => Promise<Settings>) | undefined;
  /** Hears which stage gets a message next. */
  onDelivery?(stage: StageName): void;
  /** What stands between the stages and their ports. */
  between?<Port extends object>(name: string, port: Port): Port;
  /** Rejects when the process dies: nothing it did not finish is waited for. */
  death?: Promise<never>;
}

/** Pictures and documents take their time, and have tests of their own. */
const quickSettings: Settings = { ...defaultSettings, digestFiles: false };

/** What one delivery of a message came to. */
export interface Delivery extends LogLine {
  /** How long it was put off, however that was done; undefined when it was not. */
  pauseSec: number | undefined;
}

/** The whole pipeline on a clock that stands still until everything that can be done has been done. */
export interface Line extends Base {
  deliveries: Delivery[];
  send(event: BusEvent): Promise<void>;
  /** From now on every message of the stage is delivered to two runs at the same moment. */
  doubling(stage: StageName): void;
  /** Hands out one message of the stage, if one is visible. */
  deliverNext(stage: StageName): Promise<Delivery[] | undefined>;
  /** Runs until nothing is left to come, or until this moment of the clock; the clock goes from one due message to the next. */
  runOn(untilSec?: number): Promise<void>;
  handlers: Record<StageName, (batch: SQSEvent) => Promise<SQSBatchResponse>>;
  /** A process that starts where this one has ended: the same bucket, queues and clock, and nothing in its memory. */
  restarted(options: Pick<LineOptions, "vendors">): Line;
  /** What the schedule runs every ten minutes. */
  sweep(): Promise<void>;
  /** Seconds since the line was made. */
  elapsedSec(): number;
  row(callId: string): Promise<CallRow | undefined>;
  dead(): Promise<number>;
}

export const NOW = "2026-11-19T17:00:00Z";

const queueDefinitions = stageNames.map((name) => ({
  name,
  visibilitySec: visibilitySec(name),
  maxReceiveCount: pipeline[name].maxReceiveCount,
}));

export { queueDefinitions };

export function makeLine(options: LineOptions): Line {
  const clock = setClock(NOW);
  const queue = options.queue?.(clock) ?? memoryQueue({ clock, queues: queueDefinitions });
  const ground: Ground = {
    clock,
    store: options.store ?? memoryStore(),
    queue,
    due: new Map(),
    putOffSec: undefined,
    begunMs: clock.now().getTime(),
  };
  ground.queue = watched(queue, ground);
  return lineOn(ground, options);
}

function lineOn(ground: Ground, options: LineOptions): Line {
  const { settingsOf = async () => quickSettings, between = (_name, port) => port } = options;
  const { clock, store, queue, due, begunMs } = ground;
  const base: Base = { clock, store, queue };

  const timeZoneOf = async (tenant: string) => (await settingsOf(tenant)).timeZone;
  const ports = () => {
    const own = { store: between("store", base.store), queue: between("queue", base.queue), clock };
    const vendors = options.vendors({ ...base, ...own });
    const given = {
      ...own,
      settingsOf,
      slots: 5,
      index: async () => memoryCallIndex({ store: own.store, clock, timeZoneOf }),
      crm: async () => between("crm", vendors.crm),
      speech: async () => between("speech", vendors.speech),
      llm: async () => between("llm", vendors.llm),
      notifier: async () => between("notifier", vendors.notifier),
    };
    return given;
  };
  let opened: ReturnType<typeof ports> | undefined;
  const open = async () => {
    opened ??= ports();
    return opened;
  };
  const handlers = {
    ingest: onQueue(ingest, open),
    transcribe: onQueue(transcribe, open),
    score: onQueue(score, open),
    report: onQueue(report, open),
  };
  const deliveries: Delivery[] = [];
  const doubled = new Set<StageName>();

  async function deliver(stage: StageName, message: ReceivedMessage): Promise<Delivery[]> {
    ground.putOffSec = undefined;
    options.onDelivery?.(stage);
    const { lines } = await logOf(() =>
      Promise.race([handleAndRemove(stage, message), ...(options.death ? [options.death] : [])]),
    );
    const made = lines.map((line) => ({
      ...line,
      pauseSec:
        line.outcome === "error"
          ? (ground.putOffSec ?? visibilitySec(stage))
          : line.outcome === "later"
            ? ground.putOffSec
            : undefined,
    }));
    deliveries.push(...made);
    return made;
  }

  async function handleAndRemove(stage: StageName, message: ReceivedMessage): Promise<void> {
    const runs = doubled.has(stage) ? 2 : 1;
    const results = await Promise.all(Array.from({ length: runs }, () => handlers[stage](asBatch(message))));
    // As between two consumers: the one that is done removes the message from the other one's hands.
    if (results.some(({ batchItemFailures }) => batchItemFailures.length === 0))
      await between("queue", base.queue).delete(stage, [message.handle]);
  }

  async function deliverNext(stage: StageName): Promise<Delivery[] | undefined> {
    const [message] = await base.queue.receive(stage, {
      max: 1,
      waitSec: 0,
      visibilitySec: visibilitySec(stage),
    });
    return message && deliver(stage, message);
  }

  return {
    ...base,
    deliveries,
    handlers,
    restarted: ({ vendors }) => lineOn(ground, { settingsOf, vendors }),
    deliverNext,
    send: (event) => publish([event], base.queue),
    doubling: (stage) => void doubled.add(stage),
    async sweep() {
      const given = await open();
      await sweep({ ...given, tenant: "default", everySec: 600, takeDroppedRows: () => 0 });
    },
    elapsedSec: () => (clock.now().getTime() - begunMs) / 1000,
    async runOn(untilSec = Number.POSITIVE_INFINITY) {
      for (;;) {
        let isIdle = true;
        for (const stage of stageNames) if (await deliverNext(stage)) isIdle = false;
        if (!isIdle) continue;
        const nowMs = clock.now().getTime();
        for (const [what, atMs] of due) if (atMs <= nowMs) due.delete(what);
        const atMs = Math.min(...due.values(), begunMs + untilSec * 1000);
        if (!Number.isFinite(atMs)) return;
        clock.advance((atMs - nowMs) / 1000);
        if (atMs === begunMs + untilSec * 1000) return;
      }
    },
    row: async (callId) => (await readJson(base.store, indexRowKey("default", callId), CallRow))?.value,
    async dead() {
      const stats = await Promise.all(stageNames.map((name) => base.queue.stats(name)));
      return stats.reduce((sum, { dead }) => sum + dead, 0);
    },
  };
}

/** As a pump hands it over. */
function asBatch({ id, handle, body, receiveCount, sentAt, firstReceivedAt }: ReceivedMessage): SQSEvent {
  return {
    Records: [
      {
        messageId: id,
        receiptHandle: handle,
        body,
        attributes: {
          ApproximateReceiveCount: String(receiveCount),
          SentTimestamp: String(sentAt.getTime()),
          SenderId: "test",
          ApproximateFirstReceiveTimestamp: String(firstReceivedAt.getTime()),
        },
        messageAttributes: {},
        md5OfBody: "",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:local:000000000000:test",
        awsRegion: "local",
      },
    ],
  };
}
