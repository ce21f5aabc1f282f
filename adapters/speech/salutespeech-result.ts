import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { Recognised, SpeechSegment } from "../../core/ports/speech.ts";

/** Longer than any recording that fits into the largest file (1 GB); a time beyond it is none. */
const MAX_SEC = 10_000_000;

// Durations are protobuf's JSON: "0.480s", up to nine decimals. Default values may be left out, so a missing one is 0.
const Seconds = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const seconds = typeof value === "string" ? Number(value.trim().replace(/s$/, "")) : (value ?? 0);
    return seconds > 0 && seconds <= MAX_SEC ? toMilliseconds(seconds) : 0;
  });

const Hypothesis = z.object({
  text: z.string().nullish(),
  normalized_text: z.string().nullish(),
  start: Seconds,
  end: Seconds,
  word_alignments: z.array(z.object({ word: z.string().nullish(), start: Seconds, end: Seconds })).nullish(),
});
type Hypothesis = z.infer<typeof Hypothesis>;

const Utterance = z.object({
  results: z.array(Hypothesis).nullish(),
  eou: z.boolean().nullish(),
  processed_audio_start: Seconds,
  processed_audio_end: Seconds,
  channel: z.number().int().nullish(),
  speaker_info: z.object({ speaker_id: z.number().int().nullish() }).nullish(),
  backend_info: z.object({ model_name: z.string().nullish() }).nullish(),
});
type Utterance = z.infer<typeof Utterance>;

interface Heard extends SpeechSegment {
  /** The recogniser closed the utterance (`eou`). */
  final: boolean;
}

/** Reads the file of a finished task: a bare array, unordered, in which the same words can stand several times. */
export function readRecognised(json: unknown): Recognised {
  const parsed = z.array(Utterance).safeParse(json);
  if (!parsed.success)
    throw new VendorError("speech.unreadable_reply", "the result of SaluteSpeech cannot be read");
  const heard = withoutPartials(parsed.data.flatMap(toHeard));
  const segments = [...Map.groupBy(heard, ({ channel }) => channel).values()]
    .flatMap(oneCopy)
    .map(({ final: _, ...segment }): SpeechSegment => segment)
    .sort((a, b) => a.startSec - b.startSec || a.channel - b.channel || a.endSec - b.endSec);
  const named = parsed.data.find((utterance) => utterance.backend_info?.model_name);
  return { model: named?.backend_info?.model_name ?? null, segments };
}

function toHeard(utterance: Utterance): Heard[] {
  const hypothesis = utterance.results?.find((candidate) => textOf(candidate) !== "");
  if (!hypothesis) return [];
  const whole = { start: utterance.processed_audio_start, end: utterance.processed_audio_end };
  const words = onFileTime(hypothesis.word_alignments ?? [], whole)
    .map(({ word, start, end }) => ({ text: word?.trim() ?? "", startSec: start, endSec: end }))
    .filter(({ text, startSec, endSec }) => text !== "" && endSec > 0 && startSec <= endSec);
  const [stretch = whole] = onFileTime([hypothesis], whole);
  const { start, end } = stretch.end > stretch.start ? stretch : whole;
  // Words are the surer clock: recognisers have put a stretch seconds before its first word.
  const startSec = words.reduce((least, word) => Math.min(least, word.startSec), words[0]?.startSec ?? start);
  const endSec = words.reduce((most, word) => Math.max(most, word.endSec), words[0]?.endSec ?? end);
  // -1 is the mix of all voices. A number that is left out is voice 0, a `speaker_info` that is left out is the mix.
  const speaker = utterance.speaker_info;
  const voice = speaker ? (speaker.speaker_id ?? 0) : -1;
  return [
    {
      channel: Math.max(0, utterance.channel ?? 0),
      voice: voice < 0 ? null : voice,
      startSec,
      endSec: Math.max(startSec, endSec),
      text: textOf(hypothesis),
      words,
      final: utterance.eou === true,
    },
  ];
}

function textOf({ normalized_text, text }: Hypothesis): string {
  return normalized_text?.trim() || text?.trim() || "";
}

const TIME_SLACK_SEC = 0.5;

/**
 * The comments of Sber's recognition.proto count a hypothesis from the start of its utterance, recorded replies from the
 * start of the file. Times that lie before the utterance are of the first kind, if they fit into it once moved.
 */
function onFileTime<T extends { start: number; end: number }>(
  times: readonly T[],
  whole: { start: number; end: number },
): readonly T[] {
  const first = times[0];
  const last = times.at(-1);
  if (!first || !last || first.start >= whole.start - TIME_SLACK_SEC) return times;
  if (whole.end > 0 && last.end + whole.start > whole.end + TIME_SLACK_SEC) return times;
  return times.map((time) => ({
    ...time,
    start: toMilliseconds(time.start + whole.start),
    end: toMilliseconds(time.end + whole.start),
  }));
}

/** Leaves out what a later, closed utterance of the same voice says again; `eou` can be missing everywhere. */
function withoutPartials(heard: Heard[]): Heard[] {
  const finals = heard.filter(({ final }) => final);
  return heard.filter((part) => {
    const middleSec = (part.startSec + part.endSec) / 2;
    return (
      part.final ||
      !finals.some(
        (whole) =>
          whole.channel === part.channel &&
          whole.voice === part.voice &&
          whole.startSec < middleSec &&
          middleSec < whole.endSec,
      )
    );
  });
}

/**
 * With voices separated the file holds everything twice: mixed, and once for each voice. Voices are taken when together
 * they say about what the mix says. Less would lose words, and much more means that they repeat each other.
 */
function oneCopy(channel: Heard[]): Heard[] {
  const mixed = channel.filter(({ voice }) => voice === null);
  const voices = channel.filter(({ voice }) => voice !== null);
  if (mixed.length === 0) return voices;
  const share = letterCount(voices) / letterCount(mixed);
  return share >= 0.9 && share <= 1.3 ? voices : mixed;
}

function letterCount(heard: Heard[]): number {
  return heard.reduce((sum, { text }) => sum + text.replace(/[^\p{L}\p{N}]/gu, "").length, 0);
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
