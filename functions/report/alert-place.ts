import { AlertHour, emptyHour, endOfHour, hourOf, placeIn } from "../../core/alerts.ts";
import { alertHourKey } from "../../core/bucket-layout.ts";
import type { Clock } from "../../core/clock.ts";
import { RetryLaterError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

interface PlacePorts {
  store: Store;
  clock: Clock;
}

/** Several functions that write at once each win in turn; who has not after so many tries comes back in a moment. */
const MOST_TRIES = 8;

export interface Place {
  hour: string;
  /** False: it comes with others at the end of the hour. */
  isAlone: boolean;
  /** Whether somebody still has to see to it that the end of the hour is handled. */
  opensBundle: boolean;
}

/**
 * Decides whether the call's alert still fits into this hour. A conditional write counts, so that two functions at once do not exceed it. It counts
 * the hour in which the message goes out: a call that is tried again in the next hour takes a place there.
 */
export async function takePlace(
  tenant: string,
  callId: string,
  mostAlone: number,
  { store, clock }: PlacePorts,
): Promise<Place> {
  let hour = hourOf(clock.now());
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { value, condition } = await readHour(store, tenant, hour);
    const place = placeIn(value, callId, mostAlone);
    if (!place) {
      hour = hourOf(endOfHour(hour));
      continue;
    }
    // It was in already, of a run that may have died before it could announce anything.
    if (place.hour === value) return { hour, isAlone: place.isAlone, opensBundle: !place.isAlone };
    const { written } = await writeJson(store, alertHourKey(tenant, hour), place.hour, condition);
    if (written) return { hour, isAlone: place.isAlone, opensBundle: place.isFirst };
  }
  throw contended();
}

/** Takes no more calls into the hour. Resolves to those that are to be told of together. */
export async function closeHour(tenant: string, hour: string, { store }: PlacePorts): Promise<string[]> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { value, condition } = await readHour(store, tenant, hour);
    if (value.isClosed) return value.bundled;
    const closed = { ...value, isClosed: true };
    const { written } = await writeJson(store, alertHourKey(tenant, hour), closed, condition);
    if (written) return closed.bundled;
  }
  throw contended();
}

async function readHour(store: Store, tenant: string, hour: string) {
  const found = await readJson(store, alertHourKey(tenant, hour), AlertHour);
  return {
    value: found?.value ?? emptyHour,
    condition: found ? { ifMatch: found.etag } : { ifAbsent: true },
  };
}

function contended(): RetryLaterError {
  return new RetryLaterError("alert.contended", 2, "many alerts take their places in the hour at once");
}
