import * as z from "zod";
import { announcedKey, callKey, outcomeKey, transcriptKey, waitingKey } from "../../core/bucket-layout.ts";
import { Call } from "../../core/call.ts";
import type { CallFolder } from "../../core/call-folders.ts";
import type { Clock } from "../../core/clock.ts";
import { Outcome } from "../../core/outcome.ts";
import type { QueueAdmin, QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { readVendorHealth, type VendorName } from "../../core/vendor-health.ts";
import { Waiting } from "../../core/waiting.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import type { BusEvent } from "../../events/catalog.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { RecordingStored } from "../../events/recording-stored.ts";
import { outcomeEvent, publish } from "../run-stage.ts";
import { callEndedFromRecord } from "./call-record.ts";

interface StandingStillPorts {
  store: Store;
  queue: QueueSender & Pick<QueueAdmin, "stats">;
  clock: Clock;
  tenant: string;
}

/** `published/announced.json`: how often the sweep sent a call to each stage again. */
const Announced = z.record(z.string(), z.object({ times: z.number().int(), lastAt: z.string() }));

/** A call that has not moved for so long was lost between storing and announcing, or its message is a dead letter. */
const STANDS_STILL_SEC = 1800;
/** Its message may be late by so much. */
const WAITING_SLACK_SEC = 600;
const MOST_TIMES = 3;
/** In a longer queue calls wait in line and are not lost. */
const LONG_QUEUE = 100;

const vendorOf: Partial<Record<StageName, VendorName>> = {
  ingest: "crm",
  transcribe: "speech",
  score: "llm",
};

/** `elsewhere`: another sweep announces it at this moment. `nothing`: there is nothing to go on with. */
export type Standing =
  | "moves"
  | "waits"
  | "again"
  | "held"
  | "stuck"
  | "unreadable"
  | "elsewhere"
  | "nothing";

/**
 * Stages in which a call is better left alone: more calls wait there than are lost, or their vendor is not asked
 * at the moment. Once a vendor's pause is over somebody has to ask it, or it would be paused for good.
 */
export async function heldStages({
  store,
  queue,
  clock,
  tenant,
}: StandingStillPorts): Promise<Set<StageName>> {
  const health = await readVendorHealth(store, tenant);
  const held = new Set<StageName>();
  for (const stage of stageNames) {
    const isPaused = health.some(
      ({ vendor, state, until }) =>
        vendor === vendorOf[stage] && state !== "well" && Date.parse(until) > clock.now().getTime(),
    );
    if (isPaused || (await queue.stats(stage)).visible > LONG_QUEUE) held.add(stage);
  }
  return held;
}

/** Announces a call that has neither row nor movement again from where it stands, at most three times for each stage. */
export async function healCall(
  folder: CallFolder,
  held: ReadonlySet<StageName>,
  ports: StandingStillPorts,
): Promise<Standing> {
  const { queue, clock } = ports;
  const movedAt = clock.fromSystem(folder.modifiedAt).getTime();
  if (clock.now().getTime() - movedAt < STANDS_STILL_SEC * 1000) return "moves";
  const next = await nextStep(folder, ports).catch(() => "unreadable" as const);
  if (typeof next === "string") return next;
  if (held.has(next.stage)) return "held";
  const counted = await countAnnouncement(folder, next.stage, ports).catch(() => "unreadable" as const);
  if (counted === "counted") {
    await publish([next.event], queue);
    return "again";
  }
  return counted;
}

/** One call whose objects nobody can read is no reason to give up the others. */
async function nextStep(
  folder: CallFolder,
  ports: StandingStillPorts,
): Promise<{ stage: StageName; event: BusEvent } | "waits" | "nothing"> {
  const { store, clock, tenant } = ports;
  const { callId, names } = folder;
  const now = clock.now();
  if (names.includes("waiting.json")) {
    const waiting = (await readJson(store, waitingKey(tenant, callId), Waiting))?.value;
    const until = waiting?.until ? Date.parse(waiting.until) : 0;
    if (until + WAITING_SLACK_SEC * 1000 > now.getTime()) return "waits";
  }
  const common = { tenant, subject: callId, time: now };
  const transcribed = () =>
    CallTranscribed.create({ ...common, data: { transcriptKey: transcriptKey(tenant, callId) } });
  // The score stage finds the scorecard and only announces it.
  if (names.some((name) => name.startsWith("scorecard/"))) return { stage: "score", event: transcribed() };
  if (names.includes("outcome.json")) {
    const outcome = await readJson(store, outcomeKey(tenant, callId), Outcome);
    if (outcome) return { stage: "report", event: outcomeEvent(outcome.value, now) };
  }
  if (names.includes("transcript.json")) return { stage: "score", event: transcribed() };
  const recording = names.find((name) => name.startsWith("recording."));
  if (recording !== undefined) {
    const data = { recordingKey: `${folder.prefix}${recording}` };
    return { stage: "transcribe", event: RecordingStored.create({ ...common, data }) };
  }
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  return call ? { stage: "ingest", event: callEndedFromRecord(call, common) } : "nothing";
}

/** Counted before it is sent: a crash in between costs one of the three times, and two sweeps at once count and send one. */
async function countAnnouncement(
  { callId }: CallFolder,
  stage: StageName,
  { store, clock, tenant }: StandingStillPorts,
): Promise<"counted" | "stuck" | "elsewhere"> {
  const key = announcedKey(tenant, callId);
  const known = await readJson(store, key, Announced);
  const times = known?.value[stage]?.times ?? 0;
  if (times >= MOST_TIMES) return "stuck";
  const counted = { ...known?.value, [stage]: { times: times + 1, lastAt: clock.now().toISOString() } };
  const { written } = await writeJson(
    store,
    key,
    counted,
    known ? { ifMatch: known.etag } : { ifAbsent: true },
  );
  return written ? "counted" : "elsewhere";
}
