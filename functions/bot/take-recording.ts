import { AUDIO_HEAD_BYTES, extensionOf, readAudioFormat } from "../../core/audio.ts";
import { outcomeKey, recordingRequestKey, requestedRecordingsPrefix } from "../../core/bucket-layout.ts";
import { readRequestButton } from "../../core/button-data.ts";
import { PermanentError } from "../../core/errors.ts";
import { Outcome } from "../../core/outcome.ts";
import { type Chat, type ChatUpdate, MAX_CHAT_FILE_BYTES } from "../../core/ports/chat.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { findRequestedCall, RecordingRequest } from "../../core/recording-request.ts";
import { readJson } from "../../core/store-json.ts";
import type { Texts } from "../../locales/index.ts";
import type { Asking, Reply } from "./reply.ts";

/** How a recording that was asked for comes by the messenger: as an answer to the message that asks, or after a tap on its button. */

const AWAITED_MS = 15 * 60_000;

type Audio = Extract<ChatUpdate, { kind: "audio" }>;

/** The answer to the button under a request; undefined where nothing is asked for: the same button brings a recording that is there. */
export async function askForRecording(ref: string, asking: Asking): Promise<Reply | undefined> {
  const { ports, texts, scope, now } = asking;
  const callId = await findRequestedCall(ports.store, ports.tenant, ref);
  if (callId === undefined || !(await isAskedFor(callId, asking))) return undefined;
  if (scope.kind === "agent") return { blocks: [texts.bot.sent.onlySupervisors] };
  return {
    blocks: [escapeHtml(texts.bot.sent.ask)],
    // By it an answer to this message is known to be about the call.
    buttons: [[{ text: texts.requests.send, data: `r:${ref}` }]],
    shown: { awaits: { what: "recording", callId, at: now.toISOString() } },
  };
}

/**
 * Puts the file where recordings that were asked for are waited for; the bucket's notification goes on with it. Undefined of what answers no request:
 * that is a question.
 */
export async function takeRecording(audio: Audio, asking: Asking, chat: Chat): Promise<Reply | undefined> {
  const { ports, texts, scope } = asking;
  const { sent, callNotFound } = texts.bot;
  const ref = requestRepliedTo(audio);
  const callId =
    ref === undefined ? awaited(audio, asking) : await findRequestedCall(ports.store, ports.tenant, ref);
  if (callId === undefined) return ref === undefined ? undefined : { blocks: [callNotFound] };
  if (scope.kind === "agent") return { blocks: [sent.onlySupervisors] };
  const refusal = (await notWanted(callId, asking)) ?? (await storeSent(audio, callId, asking, chat));
  if (refusal === undefined) return { blocks: [escapeHtml(sent.taken)] };
  return { blocks: [escapeHtml(refusal), ...pathOf(refusal, callId, asking)] };
}

/** Cards of calls have a button for the recording as well, and others besides. */
function requestRepliedTo({ repliesTo }: Audio): string | undefined {
  const buttons = repliesTo?.buttons ?? [];
  const [ref, ...others] = new Set(buttons.map(readRequestButton));
  return others.length === 0 ? ref : undefined;
}

function awaited({ repliesTo }: Audio, { shown, now }: Asking): string | undefined {
  const { awaits } = shown;
  if (awaits?.what !== "recording" || (repliesTo && repliesTo.buttons.length > 0)) return undefined;
  return now.getTime() - Date.parse(awaits.at) > AWAITED_MS ? undefined : awaits.callId;
}

async function isAskedFor(callId: string, { ports }: Asking): Promise<boolean> {
  const key = recordingRequestKey(ports.tenant, callId);
  return (await readJson(ports.store, key, RecordingRequest))?.value.status === "open";
}

/** Why the call would not go on with a recording. */
async function notWanted(callId: string, asking: Asking): Promise<string | undefined> {
  const { ports, texts } = asking;
  if (!(await isAskedFor(callId, asking))) return texts.bot.sent.alreadyThere;
  const outcome = (await readJson(ports.store, outcomeKey(ports.tenant, callId), Outcome))?.value;
  return outcome && !outcome.code.startsWith("recording.") ? texts.bot.sent.notWanted : undefined;
}

/** Resolves to why it was not stored. */
async function storeSent(
  audio: Audio,
  callId: string,
  { ports, texts }: Asking,
  chat: Chat,
): Promise<string | undefined> {
  if ((audio.sizeBytes ?? 0) > MAX_CHAT_FILE_BYTES) return texts.bot.sent.tooLarge;
  try {
    const bytes = await chat.fetchFile(audio.fileId);
    const { encoding } = await readAudioFormat(bytes.subarray(0, AUDIO_HEAD_BYTES), bytes.length);
    const name = `${callId}.${extensionOf(encoding)}`;
    await ports.store.put(`${requestedRecordingsPrefix(ports.tenant)}${name}`, bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    return refusalOf(error.code, texts);
  }
}

function refusalOf(code: string, { bot }: Texts): string {
  switch (code) {
    case "chat.file_too_large":
      return bot.sent.tooLarge;
    case "chat.file_gone":
      return bot.sent.gone;
    case "recording.unsupported_format":
      return bot.sent.unsupported;
    default:
      return bot.sent.notAudio;
  }
}

/** Where a file that the messenger does not give can be put by hand. */
function pathOf(refusal: string, callId: string, { ports, texts }: Asking): string[] {
  if (refusal !== texts.bot.sent.tooLarge) return [];
  return [`<code>${escapeHtml(`${requestedRecordingsPrefix(ports.tenant)}${callId}.mp3`)}</code>`];
}
