import * as z from "zod";
import { retentionKey } from "../../core/bucket-layout.ts";
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

/** One that somebody has made unreadable is begun anew: what is removed already is passed over. */
export async function readRetentionState(store: Store, tenant: string): Promise<RetentionState> {
  return (
    (await readJson(store, retentionKey(tenant), RetentionState).catch(() => undefined))?.value ?? nothing
  );
}

export async function writeRetentionState(
  state: RetentionState,
  store: Store,
  tenant: string,
): Promise<void> {
  await writeJson(store, retentionKey(tenant), state);
}
