import type { AudioFormat } from "../audio.ts";

/** A recogniser of recorded speech that works by tasks: upload, start, come back until done. */
export interface Speech {
  /** What the transcript names as its source, e.g. "salutespeech". */
  readonly name: string;
  /** Hands the audio over. Not paid for; the file id can be used for several hours. */
  upload(audio: SpeechAudio): Promise<{ fileId: string }>;
  /** Starts the recognition. This is what costs money: never repeated by the driver on its own. */
  start(fileId: string, format: AudioFormat): Promise<{ taskId: string }>;
  /** Where the task stands. A finished one can be read as often as wanted. */
  result(taskId: string): Promise<SpeechResult>;
}

export interface SpeechAudio {
  body: AsyncIterable<Uint8Array>;
  sizeBytes: number;
  format: AudioFormat;
}

export type SpeechResult =
  | { state: "running" }
  | { state: "done"; recognised: Recognised }
  /** The recogniser gave up on this recording for good. */
  | { state: "failed"; code: string };

export interface Recognised {
  model: string | null;
  /** Ordered by start. Each stretch of speech stands here once, whatever the vendor repeats. */
  segments: SpeechSegment[];
}

export interface SpeechSegment {
  /** Of the audio file, from 0. */
  channel: number;
  /** The vendor's number for the voice inside one channel; null when voices were not separated. */
  voice: number | null;
  startSec: number;
  endSec: number;
  /** With punctuation and capitals where the vendor has them. */
  text: string;
  words: { text: string; startSec: number; endSec: number }[];
}
