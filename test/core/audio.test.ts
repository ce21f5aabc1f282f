import { describe, expect, it } from "vitest";
import { AUDIO_HEAD_BYTES, extensionOf, readAudioFormat } from "../../core/audio.ts";
import {
  flacMono8k,
  mp3Silence,
  opusMono8k,
  opusStereo16k,
  vorbisMono8k,
  wavTone,
  withCover,
} from "../speech/recordings.ts";

const read = (file: Uint8Array) => readAudioFormat(file.subarray(0, AUDIO_HEAD_BYTES), file.length);
const text = (content: string) => new TextEncoder().encode(content);

describe("the format of a recording", () => {
  it.each([
    ["MP3 of telephony", mp3Silence("8000 mono"), { encoding: "mp3", channels: 1, sampleRateHz: 8000 }],
    [
      "stereo MP3 of telephony",
      mp3Silence("8000 stereo"),
      { encoding: "mp3", channels: 2, sampleRateHz: 8000 },
    ],
    ["MP3 of 16 kHz", mp3Silence("16000 mono"), { encoding: "mp3", channels: 1, sampleRateHz: 16_000 }],
    ["MP3 of music", mp3Silence("44100 stereo"), { encoding: "mp3", channels: 2, sampleRateHz: 44_100 }],
    ["WAV", wavTone(), { encoding: "wav", channels: 1, sampleRateHz: 8000 }],
    [
      "stereo WAV",
      wavTone({ channels: 2, sampleRateHz: 44_100 }),
      { encoding: "wav", channels: 2, sampleRateHz: 44_100 },
    ],
    [
      "OGG Opus, with the rate before encoding",
      opusMono8k,
      { encoding: "ogg-opus", channels: 1, sampleRateHz: 8000 },
    ],
    ["stereo OGG Opus", opusStereo16k, { encoding: "ogg-opus", channels: 2, sampleRateHz: 16_000 }],
    ["FLAC", flacMono8k, { encoding: "flac", channels: 1, sampleRateHz: 8000 }],
  ])("is read from %s", async (_name, file, expected) => {
    expect(await read(file)).toMatchObject(expected);
  });

  it("has the length of a file that was read whole", async () => {
    expect((await read(wavTone({ durationSec: 0.5 }))).durationSec).toBe(0.5);
    expect((await read(flacMono8k)).durationSec).toBeCloseTo(0.1);
  });

  it("reckons the length of a WAV from its size when only the start was read", async () => {
    const file = wavTone({ durationSec: 2 });
    const format = await readAudioFormat(file.subarray(0, 100), file.length);
    expect(format).toMatchObject({ encoding: "wav", channels: 1, sampleRateHz: 8000 });
    expect(format.durationSec).toBeCloseTo(2, 1);
  });

  it("has no length when only the start was read and nothing tells", async () => {
    const mp3 = mp3Silence("44100 stereo", 400);
    expect(await readAudioFormat(mp3.subarray(0, 2000), mp3.length)).toMatchObject({ durationSec: null });
  });

  it.each([150, 700])("is found behind a cover picture of %i KB", async (kilobytes) => {
    const file = withCover(mp3Silence("44100 stereo", 3000), kilobytes * 1024);
    expect(file.length).toBeGreaterThan(AUDIO_HEAD_BYTES);
    expect(await read(file)).toMatchObject({ encoding: "mp3", channels: 2, sampleRateHz: 44_100 });
  });

  it("is read from a copy as well as from a view into a larger buffer", async () => {
    const file = wavTone({ channels: 2 });
    const padded = new Uint8Array(file.length + 64);
    padded.set(file, 32);
    expect(await read(padded.subarray(32, 32 + file.length))).toMatchObject({ encoding: "wav", channels: 2 });
  });
});

describe("what is not a recording", () => {
  it("is empty", async () => {
    await expect(read(new Uint8Array())).rejects.toMatchObject({ code: "recording.empty" });
  });

  it.each([
    ["a login page served as 200 OK", text("<!DOCTYPE html><html><body><form>Вход</form></body></html>")],
    ["an error in JSON", text('{"error":"NO_AUTH_FOUND","error_description":"Wrong authorization data"}')],
    ["plain text", text("Запись разговора недоступна. Обратитесь к администратору портала.")],
    ["a JPEG", Buffer.from("ffd8ffe000104a46494600010100000100010000ffdb0043", "hex")],
    ["zeros", new Uint8Array(20_000)],
    ["three bytes of a tag", text("ID3")],
    ["an MP3 cut inside its first frame", mp3Silence("44100 stereo").subarray(0, 3)],
    ["a WAV cut inside its header", wavTone().subarray(0, 30)],
    ["an OGG cut inside its first page", opusMono8k.subarray(0, 20)],
  ])("is %s", async (_name, file) => {
    await expect(read(file)).rejects.toMatchObject({ name: "PermanentError", code: "recording.not_audio" });
  });
});

describe("sound that no recogniser here takes", () => {
  it.each([
    ["µ-law in a WAV", wavTone({ formatTag: 7, bitsPerSample: 8 })],
    ["A-law in a WAV", wavTone({ formatTag: 6, bitsPerSample: 8 })],
    ["a WAV of 8 bits", wavTone({ bitsPerSample: 8 })],
    ["a WAV of 24 bits", wavTone({ bitsPerSample: 24 })],
    ["OGG Vorbis", vorbisMono8k],
  ])("is %s", async (_name, file) => {
    await expect(read(file)).rejects.toMatchObject({
      name: "PermanentError",
      code: "recording.unsupported_format",
    });
  });
});

it("names files by what they are", () => {
  expect((["mp3", "wav", "ogg-opus", "flac"] as const).map(extensionOf)).toEqual([
    "mp3",
    "wav",
    "ogg",
    "flac",
  ]);
});
