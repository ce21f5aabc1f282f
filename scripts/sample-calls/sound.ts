import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Sound, Voice } from "./script.ts";

const run = promisify(execFile);

/** What turns are spoken and mixed at; telephone recordings are brought down to 8 kHz when they are encoded. */
export const SPEECH_RATE_HZ = 16000;

/** Loudest sample of a turn, so that two voices at once are not clipped. */
const PEAK = 0.45;

/** The samples of one turn, without silence before and after, within a telephone's band. */
export async function speak(text: string, voice: Voice, file: string): Promise<Float32Array> {
  // Guillemets and hyphens are read aloud or break a word in two.
  const speakable = text.replace(/[«»]/g, "").replaceAll("-", " ");
  const { variant, wordsPerMinute, pitch } = voice;
  await run("espeak-ng", [
    ...["-v", `ru+${variant}`, "-s", `${wordsPerMinute}`, "-p", `${pitch}`, "-w", file, speakable],
  ]);
  const trim = ["silence", "1", "0.01", "0.5%", "reverse"];
  const { stdout } = await run(
    "sox",
    [
      // -D and -R: no dither, no random numbers, so that the bytes are the same every time.
      ...["-D", "-R", file, "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-"],
      ...["rate", `${SPEECH_RATE_HZ}`, "highpass", "250", "lowpass", "3400", ...trim, ...trim],
    ],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  const samples = new Float32Array(stdout.length / 2);
  for (let n = 0; n < samples.length; n++) samples[n] = stdout.readInt16LE(n * 2) / 32768;
  const loudest = samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
  return samples.map((sample) => (sample * PEAK) / loudest);
}

export interface Placed {
  samples: Float32Array;
  startSec: number;
  channel: number;
  level: number;
}

/** The turns on one time line, a list of samples for each channel. */
export function mix(
  placed: Placed[],
  { channels, lengthSec }: { channels: number; lengthSec: number },
): Float32Array[] {
  const length = Math.round(lengthSec * SPEECH_RATE_HZ);
  const mixed = Array.from({ length: channels }, () => new Float32Array(length));
  for (const { samples, startSec, channel, level } of placed) {
    const line = mixed[channel]!;
    const offset = Math.round(startSec * SPEECH_RATE_HZ);
    for (const [n, sample] of samples.entries()) {
      if (offset + n < length) line[offset + n]! += sample * level;
    }
  }
  return mixed;
}

/** A low steady noise, as from a car: made by a fixed sequence of numbers, so that it is the same every time. */
export function addNoise(mixed: Float32Array[], level: number): void {
  let state = 20261119;
  for (const line of mixed) {
    let smooth = 0;
    for (let n = 0; n < line.length; n++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      smooth = smooth * 0.9 + (state / 2 ** 31 - 1) * 0.1;
      line[n]! += smooth * level * 4;
    }
  }
}

/** 16-bit PCM at {@link SPEECH_RATE_HZ}. */
export function wavFile(mixed: Float32Array[]): Buffer {
  const channels = mixed.length;
  const length = mixed[0]!.length;
  const file = Buffer.alloc(44 + length * channels * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(SPEECH_RATE_HZ, 24);
  file.writeUInt32LE(SPEECH_RATE_HZ * channels * 2, 28);
  file.writeUInt16LE(channels * 2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(length * channels * 2, 40);
  for (let n = 0; n < length; n++) {
    for (const [channel, line] of mixed.entries()) {
      const sample = Math.max(-1, Math.min(1, line[n]!));
      file.writeInt16LE(Math.round(sample * 32767), 44 + (n * channels + channel) * 2);
    }
  }
  return file;
}

/** Low bitrates on purpose: the files are committed. */
export async function encode(source: string, target: string, sound: Sound): Promise<void> {
  const resampled = `${source}.${sound.sampleRateHz}.wav`;
  await run("sox", ["-D", "-R", source, "-r", `${sound.sampleRateHz}`, "-b", "16", resampled]);
  const mode = sound.channels === 2 ? ["-m", "s", "-b", "24"] : ["-m", "m", "-b", "16"];
  if (sound.encoding === "mp3") await run("lame", ["--quiet", "--cbr", ...mode, resampled, target]);
  if (sound.encoding === "ogg") {
    // Without a fixed serial number every run would make another file.
    await run("opusenc", ["--quiet", "--serial", "1", "--bitrate", "16", resampled, target]);
  }
  if (sound.encoding === "flac") {
    await run("flac", ["--silent", "--force", "--best", "-o", target, resampled]);
  }
  if (sound.encoding === "wav") await run("sox", ["-D", "-R", resampled, target]);
  if ((await readFile(target)).length < 1000) throw new Error(`${target} came out empty`);
}
