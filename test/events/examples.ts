import { dayPeriod } from "../../core/report-period.ts";
import { AlertDue } from "../../events/alert-due.ts";
import { alertsBundled } from "../../events/alerts-bundled.ts";
import { AppealDecided } from "../../events/appeal-decided.ts";
import { AppealMade } from "../../events/appeal-made.ts";
import { CallEnded } from "../../events/call-ended.ts";
import { CallFailed } from "../../events/call-failed.ts";
import { CallScored } from "../../events/call-scored.ts";
import { CallSkipped } from "../../events/call-skipped.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import type { BusEvent, EventType } from "../../events/catalog.ts";
import { digestDue } from "../../events/digest-due.ts";
import { RecipientLost } from "../../events/recipient-lost.ts";
import { RecordingRequested } from "../../events/recording-requested.ts";
import { RecordingStored } from "../../events/recording-stored.ts";
import { TranscriptionStarted } from "../../events/transcription-started.ts";
import { VendorPaused } from "../../events/vendor-paused.ts";
import { VendorRecovered } from "../../events/vendor-recovered.ts";
import { WritebackDue } from "../../events/writeback-due.ts";

const callId = "20261120-bitrix24-ABCD1234.1790000000.555";
const folder = `calls/default/2026-11-20/${callId}`;
const common = { tenant: "default", subject: callId, time: new Date("2026-11-20T10:00:00.000Z") };

/** One event of each type, as it is sent today. The golden file of its version holds the same. */
export const examples: Record<EventType, BusEvent> = {
  "call.ended": CallEnded.create({
    ...common,
    data: {
      source: "bitrix24",
      nativeId: "ABCD1234.1790000000.555",
      startedAt: "2026-11-20T12:58:00+03:00",
      durationSec: 61,
      direction: "incoming",
      kind: "client",
      missed: false,
      agentId: "7",
    },
  }),
  "recording.stored": RecordingStored.create({
    ...common,
    data: { recordingKey: `${folder}/recording.mp3` },
  }),
  "transcription.started": TranscriptionStarted.create({
    ...common,
    data: { recordingKey: `${folder}/recording.mp3`, taskId: "dd80f8a8-5c63-43cc-a3cb-ee6b0a2ab0a8" },
  }),
  "call.transcribed": CallTranscribed.create({
    ...common,
    data: { transcriptKey: `${folder}/transcript.json` },
  }),
  "call.scored": CallScored.create({
    ...common,
    distinct: "first-sale@3",
    data: {
      scorecardKey: `${folder}/scorecard/first-sale@3.json`,
      checklistId: "first-sale",
      checklistVersion: 3,
    },
  }),
  "call.skipped": CallSkipped.create({ ...common, data: { code: "call.missed", stage: "ingest" } }),
  "call.failed": CallFailed.create({ ...common, data: { code: "recording.not_audio", stage: "ingest" } }),
  "digest.due": digestDue({ ...common, period: dayPeriod("2026-11-20") }),
  "vendor.paused": VendorPaused.create({
    ...common,
    subject: "speech",
    distinct: "2026-11-20T09:55:00.000Z",
    data: { vendor: "speech", code: "speech.no_money", since: "2026-11-20T09:55:00.000Z" },
  }),
  "vendor.recovered": VendorRecovered.create({
    ...common,
    subject: "speech",
    distinct: "2026-11-20T09:55:00.000Z",
    data: { vendor: "speech", since: "2026-11-20T09:55:00.000Z" },
  }),
  "writeback.due": WritebackDue.create({
    ...common,
    distinct: "comment:first-sale@3",
    data: { what: "comment" },
  }),
  "alert.due": AlertDue.create({
    ...common,
    distinct: "first-sale@3",
    data: { scorecardKey: `${folder}/scorecard/first-sale@3.json` },
  }),
  "alerts.bundled": alertsBundled("default", "2026-11-20T10"),
  "recipient.lost": RecipientLost.create({
    ...common,
    subject: "3f9a1c2b7d04e5f6",
    distinct: "2026-11-20T09:55:00.000Z",
    data: { since: "2026-11-20T09:55:00.000Z" },
  }),
  "recording.requested": RecordingRequested.create({
    ...common,
    data: { code: "crm.recording_forbidden" },
  }),
  "appeal.decided": AppealDecided.create({
    ...common,
    distinct: "greeting:2026-11-20T09:30:00.000Z",
    data: { criterionId: "greeting", appealedAt: "2026-11-20T09:30:00.000Z" },
  }),
  "appeal.made": AppealMade.create({
    ...common,
    distinct: "greeting:2026-11-20T10:00:00.000Z",
    data: { criterionId: "greeting", appealedAt: "2026-11-20T10:00:00.000Z" },
  }),
};
