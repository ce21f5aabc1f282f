import * as z from "zod";
import { addDays } from "./ask/calendar.ts";
import { removedKey } from "./bucket-layout.ts";
import { VendorError } from "./errors.ts";
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

/** The sweep and a person's request can meet at one call, and neither may write over what the other has noted. */
const MOST_TRIES = 8;

/** The first removal is the one that is told of. */
export async function noteRemoved(
  store: Store,
  tenant: string,
  callId: string,
  removed: Partial<RemovedNote>,
): Promise<void> {
  const key = removedKey(tenant, callId);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const known = await readJson(store, key, RemovedNote);
    const next: RemovedNote = {
      recording: known?.value.recording ?? removed.recording ?? null,
      texts: known?.value.texts ?? removed.texts ?? null,
      settled: known?.value.settled === true || removed.settled === true,
    };
    if (known && JSON.stringify(known.value) === JSON.stringify(next)) return;
    const condition = known ? { ifMatch: known.etag } : { ifAbsent: true };
    if ((await writeJson(store, key, next, condition)).written) return;
  }
  throw new VendorError("store.contended", `${key} in the bucket is being written by many at once`);
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

/** The last day whose calls are kept no longer, of recordings and of everything else; null: none is. */
export interface LastDays {
  audio: string | null;
  text: string | null;
}

/** With 90 days, a call of the 1st of January is removed on the 2nd of April: 90 whole days lie between. */
export function lastDays({ audioDays, textDays }: Retention, today: string): LastDays {
  const before = (days: number) => (days === 0 ? today : addDays(today, -days - 1));
  return {
    audio: audioDays === null ? null : before(audioDays),
    text: textDays === null ? null : before(textDays),
  };
}

/** Why there is no recording or text any more, to those who read no translation. */
export function removedWords(what: string, { why, keptDays }: Removed): string {
  if (why === "request" || keptDays === null) return `${what} was deleted because somebody asked for it`;
  if (keptDays === 0) return `${what} was deleted once the call was scored: no recordings are kept`;
  return `${what} was deleted after ${keptDays} ${keptDays === 1 ? "day" : "days"}`;
}
