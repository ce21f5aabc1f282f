import { AUDIO_HEAD_BYTES, extensionOf, readAudioFormat } from "../../core/audio.ts";
import { recordingPrefix } from "../../core/bucket-layout.ts";
import { PermanentError, VendorError } from "../../core/errors.ts";
import type { OpenedRecording } from "../../core/ports/crm.ts";
import type { Store } from "../../core/ports/store.ts";
import { type SplitBody, splitHead } from "../../core/stream-head.ts";
import type { CallEnded } from "../../events/call-ended.ts";

/** What SaluteSpeech takes at most (REST "data:upload"). */
export const MAX_RECORDING_BYTES = 1024 ** 3;

/**
 * Streams a recording into the bucket in constant memory and answers its key. Its first bytes decide what it is: an HTML login page
 * answers 200 as well.
 *
 * @throws PermanentError `recording.empty`, `.not_audio`, `.unsupported_format`, `.too_large`
 * @throws VendorError `recording.truncated` when fewer bytes came than were promised, `recording.interrupted` when the connection broke
 */
export async function storeRecording(
  recording: OpenedRecording,
  event: CallEnded,
  store: Store,
  limitBytes = MAX_RECORDING_BYTES,
): Promise<string> {
  const { sizeBytes } = recording;
  if (sizeBytes !== null && sizeBytes > limitBytes) {
    await recording.body.cancel();
    throw tooLarge();
  }
  const body = await splitHead(recording.body, AUDIO_HEAD_BYTES).catch(connectionLost);
  try {
    const isShort = body.ended && sizeBytes !== null && body.head.length < sizeBytes;
    if (isShort && body.head.length === 0) throw truncated();
    // What it is comes first: a login page is not a recording that was cut short.
    const format = await readAudioFormat(
      body.head,
      body.ended ? body.head.length : (sizeBytes ?? limitBytes),
    );
    if (isShort) throw truncated();
    const key = `${recordingPrefix(event.tenant, event.subject)}${extensionOf(format.encoding)}`;
    await store.put(key, counted(body, sizeBytes, limitBytes), sizeBytes === null ? {} : { sizeBytes });
    return key;
  } finally {
    await body.cancel();
  }
}

/** The whole body, its length as it is stored, so unpacked, checked against the promise and the limit. */
async function* counted(
  body: SplitBody,
  promised: number | null,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  const chunks = body.whole();
  for (;;) {
    const { value, done } = await chunks.next().catch(connectionLost);
    if (done) break;
    length += value.length;
    if (length > limitBytes) throw tooLarge();
    yield value;
  }
  if (promised !== null && length < promised) throw truncated();
}

function tooLarge(): PermanentError {
  return new PermanentError("recording.too_large", "the recording is larger than 1 GB");
}

function truncated(): VendorError {
  return new VendorError("recording.truncated", "the download ended before the recording did");
}

function connectionLost(): never {
  throw new VendorError(
    "recording.interrupted",
    "the connection was lost while the recording was downloaded",
  );
}
