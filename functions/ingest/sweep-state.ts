import * as z from "zod";
import { backfillKey, sweepKey } from "../../core/bucket-layout.ts";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

/** `index/<tenant>/sweep.json`: what the last sweep found. Ids and numbers alone. */
export const SweepState = z.object({
  /** ISO 8601, when it began. */
  lastAt: z.string(),
  /** When the last one began that looked through the whole window, or tried to. */
  lastWholeAt: z.string().nullable(),
  /** Since when the clock has gone on without a leap; absent of a file that is older than this. */
  clockSince: z.string().optional(),
  /** How long that took. */
  wholeTookSec: z.number(),
  /** Why the statistics could not be read; null when they were. */
  problem: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  /** Some of the calls that were announced three times in vain. */
  stuck: z.array(z.string()),
});
export type SweepState = z.infer<typeof SweepState>;

/** Undefined before the first one, and when somebody has made the file unreadable: then all is looked through again. */
export async function readSweepState(store: Store, tenant: string): Promise<SweepState | undefined> {
  return (await readJson(store, sweepKey(tenant), SweepState).catch(unreadable))?.value;
}

/** A bucket that fails is no missing file: the clock would count as having leapt. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof VendorError) || error.code !== "store.unreadable") throw error;
}

/** The service was off from Friday evening to Monday morning. */
const LEAP_MS = 3 * 86_400_000;
/** Two machines' clocks may differ by so much. */
const SKEW_MS = 60_000;
const TRUSTED_AFTER_MS = 86_400_000;

/** After a longer time, or one that goes back, nobody can tell whether the service was off or its clock is wrong. */
export function clockSince(before: SweepState | undefined, now: Date): string {
  if (!before) return now.toISOString();
  const goneMs = now.getTime() - Date.parse(before.lastAt);
  const isLeap = goneMs > LEAP_MS || goneMs < -SKEW_MS;
  return isLeap ? now.toISOString() : (before.clockSince ?? new Date(0).toISOString());
}

/** What is deleted cannot be had back, so a clock that has leapt has a day to be set right. */
export function isTrusted(since: string, now: Date): boolean {
  return now.getTime() - Date.parse(since) >= TRUSTED_AFTER_MS;
}

/** `index/<tenant>/backfill.json`: which past days were fetched on request. */
const FetchedDay = z.object({
  calls: z.number(),
  /** ISO 8601, when it was begun or done. */
  at: z.string(),
  /** Every call of the day is announced. */
  done: z.boolean(),
});
type FetchedDay = z.infer<typeof FetchedDay>;
const BackfillState = z.object({ days: z.record(z.string(), FetchedDay) });

/** The days whose calls may still be on their way. */
export async function daysFetchedSince(since: Date, store: Store, tenant: string): Promise<string[]> {
  const days = await fetchedDays(store, tenant).catch(() => ({}));
  return Object.entries<FetchedDay>(days)
    .filter(([, { at }]) => Date.parse(at) >= since.getTime())
    .map(([day]) => day);
}

const TRIES = 5;

/** Notes how far a day is fetched. Another backfill may do the same for its days at this moment. */
export async function noteFetchedDay(
  day: string,
  fetched: FetchedDay,
  store: Store,
  tenant: string,
): Promise<void> {
  const key = backfillKey(tenant);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const known = await readJson(store, key, BackfillState);
    const state = { days: { ...known?.value.days, [day]: fetched } };
    const { written } = await writeJson(
      store,
      key,
      state,
      known ? { ifMatch: known.etag } : { ifAbsent: true },
    );
    if (written) return;
  }
  throw new VendorError("store.contended", `${key} in the bucket is being written by many at once`);
}

export async function fetchedDays(store: Store, tenant: string): Promise<Record<string, FetchedDay>> {
  return (await readJson(store, backfillKey(tenant), BackfillState))?.value.days ?? {};
}
