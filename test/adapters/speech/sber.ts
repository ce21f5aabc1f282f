import { afterEach, beforeEach } from "vitest";
import { type SaluteSpeechOptions, saluteSpeech } from "../../../adapters/speech/salutespeech.ts";
import { type AudioFormat, readAudioFormat } from "../../../core/audio.ts";
import { setClock } from "../../../core/clock.ts";
import type { Speech } from "../../../core/ports/speech.ts";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "../../../local/sandbox/salutespeech.ts";
import { mp3Silence, sha256 } from "../../speech/recordings.ts";

export const credentials = {
  clientId: "3f6a2a1b-9c10-4c5a-9f7e-6f0d6c1e0d0b",
  clientSecret: "0d0b6f0d-4c5a-9f7e-6c1e-3f6a2a1b9c10",
  scope: "SALUTE_SPEECH_PERS",
};
export const mono = mp3Silence("8000 mono");
export const monoFormat: AudioFormat = {
  encoding: "mp3",
  channels: 1,
  sampleRateHz: 8000,
  durationSec: null,
};
export const stereoFormat: AudioFormat = { ...monoFormat, channels: 2 };
export const clock = setClock("2026-11-20T10:00:00Z");

/** A fresh sandbox and a driver for it, before each test of the file. */
export let sandbox: SaluteSpeechSandbox;
export let speech: Speech;

beforeEach(async () => {
  sandbox = await startSaluteSpeechSandbox({
    ...credentials,
    recordings: new Map([[sha256(mono), []]]),
    clock,
  });
  speech = open();
});
afterEach(() => sandbox.close());

export const open = (options: Partial<SaluteSpeechOptions> = {}): Speech =>
  saluteSpeech({ ...credentials, oauthUrl: sandbox.oauthUrl, apiUrl: sandbox.apiUrl, clock, ...options });

export async function upload(file: Uint8Array = mono, by: Speech = speech) {
  const format = await readAudioFormat(file, file.length);
  const body = ReadableStream.from([file]);
  return { format, ...(await by.upload({ body, sizeBytes: file.length, format })) };
}

export const requestsTo = (path: string) => sandbox.requests.filter((request) => request.path.includes(path));
