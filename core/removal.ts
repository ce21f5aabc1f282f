import * as z from "zod";
import { removedKey } from "./bucket-layout.ts";
import type { Store } from "./ports/store.ts";
import type { Settings } from "./settings.ts";
import { readJson, writeJson } from "./store-json.ts";

export const RemovalReason = z.enum(["retention", "request"]);
export type RemovalReason = z.infer<typeof RemovalReason>;

const Removed = z.object({
  /** ISO 8601. */
  at: z.iso.datetime(),
  why: RemovalReason,
  /** For how many days it was kept; null where somebody asked for the removal. */
  keptDays: z.number().int().nullable(),
});
export type Removed = z.infer<typeof Removed>;

/** `removed.json`: what is kept of the call no longer. It never says whose call it was. */
export const RemovedNote = z.object({
  recording: Removed.nullable(),
  /** Transcript, quotes, summaries and the client's phone. */
  texts: Removed.nullable(),
  /** The texts are gone, and the index was told of it. */
  settled: z.boolean().default(false),
});
export type RemovedNote = z.infer<typeof RemovedNote>;

export async function readRemoved(store: Store, tenant: string, callId: string): Promise<RemovedNote> {
  const note = (await readJson(store, removedKey(tenant, callId), RemovedNote))?.value;
  return note ?? { recording: null, texts: null, settled: false };
}

/** The first removal is the one that is told of. */
export async function noteRemoved(
  store: Store,
  tenant: string,
  callId: string,
  removed: Partial<RemovedNote>,
): Promise<void> {
  const known = await readRemoved(store, tenant, callId);
  const next: RemovedNote = {
    recording: known.recording ?? removed.recording ?? null,
    texts: known.texts ?? removed.texts ?? null,
    settled: known.settled || (removed.settled ?? false),
  };
  if (JSON.stringify(known) !== JSON.stringify(next))
    await writeJson(store, removedKey(tenant, callId), next);
}

export interface Retention {
  /** Days that recordings are kept, and everything else about a person; null: for good. */
  audioDays: number | null;
  textDays: number | null;
}

/** No recording outlives its transcript. */
export function retentionOf({
  retentionDays,
  audioRetentionDays,
}: Pick<Settings, "retentionDays" | "audioRetentionDays">): Retention {
  const audioDays =
    retentionDays === null || audioRetentionDays === null
      ? (audioRetentionDays ?? retentionDays)
      : Math.min(audioRetentionDays, retentionDays);
  return { audioDays, textDays: retentionDays };
}

/** Why there is no recording or text any more, to those who read no translation. */
export function removedWords(what: string, { why, keptDays }: Removed): string {
  if (why === "request" || keptDays === null) return `${what} was deleted because somebody asked for it`;
  if (keptDays === 0) return `${what} was deleted once the call was scored: no recordings are kept`;
  return `${what} was deleted after ${keptDays} ${keptDays === 1 ? "day" : "days"}`;
}
