import { AlertDue } from "./alert-due.ts";
import { AlertsBundled } from "./alerts-bundled.ts";
import { AppealDecided } from "./appeal-decided.ts";
import { AppealMade } from "./appeal-made.ts";
import { CallEnded } from "./call-ended.ts";
import { CallFailed } from "./call-failed.ts";
import { CallScored } from "./call-scored.ts";
import { CallSkipped } from "./call-skipped.ts";
import { CallTranscribed } from "./call-transcribed.ts";
import { readEnvelope } from "./define.ts";
import { DigestDue } from "./digest-due.ts";
import { RecipientLost } from "./recipient-lost.ts";
import { RecordingRequested } from "./recording-requested.ts";
import { RecordingStored } from "./recording-stored.ts";
import { TranscriptionStarted } from "./transcription-started.ts";
import { VendorPaused } from "./vendor-paused.ts";
import { VendorRecovered } from "./vendor-recovered.ts";
import { WritebackDue } from "./writeback-due.ts";

/** Every event on the bus. */
export const definitions = [
  CallEnded,
  RecordingStored,
  TranscriptionStarted,
  CallTranscribed,
  CallScored,
  CallSkipped,
  CallFailed,
  DigestDue,
  VendorPaused,
  VendorRecovered,
  WritebackDue,
  AlertDue,
  AlertsBundled,
  RecipientLost,
  RecordingRequested,
  AppealMade,
  AppealDecided,
] as const;

export type BusEvent =
  | CallEnded
  | RecordingStored
  | TranscriptionStarted
  | CallTranscribed
  | CallScored
  | CallSkipped
  | CallFailed
  | DigestDue
  | VendorPaused
  | VendorRecovered
  | WritebackDue
  | AlertDue
  | AlertsBundled
  | RecipientLost
  | RecordingRequested
  | AppealMade
  | AppealDecided;

export type EventType = BusEvent["type"];

/** Whether the event's subject is a call and not a period, a vendor or a chat. */
export function isAboutCall({ type }: BusEvent): boolean {
  return /^(call|recording|transcription|writeback|alert|appeal)\./.test(type);
}

/**
 * Reads an event of any version ever sent.
 * @throws z.ZodError, or RangeError for a type that nobody knows
 */
export function readEvent(json: unknown): BusEvent {
  const envelope = readEnvelope(json);
  const definition = definitions.find(({ type }) => type === envelope.type);
  if (!definition) throw new RangeError("an event of a type that this version does not know");
  return definition.read(envelope) as BusEvent;
}
