import * as z from "zod";
import type { AudioEncoding, AudioFormat } from "../../core/audio.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { PermanentError, VendorError } from "../../core/errors.ts";
import type { Speech, SpeechAudio, SpeechResult } from "../../core/ports/speech.ts";
import { type AccessToken, tokenSource } from "./salutespeech-auth.ts";
import { assertAccepted, openSend, readReply, type VendorReply, vendorAddress } from "./salutespeech-http.ts";
import { readRecognised } from "./salutespeech-result.ts";

export interface SaluteSpeechOptions {
  clientId: string;
  /** The client secret, or the finished authorization key that Sber's cabinet shows; then `clientId` is not used. */
  clientSecret: string;
  scope: string;
  oauthUrl?: string;
  apiUrl?: string;
  /** Certificate authorities to trust besides Node's own, for the two addresses above and nothing else. */
  caPem?: string;
  language?: "ru" | "en";
  /** How long one answer may take; an upload gets more, by its size. */
  timeoutSec?: number;
  fetch?: typeof globalThis.fetch;
  clock?: Clock;
}

const OAUTH_URL = "https://ngw.devices.sberbank.ru:9443/api/v2/oauth";
const API_URL = "https://smartspeech.sber.ru/rest/v1";
// SaluteSpeech docs, "data:upload".
const MAX_UPLOAD_BYTES = 1024 ** 3;
const SLOWEST_UPLOAD_BYTES_PER_SEC = 100_000;
const TELEPHONY_HZ = 8000;

// SaluteSpeech docs, "Audio formats": WAV goes as PCM_S16LE, its header is read.
const codecs: Record<AudioEncoding, { name: string; contentType: (sampleRateHz: number) => string }> = {
  mp3: { name: "MP3", contentType: () => "audio/mpeg" },
  wav: { name: "PCM_S16LE", contentType: (sampleRateHz) => `audio/x-pcm;bit=16;rate=${sampleRateHz}` },
  "ogg-opus": { name: "OPUS", contentType: () => "audio/ogg;codecs=opus" },
  flac: { name: "FLAC", contentType: () => "audio/flac" },
};

const UploadReply = z.object({ result: z.object({ request_file_id: z.string().min(1) }) });
const StartReply = z.object({ result: z.object({ id: z.string().min(1) }) });
const TaskReply = z.object({
  result: z.object({ status: z.string().nullish(), response_file_id: z.string().nullish() }),
});

/** Sber SaluteSpeech, REST v1, asynchronous recognition. Uploads and results are kept by Sber for 72 hours. */
export function saluteSpeech(options: SaluteSpeechOptions): Speech {
  const { language = "ru", timeoutSec = 60, clock = systemClock } = options;
  const oauthUrl = vendorAddress(options.oauthUrl ?? OAUTH_URL, "SALUTESPEECH_OAUTH_URL");
  const apiUrl = vendorAddress(options.apiUrl ?? API_URL, "SALUTESPEECH_API_URL");
  const send = openSend(options);
  const tokens = tokenSource({ ...options, oauthUrl, send, clock, timeoutSec });

  const request = (path: string, token: AccessToken, init: RequestInit, limitSec = timeoutSec) =>
    send(`${apiUrl}/${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token.value}` },
      timeoutSec: limitSec,
    });

  /** A token can run out between two calls: a refused one is replaced once. */
  async function requestTwice(path: string, init: RequestInit): Promise<VendorReply> {
    const token = await tokens.token();
    const reply = await request(path, token, init);
    if (reply.status !== 401) return reply;
    tokens.drop(token);
    return request(path, await tokens.token(), init);
  }

  async function upload(audio: SpeechAudio): Promise<{ fileId: string }> {
    const source = watched(audio.body, audio.sizeBytes);
    try {
      const reply = await sendAudio(source.chunks, audio);
      assertTaken(reply);
      assertAccepted(reply, clock.now());
      return { fileId: readReply(UploadReply, reply).result.request_file_id };
    } catch (error) {
      throw source.failure() ?? error;
    } finally {
      source.release();
    }
  }

  async function sendAudio(
    chunks: AsyncIterable<Uint8Array>,
    { sizeBytes, format }: SpeechAudio,
  ): Promise<VendorReply> {
    if (sizeBytes > MAX_UPLOAD_BYTES)
      throw new PermanentError("recording.too_large", "the recording is larger than SaluteSpeech takes");
    const token = await tokens.token();
    // The length is said up front, so the body is not sent in chunks; it flows as fast as the vendor takes it.
    const init = {
      method: "POST",
      headers: {
        "content-type": codecs[format.encoding].contentType(format.sampleRateHz),
        "content-length": String(sizeBytes),
      },
      body: ReadableStream.from(chunks),
      duplex: "half" as const,
      // In every other mode fetch keeps a second copy of the body for a possible repetition, the whole recording in memory
      // (Fetch standard, "HTTP-network-or-cache fetch", step 8).
      redirect: "error" as const,
    };
    const limitSec = timeoutSec + sizeBytes / SLOWEST_UPLOAD_BYTES_PER_SEC;
    const reply = await request("data:upload", token, init, limitSec);
    if (reply.status !== 401) return reply;
    tokens.drop(token);
    // The body is spent, so the queue repeats it. Not if the token was new: the next one would be refused too.
    if (clock.now().getTime() - token.obtainedAtMs > timeoutSec * 1000)
      throw new VendorError("speech.token_expired", "the token of SaluteSpeech ran out before an upload");
    return reply;
  }

  async function start(fileId: string, format: AudioFormat): Promise<{ taskId: string }> {
    const ask = (separateVoices: boolean) =>
      requestTwice("speech:async_recognize", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          request_file_id: fileId,
          options: recognitionOptions(format, language, separateVoices),
        }),
      });
    try {
      const isMono = format.channels === 1;
      let reply = await ask(isMono);
      // A 400 has started nothing. A key or model without voices still gives the text.
      if (isMono && reply.status === 400) reply = await ask(false);
      if (reply.status === 404 && reply.json !== undefined)
        throw new VendorError(
          "speech.file_lost",
          "SaluteSpeech no longer has the upload: it must be sent again",
        );
      assertTaken(reply);
      assertAccepted(reply, clock.now());
      return { taskId: readReply(StartReply, reply).result.id };
    } catch (error) {
      if (error instanceof VendorError && LEAVES_START_IN_DOUBT.has(error.code))
        throw new VendorError(
          "speech.start_unknown",
          `it is not known whether SaluteSpeech started the task: ${error.message}`,
        );
      throw error;
    }
  }

  async function result(taskId: string): Promise<SpeechResult> {
    const reply = await requestTwice(`task:get?id=${encodeURIComponent(taskId)}`, {});
    if (isUnknownId(reply)) return { state: "failed", code: "speech.task_lost" };
    assertAccepted(reply, clock.now());
    const { status, response_file_id: fileId } = readReply(TaskReply, reply).result;
    if (status === "ERROR" || status === "CANCELED") return { state: "failed", code: "speech.task_failed" };
    if (status !== "DONE") return { state: "running" };
    if (!fileId)
      throw new VendorError("speech.unreadable_reply", "SaluteSpeech names no file of a finished task");

    const file = await requestTwice(`data:download?response_file_id=${encodeURIComponent(fileId)}`, {});
    if (isUnknownId(file)) return { state: "failed", code: "speech.task_lost" };
    assertAccepted(file, clock.now());
    return { state: "done", recognised: readRecognised(file.json) };
  }

  return { name: "salutespeech", upload, start, result };
}

