import * as z from "zod";
import { retentionKey } from "../../core/bucket-layout.ts";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

/** `index/<tenant>/retention.json`: how far the removal has come. Days and numbers alone. */
const RetentionState = z.object({
  /** Of every call until this day the recording is removed; null before the first. */
  audioUntil: z.iso.date().nullable(),
  /** And everything else. */
  textUntil: z.iso.date().nullable(),
  /** Days before those that have calls which were left, because they have not come to an end. */
  left: z.array(z.iso.date()),
  /** The day on which all was looked through last, and the moment. */
  doneOn: z.iso.date().nullable(),
  at: z.iso.datetime(),
});
export type RetentionState = z.infer<typeof RetentionState>;

const nothing: RetentionState = {
  audioUntil: null,
  textUntil: null,
  left: [],
  doneOn: null,
  at: new Date(0).toISOString(),
};

/** Two machines' clocks may differ by so much. */
const SKEW_MS = 60_000;

/**
 * One that somebody has made unreadable is begun anew: what is removed already is passed over. So is one that is ahead of the clock, for the clock was wrong
 * then: by its days nothing would be removed until that time comes.
 */
export async function readRetentionState(store: Store, tenant: string, now: Date): Promise<RetentionState> {
  const known = await readJson(store, retentionKey(tenant), RetentionState).catch(unreadable);
  if (!known || Date.parse(known.value.at) > now.getTime() + SKEW_MS) return nothing;
  return known.value;
}

function unreadable(error: unknown): undefined {
  if (!(error instanceof VendorError) || error.code !== "store.unreadable") throw error;
}

export async function writeRetentionState(
  state: RetentionState,
  store: Store,
  tenant: string,
): Promise<void> {
  await writeJson(store, retentionKey(tenant), state);
}
