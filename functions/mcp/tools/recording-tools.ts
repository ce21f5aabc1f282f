import * as z from "zod";
import { readRemoved, removedWords } from "../../../core/removal.ts";
import type { Transcript } from "../../../core/transcript.ts";
import { CallerError } from "../caller-error.ts";
import { CallIdWords, findCallId, findRow, noCall, readCall } from "../find.ts";
import { shownTurns } from "../personal-data.ts";
import type { Session } from "../ports.ts";
import { findRecording, readRecordingPath, recordingLink, recordingUri } from "../recording.ts";
import { defineTool } from "../tool.ts";
import { readTranscript } from "./get-transcript.ts";

export const getCallRecordLink = defineTool({
  name: "get_call_record_link",
  title: "Get the recording of a call",
  description:
    "A link that opens the recording of a call for an hour, without a login. Pass it on to transcribe_audio, or to a person.",
  effects: { readOnly: true },
  input: z.strictObject({ call_id: CallIdWords }),
  output: z.object({
    status: z.literal("link_generated"),
    download_url: z.string(),
    resource_uri: z.string(),
    mime_type: z.string(),
    size_bytes: z.number().int(),
  }),
  async run({ call_id }, session) {
    const callId = await findCallId(call_id, session);
    const { ports, tenant } = session;
    const recording = await findRecording(ports.store, tenant, callId);
    if (!recording) {
      const { recording: removed } = await readRemoved(ports.store, tenant, callId);
      if (removed) throw new CallerError(`call_id: ${removedWords(`the recording of ${callId}`, removed)}`);
      const { code, status } = await findRow(callId, session);
      throw new CallerError(`call_id: ${callId} has no recording (${code ?? status})`);
    }
    return {
      status: "link_generated" as const,
      download_url: recordingLink(callId, session),
      resource_uri: recordingUri(callId),
      mime_type: recording.mimeType,
      size_bytes: recording.sizeBytes,
    };
  },
  text: ({ download_url }, { texts: { mcp } }) => `${mcp.link}\n${download_url}`,
});

export const transcribeAudio = defineTool({
  name: "transcribe_audio",
  title: "Transcribe a recording",
  description:
    "The text of a recording that get_call_record_link has linked to. Every call is transcribed once, whoever asks. " +
    "A recording from elsewhere is sent in with score_call.",
  effects: { readOnly: true },
  input: z.strictObject({
    audio_url: z.string().min(1).max(2000).describe("download_url or resource_uri of get_call_record_link"),
    enable_speaker_separation: z.boolean().default(true).describe("Off: one text without speakers"),
    expected_speakers: z
      .number()
      .int()
      .min(1)
      .max(10)
      .default(2)
      .describe("Taken for what it is worth: a hint"),
  }),
  output: z.object({
    status: z.enum(["completed", "in_progress"]),
    call_id: z.string(),
    full_text: z.string(),
    duration_seconds: z.number(),
    segments: z.array(
      z.object({ speaker: z.string(), start_time: z.number(), end_time: z.number(), text: z.string() }),
    ),
  }),
  async run({ audio_url, enable_speaker_separation }, session) {
    const callId = await callOfUrl(audio_url, session);
    const nothing = { call_id: callId, full_text: "", duration_seconds: 0, segments: [] };
    const transcript = await readTranscript(callId, session).catch(async (error: unknown) => {
      if (!(error instanceof CallerError) || !(await readCall(callId, session))) throw error;
      return undefined;
    });
    if (!transcript) return { ...nothing, status: "in_progress" as const };
    return { ...nothing, status: "completed" as const, ...segmentsOf(transcript, enable_speaker_separation) };
  },
  text: ({ full_text, status, call_id }, { texts: { mcp } }) =>
    status === "completed" ? full_text.slice(0, 2000) : `${mcp.task.working(mcp.stages.recorded)} ${call_id}`,
});

/** Addresses of others are never opened: they may lead into our own network. */
async function callOfUrl(url: string, session: Session): Promise<string> {
  const own = recordingUri("");
  if (url.startsWith(own)) return existing(url.slice(own.length), session);
  const { ports, tenant } = session;
  const signed = URL.canParse(url) ? readRecordingPath(new URL(url).pathname, ports) : undefined;
  if (signed && signed.tenant === tenant) return existing(signed.callId, session);
  throw new CallerError(
    "audio_url: a link of get_call_record_link is expected; send other recordings with score_call",
  );
}

async function existing(words: string, session: Session): Promise<string> {
  const callId = await findCallId(words, session);
  if (await readCall(callId, session)) return callId;
  throw noCall(callId);
}

function segmentsOf({ turns, durationSec }: Transcript, bySpeaker: boolean) {
  const shown = shownTurns(turns, { personalData: false });
  return {
    full_text: shown.map(({ text }) => text).join(" "),
    duration_seconds: durationSec,
    segments: bySpeaker
      ? shown.map(({ speaker, startSec, endSec, text }) => ({
          speaker,
          start_time: startSec,
          end_time: endSec,
          text,
        }))
      : [],
  };
}