const LEAVES_START_IN_DOUBT = new Set([
  "speech.connection_lost",
  "speech.unavailable",
  "speech.unreadable_reply",
]);

// Voices are told apart by the model `general` alone: with `callcenter` a tester got speaker_id -1 everywhere. So mono
// asks `general` even at the 8 kHz for which `callcenter` is made: a word less right costs less than not knowing who said
// it. With a channel for each side nothing has to be told apart, and separation would only split a side in two.
function recognitionOptions(format: AudioFormat, language: "ru" | "en", separateVoices: boolean) {
  const isTelephony = format.sampleRateHz <= TELEPHONY_HZ;
  return {
    model: isTelephony && !separateVoices ? "callcenter" : "general",
    audio_encoding: codecs[format.encoding].name,
    sample_rate: format.sampleRateHz,
    // Never left out: the default of 1 turns stereo into one channel without a word. Two channels of Opus are sent as two,
    // though the docs know it as mono: a refusal can be seen, half a conversation cannot.
    channels_count: format.channels,
    language: language === "ru" ? "ru-RU" : "en-US",
    hypotheses_count: 1,
    ...(separateVoices && {
      speaker_separation_options: { enable: true, enable_only_main_speaker: false, count: 2 },
    }),
  };
}

/** A 400 with the vendor's own words is about this recording's encoding: the rest of a request is always the same. */
function assertTaken({ status, json }: VendorReply): void {
  if (status === 400 && json !== undefined)
    throw new PermanentError(
      "speech.rejected_audio",
      "SaluteSpeech does not take a recording of this encoding",
    );
}

// A 404 that is not JSON comes from a wrong address, and that must not write calls off.
function isUnknownId({ status, json }: VendorReply): boolean {
  return status === 404 && json !== undefined;
}

/**
 * Counts what flows, remembers what broke in the source (fetch would report that as a broken connection), and lets go of
 * the source however the upload ends, even if not one byte of it was asked for.
 */
function watched(body: AsyncIterable<Uint8Array>, sizeBytes: number) {
  const iterator = body[Symbol.asyncIterator]();
  let failure: unknown;
  async function* chunks() {
    let sentBytes = 0;
    try {
      for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) {
        sentBytes += chunk.byteLength;
        if (sentBytes > sizeBytes) break;
        yield chunk;
      }
      if (sentBytes !== sizeBytes) throw new RangeError("the recording is not as long as it was said to be");
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  return {
    chunks: chunks(),
    failure: () => failure,
    release: () => void iterator.return?.().catch(() => undefined),
  };
}
