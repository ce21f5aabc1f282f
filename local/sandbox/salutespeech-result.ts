import type { SpeechSegment } from "../../core/ports/speech.ts";

export interface ResultFileOptions {
  model: string;
  /** As the client asked; with 1 every word of a stereo file stands in channel 0. */
  channels: number;
  separateVoices: boolean;
}

/**
 * Writes what was said as Sber does, oddities included: durations as strings, protobuf's default values left out, mixed
 * and per-voice copies side by side, channels not in order, every text raw and normalised.
 */
export function writeResultFile(said: readonly SpeechSegment[], options: ResultFileOptions): object[] {
  const heard = said.map((segment) => (options.channels === 1 ? { ...segment, channel: 0 } : segment));
  const mixed = heard.map((segment) => utterance(segment, -1, options.model));
  // Only `general` tells voices apart; other models put -1 everywhere.
  const copies =
    options.separateVoices && options.model === "general"
      ? heard.map((segment) => utterance(segment, segment.voice ?? 0, options.model))
      : [];
  const silence = {
    results: [{ text: "" }],
    eou: true,
    eou_reason: "NO_SPEECH_TIMEOUT",
    processed_audio_start: "0s",
    processed_audio_end: "0.200s",
  };
  const lastChannelFirst = (a: { channel?: number }, b: { channel?: number }) =>
    (b.channel ?? 0) - (a.channel ?? 0);
  return [silence, ...mixed.sort(lastChannelFirst), ...copies.reverse()];
}

function utterance(segment: SpeechSegment, speakerId: number, model: string) {
  const { channel, startSec, endSec, text } = segment;
  return {
    results: [
      {
        text: raw(text),
        normalized_text: text,
        start: duration(startSec),
        end: duration(endSec),
        word_alignments: wordsOf(segment).map((word) => ({
          word: raw(word.text),
          start: duration(word.startSec),
          end: duration(word.endSec),
        })),
      },
    ],
    eou: true,
    eou_reason: "ORGANIC",
    emotions_result: { positive: 0.05, neutral: 0.93, negative: 0.02 },
    processed_audio_start: duration(startSec),
    processed_audio_end: duration(endSec),
    backend_info: { model_name: model, model_version: "M-01", server_version: "S-01" },
    ...(channel !== 0 && { channel }),
    speaker_info: speakerId === 0 ? {} : { speaker_id: speakerId },
  };
}

/** A segment that lists no words gets them evenly spread over its time. */
function wordsOf({ words, text, startSec, endSec }: SpeechSegment): SpeechSegment["words"] {
  if (words.length > 0) return words;
  const spoken = raw(text).split(" ").filter(Boolean);
  const stepSec = (endSec - startSec) / spoken.length;
  return spoken.map((word, at) => ({
    text: word,
    startSec: startSec + at * stepSec,
    endSec: startSec + (at + 1) * stepSec,
  }));
}

/** Lower case, no punctuation: what the recogniser heard before it was made readable. */
function raw(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

function duration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${seconds.toFixed(3)}s`;
}
