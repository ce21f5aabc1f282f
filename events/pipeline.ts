import type { EventType } from "./catalog.ts";

/** The topology, once: `local/` and `stacks/` both read it. */

export type StageName = "ingest" | "transcribe" | "score" | "report";

export interface StagePolicy {
  hears: readonly EventType[];
  /** Longest run of the function, in seconds. */
  timeoutSec: number;
  /** Deliveries before a message becomes a dead letter. */
  maxReceiveCount: number;
  batchSize: number;
  /** Runs of the function at the same time. */
  concurrency: number;
  /** From this age of an event on, "later" is no answer any more and the message becomes a dead letter. */
  giveUpAfterSec: number;
}

const HOUR = 3600;

export const pipeline: Readonly<Record<StageName, StagePolicy>> = {
  ingest: {
    hears: ["call.ended"],
    timeoutSec: 300,
    maxReceiveCount: 5,
    batchSize: 5,
    // Two REST requests a second is what a portal allows in the long run.
    concurrency: 4,
    giveUpAfterSec: 24 * HOUR,
  },
  transcribe: {
    hears: ["recording.stored", "transcription.started"],
    timeoutSec: 300,
    maxReceiveCount: 5,
    batchSize: 1,
    // SaluteSpeech recognises five recordings at once for individuals, ten for companies.
    concurrency: 5,
    // Uploads and results lie at the vendor for 72 hours.
    giveUpAfterSec: 60 * HOUR,
  },
  score: {
    hears: ["call.transcribed"],
    timeoutSec: 300,
    maxReceiveCount: 5,
    batchSize: 1,
    // A model takes 5 to 20 s, and a large company's day brings a call every two seconds.
    concurrency: 10,
    giveUpAfterSec: 24 * HOUR,
  },
  report: {
    hears: [
      "call.scored",
      "call.skipped",
      "call.failed",
      "digest.due",
      "vendor.paused",
      "vendor.recovered",
      "writeback.due",
      "alert.due",
      "alerts.bundled",
      "recipient.lost",
      "recording.requested",
      "appeal.made",
      "appeal.decided",
    ],
    // Two requests to a slow portal, or the documents of a large digest on a busy machine.
    timeoutSec: 300,
    maxReceiveCount: 5,
    batchSize: 10,
    concurrency: 2,
    giveUpAfterSec: 24 * HOUR,
  },
};

export const stageNames = Object.keys(pipeline) as StageName[];

/** AWS's advice: six times the function's timeout, so that no message comes again while it is still being handled. */
export function visibilitySec(stage: StageName): number {
  return 6 * pipeline[stage].timeoutSec;
}

export function listenersOf(type: EventType): StageName[] {
  return stageNames.filter((stage) => pipeline[stage].hears.includes(type));
}
