import { type IFormat, parseBuffer } from "music-metadata";
import { PermanentError } from "./errors.ts";

/** What the file header says about a recording. */
export interface AudioFormat {
  encoding: AudioEncoding;
  channels: number;
  sampleRateHz: number;
  /** Null when the header does not tell and the whole file would have to be read. */
  durationSec: number | null;
}

export type AudioEncoding = "mp3" | "wav" | "ogg-opus" | "flac";

/** How much of the start of a file is enough to read its header: an MP3's first frame comes after its cover picture. */
export const AUDIO_HEAD_BYTES = 1024 * 1024;

const encodings: {
  encoding: AudioEncoding;
  extension: string;
  matches: (container: string, codec: string, bitsPerSample: number | undefined) => boolean;
}[] = [
  {
    encoding: "mp3",
    extension: "mp3",
    matches: (_container, codec) => /^MPEG [12](\.5)? Layer 3$/.test(codec),
  },
  {
    encoding: "wav",
    extension: "wav",
    // Recognisers take PCM of 16 bits alone; 8 bits would reach them as noise.
    matches: (container, codec, bitsPerSample) =>
      container === "WAVE" && codec === "PCM" && bitsPerSample === 16,
  },
  {
    encoding: "ogg-opus",
    extension: "ogg",
    matches: (container, codec) => container === "Ogg" && codec === "Opus",
  },
  {
    encoding: "flac",
    extension: "flac",
    matches: (container, codec) => container === "FLAC" && codec === "FLAC",
  },
];

export function extensionOf(encoding: AudioEncoding): string {
  return encodings.find((known) => known.encoding === encoding)?.extension ?? encoding;
}

/**
 * Reads the format from the first bytes of a file ({@link AUDIO_HEAD_BYTES} suffice), never from its name or media type:
 * portals serve MP3 as `application/octet-stream` and login pages as `200 OK`.
 *
 * @throws PermanentError `recording.empty`, `recording.not_audio` (a web page, a picture, noise) or
 * `recording.unsupported_format` (sound, but in an encoding that no recogniser here takes)
 */
export async function readAudioFormat(head: Uint8Array, sizeBytes: number): Promise<AudioFormat> {
  if (sizeBytes === 0 || head.length === 0)
    throw new PermanentError("recording.empty", "the recording has no bytes");
  let format: IFormat;
  try {
    const metadata = await parseBuffer(
      head,
      { size: sizeBytes },
      { skipCovers: true, skipPostHeaders: true, duration: false },
    );
    format = metadata.format;
  } catch {
    throw new PermanentError("recording.not_audio", "the recording is not an audio file that can be read");
  }
  const container = format.container ?? "";
  const codec = format.codec ?? "";
  const known = encodings.find((candidate) => candidate.matches(container, codec, format.bitsPerSample));
  if (!known) {
    const isSound = codec !== "" && (format.sampleRate ?? 0) > 0;
    throw isSound
      ? new PermanentError(
          "recording.unsupported_format",
          "the recording is sound, but not MP3, 16-bit WAV, OGG Opus or FLAC",
        )
      : new PermanentError("recording.not_audio", "the recording is not an audio file that can be read");
  }
  return {
    encoding: known.encoding,
    channels: format.numberOfChannels ?? 1,
    sampleRateHz: format.sampleRate ?? 8000,
    durationSec: positiveOrNull(durationOf(known.encoding, format, head.length === sizeBytes, sizeBytes)),
  };
}

/** From a part of a file the length is known only where the header tells it or every second has the same number of bytes. */
function durationOf(
  encoding: AudioEncoding,
  format: IFormat,
  isWhole: boolean,
  sizeBytes: number,
): number | undefined {
  if (isWhole || encoding === "flac") return format.duration;
  const { sampleRate, numberOfChannels, bitsPerSample } = format;
  if (encoding !== "wav" || !sampleRate || !numberOfChannels || !bitsPerSample) return undefined;
  return (sizeBytes * 8) / (sampleRate * numberOfChannels * bitsPerSample);
}

function positiveOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}
