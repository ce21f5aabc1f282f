import { transcriptKey } from "../../core/bucket-layout.ts";
import { VendorError } from "../../core/errors.ts";
import type { CrmPhrase } from "../../core/ports/crm-writer.ts";
import { readRemoved } from "../../core/removal.ts";
import { readJson } from "../../core/store-json.ts";
import { Transcript, type Turn } from "../../core/transcript.ts";
import type { WriteBackJob, WrittenBack } from "./write-back.ts";

/**
 * Attaches the transcript to the call in the CRM. One that somebody else has put there is left alone: a second one would take its place, and
 * ours can be read in the bucket. Without knowing who speaks nothing is attached, for the CRM knows only the two sides.
 */
export async function writeTranscript(job: WriteBackJob): Promise<WrittenBack> {
  const { tenant, call, lookFirst, writer, ports } = job;
  const stored = await readJson(ports.store, transcriptKey(tenant, call.callId), Transcript);
  if (!stored && (await readRemoved(ports.store, tenant, call.callId)).texts)
    return { skipped: "call.removed" };
  if (!stored) throw new VendorError("transcript.gone", "the transcript is not in the bucket any more");
  const phrases = phrasesOf(stored.value.turns);
  if (phrases === undefined) return { skipped: "transcript.speakers_unknown" };
  if (phrases.length === 0) return { skipped: "transcript.no_speech" };
  const { id, wasThere } = await writer.attachTranscript({ nativeId: call.nativeId, phrases });
  // After an answer that was lost the one that is there is most likely ours.
  return wasThere && !lookFirst ? { skipped: "crm.transcribed_already" } : { id, card: null };
}

/** Undefined when it is not known of each turn who speaks. */
export function phrasesOf(turns: readonly Turn[]): CrmPhrase[] | undefined {
  const said = turns.filter(({ text }) => text.trim() !== "");
  const phrases: CrmPhrase[] = [];
  for (const { speaker, startSec, endSec, text } of said) {
    if (speaker === "unknown") return undefined;
    const start = Math.max(0, Math.floor(startSec));
    phrases.push({
      speaker,
      startSec: start,
      stopSec: Math.max(start + 1, Math.ceil(endSec)),
      text: text.trim(),
    });
  }
  return phrases;
}
