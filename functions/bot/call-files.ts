import { recordingPrefix, transcriptKey } from "../../core/bucket-layout.ts";
import { callRef } from "../../core/call-ref.ts";
import type { CallRow } from "../../core/call-row.ts";
import { readRemoved } from "../../core/removal.ts";
import { readBytes, readJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import { seconds } from "./answer-words.ts";
import { framed, heading } from "./call-card.ts";
import type { Asking, Reply } from "./reply.ts";

/** Bot API, sendDocument: 50 MB; and all of it is in memory at once. */
const MAX_RECORDING_BYTES = 45 * 1024 * 1024;

/** What was said, as a file: conversations are longer than messages. */
export async function transcriptReply(row: CallRow, asking: Asking): Promise<Reply> {
  const { ports, texts } = asking;
  const transcript = (await readJson(ports.store, transcriptKey(ports.tenant, row.callId), Transcript))
    ?.value;
  if (!transcript) {
    const { texts: removed } = await readRemoved(ports.store, ports.tenant, row.callId);
    const why = removed ? texts.bot.transcriptRemoved(removed.keptDays) : texts.bot.noTranscript;
    return { ...framed(row, asking), blocks: [heading(row, asking), why] };
  }
  const lines = transcript.turns.map(
    ({ startSec, speaker, text }) => `[${seconds(startSec)}] ${texts.scorecard.speakers[speaker]}: ${text}`,
  );
  return {
    ...framed(row, asking),
    blocks: [heading(row, asking)],
    files: [
      {
        kind: "document",
        bytes: new TextEncoder().encode(`${lines.join("\n")}\n`),
        name: `${callRef(row.callId)}.txt`,
        mediaType: "text/plain; charset=utf-8",
      },
    ],
  };
}

export async function recordingReply(row: CallRow, asking: Asking): Promise<Reply> {
  const { ports, texts } = asking;
  const plain = { ...framed(row, asking), blocks: [heading(row, asking)] };
  for await (const { key, sizeBytes } of ports.store.list(recordingPrefix(ports.tenant, row.callId))) {
    if (sizeBytes > MAX_RECORDING_BYTES)
      return { ...plain, blocks: [...plain.blocks, texts.bot.recordingTooLarge] };
    const object = await ports.store.get(key);
    if (!object || sizeBytes === 0) break;
    return {
      ...plain,
      files: [
        {
          kind: "document",
          bytes: await readBytes(object),
          name: `${callRef(row.callId)}.${key.split(".").at(-1)}`,
          mediaType: "application/octet-stream",
        },
      ],
    };
  }
  const { recording: removed } = await readRemoved(ports.store, ports.tenant, row.callId);
  const why = removed ? texts.bot.recordingRemoved(removed.keptDays) : texts.bot.noRecording;
  return { ...plain, blocks: [...plain.blocks, why] };
}
