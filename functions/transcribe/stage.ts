import * as z from "zod";
import { AUDIO_HEAD_BYTES, type AudioFormat, readAudioFormat } from "../../core/audio.ts";
import { callKey, publishedKey, transcriptKey } from "../../core/bucket-layout.ts";
import { Call } from "../../core/call.ts";
import { claimEffect, doneEffect } from "../../core/claim.ts";
import { PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import type { Speech } from "../../core/ports/speech.ts";
import type { Store } from "../../core/ports/store.ts";
import { readRemoved } from "../../core/removal.ts";
import { removeIfNoted } from "../../core/remove-call.ts";
import type { Settings } from "../../core/settings.ts";
import { exists, readJson, writeJson } from "../../core/store-json.ts";
import { splitHead } from "../../core/stream-head.ts";
import { leavesSign } from "../../core/waiting.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import type { BusEvent } from "../../events/catalog.ts";
import type { RecordingStored } from "../../events/recording-stored.ts";
import { TranscriptionStarted } from "../../events/transcription-started.ts";
import type { NothingDone, Stage, StagePorts } from "../run-stage.ts";
import { freeSpeechSlot, prolongSpeechSlot, takeSpeechSlot } from "./slot.ts";
import { makeTranscript } from "./transcript.ts";

export interface TranscribePorts extends StagePorts {
  speech(): Promise<Speech>;
  /** How many recordings the recogniser takes in hand at once; null: no cap is kept. */
  slots: number | null;
  settingsOf(tenant: string): Promise<Settings>;
}

/** The start of a task: its id is the receipt of what was paid. */
const Started = z.object({
  taskId: z.string(),
  channels: z.number().int().positive(),
  /** Of the audio file, where its header tells. */
  durationSec: z.number().nullable().default(null),
});

/** Longer than the request that starts a task can take, with a new token before it and the receipt after it. */
const START_LEASE_SEC = 150;
/** First looks come soon, since short calls are done within seconds; then ever slower. Seconds after one another. */
const POLL_PAUSES_SEC = [5, 10, 15, 30, 60];

/**
 * Has a recording transcribed: starts a task, then comes back until it is done.
 *
 *     recording.stored → transcription.started → call.transcribed
 *
 * Safe to run twice: a marker decides by a conditional write who starts the paid task and keeps its id, so every later message
 * finds the task, or the transcript, and only announces it again. A start whose answer was lost can be looked up nowhere: it is done again
 * when the lease has ended, and the marker counts it.
 */
export const transcribe: Stage<TranscribePorts> = {
  name: "transcribe",
  run: async (event, ports) => {
    if (event.type === "recording.stored") return start(event, ports);
    if (event.type === "transcription.started") return comeBack(event, ports);
    return [];
  },
};

async function start(event: RecordingStored, ports: TranscribePorts): Promise<BusEvent[] | NothingDone> {
  const { store, clock } = ports;
  const { tenant, subject: callId } = event;
  if (await exists(store, transcriptKey(tenant, callId))) return [transcribed(event, ports)];
  const markerKey = publishedKey(tenant, callId, "transcription");
  const known = await doneEffect(store, markerKey, Started);
  if (known) return [started(event, known.taskId, ports)];

  const speech = await ports.speech();
  await takeSpeechSlot(event, ports);
  // The upload is free and may happen twice; only the start of the task is claimed.
  const uploaded = await upload(event.data.recordingKey, speech, store).catch(async (error: unknown) => {
    await freeSpeechSlot(event, ports);
    if (isGone(error) && (await readRemoved(store, tenant, callId)).recording) return removed;
    throw error;
  });
  if ("code" in uploaded) return uploaded;
  const { fileId, format } = uploaded;

  const claim = await claimEffect(store, clock, markerKey, Started, START_LEASE_SEC);
  if (claim.state === "done") return [started(event, claim.result.taskId, ports)];
  const { taskId } = await speech.start(fileId, format).catch(async (error: unknown) => {
    if (surelyNotStarted(error)) {
      await claim.effect.release();
      await freeSpeechSlot(event, ports);
    }
    throw error;
  });
  // When this cannot be written the task's id is lost: nothing is given back then, and the lease holds off the next start.
  const counts = await claim.effect.done({
    taskId,
    channels: format.channels,
    durationSec: format.durationSec,
  });
  return [started(event, counts.taskId, ports)];
}

async function upload(
  recordingKey: string,
  speech: Speech,
  store: Store,
): Promise<{ fileId: string; format: AudioFormat }> {
  const recording = await store.get(recordingKey);
  if (!recording) throw new VendorError("recording.gone", "the recording is not in the bucket any more");
  const body = await splitHead(recording.body, AUDIO_HEAD_BYTES);
  const format = await readAudioFormat(body.head, recording.sizeBytes);
  const { fileId } = await speech
    .upload({ body: body.whole(), sizeBytes: recording.sizeBytes, format })
    .finally(() => body.cancel());
  return { fileId, format };
}

/** An answer that says no was no start. A lost answer may have been one: the claim then stays until its lease ends. */
function surelyNotStarted(error: unknown): boolean {
  return !(error instanceof VendorError && error.code === "speech.start_unknown");
}

/** The call has come to an end by another message, and what is kept of it no longer was removed. */
const removed: NothingDone = { code: "call.removed" };

function isGone(error: unknown): boolean {
  return error instanceof VendorError && error.code === "recording.gone";
}

async function comeBack(
  event: TranscriptionStarted,
  ports: TranscribePorts,
): Promise<BusEvent[] | NothingDone> {
  const { store, clock } = ports;
  const { tenant, subject: callId } = event;
  const key = transcriptKey(tenant, callId);
  if (await exists(store, key)) {
    await freeSpeechSlot(event, ports);
    return [transcribed(event, ports)];
  }
  const speech = await ports.speech();
  const result = await speech.result(event.data.taskId);
  if (result.state === "failed") {
    await freeSpeechSlot(event, ports);
    throw new PermanentError(result.code, "the recogniser gave the recording up");
  }
  if (result.state === "running") {
    const ageSec = (clock.now().getTime() - Date.parse(event.time)) / 1000;
    const pauseSec = pollPauseSec(ageSec);
    if (leavesSign(ageSec, pauseSec)) await prolongSpeechSlot(event, ports);
    throw new RetryLaterError("speech.running", pauseSec, "the task is not done yet");
  }
  const [call, marker, settings] = await Promise.all([
    readJson(store, callKey(tenant, callId), Call),
    doneEffect(store, publishedKey(tenant, callId, "transcription"), Started),
    ports.settingsOf(tenant),
  ]);
  const transcript = makeTranscript({
    callId,
    source: speech.name,
    recognised: result.recognised,
    channels: marker?.channels ?? 1,
    durationSec: marker?.durationSec ?? call?.value.durationSec ?? null,
    direction: call?.value.direction ?? null,
    settings,
  });
  await writeJson(store, key, transcript, { ifAbsent: true });
  await freeSpeechSlot(event, ports);
  // Asked when it stands: whoever removes the texts at this moment has either seen it or noted it before.
  if (await removeIfNoted(store, tenant, callId)) return removed;
  return [transcribed(event, ports)];
}

function pollPauseSec(ageSec: number): number {
  let due = 0;
  for (const pause of POLL_PAUSES_SEC) {
    due += pause;
    if (ageSec < due) return pause;
  }
  return 60;
}

function started(
  event: BusEvent & { data: { recordingKey: string } },
  taskId: string,
  { clock }: { clock: { now(): Date } },
) {
  return TranscriptionStarted.create({
    tenant: event.tenant,
    subject: event.subject,
    time: clock.now(),
    distinct: taskId,
    data: { recordingKey: event.data.recordingKey, taskId },
  });
}

function transcribed(event: BusEvent, { clock }: { store: Store; clock: { now(): Date } }): CallTranscribed {
  return CallTranscribed.create({
    tenant: event.tenant,
    subject: event.subject,
    time: clock.now(),
    data: { transcriptKey: transcriptKey(event.tenant, event.subject) },
  });
}
