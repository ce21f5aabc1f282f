import { AUDIO_HEAD_BYTES, readAudioFormat } from "../../core/audio.ts";
import { PermanentError } from "../../core/errors.ts";
import { type Chat, type ChatUpdate, MAX_CHAT_FILE_BYTES } from "../../core/ports/chat.ts";
import type { Asking } from "./reply.ts";

/** A question takes seconds; whoever sends a whole call is told how to have it scored. */
const MAX_QUESTION_SEC = 90;
/** Recognition of a few words takes two or three seconds; the person waits, and so does the messenger. */
const POLLS = 20;
const POLL_EVERY_MS = 1000;

type Audio = Extract<ChatUpdate, { kind: "audio" }>;

/** What was said in a voice message; or a sentence that says why it was not heard. */
export async function heard(
  audio: Audio,
  { ports, texts }: Asking,
  chat: Chat,
): Promise<{ said: string; refusal?: never } | { said?: never; refusal: string }> {
  const { bot } = texts;
  if ((audio.sizeBytes ?? 0) > MAX_CHAT_FILE_BYTES || (audio.durationSec ?? 0) > MAX_QUESTION_SEC)
    return { refusal: bot.voiceTooLong };
  try {
    const bytes = await chat.fetchFile(audio.fileId);
    const format = await readAudioFormat(bytes.subarray(0, AUDIO_HEAD_BYTES), bytes.length);
    if ((format.durationSec ?? 0) > MAX_QUESTION_SEC) return { refusal: bot.voiceTooLong };
    const speech = await ports.speech();
    const { fileId } = await speech.upload({ body: once(bytes), sizeBytes: bytes.length, format });
    const { taskId } = await speech.start(fileId, format);
    for (let polls = 0; polls < POLLS; polls++) {
      const result = await speech.result(taskId);
      if (result.state === "failed") return { refusal: bot.voiceUnclear };
      if (result.state === "done") {
        const said = result.recognised.segments
          .map(({ text }) => text.trim())
          .join(" ")
          .trim();
        return said === "" ? { refusal: bot.voiceUnclear } : { said };
      }
      await pause(ports.clock.realMs(POLL_EVERY_MS));
    }
    return { refusal: bot.voiceSlow };
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    return { refusal: error.code === "chat.file_too_large" ? bot.voiceTooLong : bot.voiceUnclear };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
