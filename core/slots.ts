import * as z from "zod";
import type { Clock } from "./clock.ts";
import type { Store } from "./ports/store.ts";
import { readBytes, writeJson } from "./store-json.ts";

/** What the code of an error ends in that says: all slots are taken, it will be this call's turn. */
export const BUSY = ".busy";

/** Who is at work at something of which only so many may go on at once. */
const Slots = z.object({ slots: z.array(z.object({ holder: z.string(), until: z.string() })) });
type Slot = z.infer<typeof Slots>["slots"][number];

/** Of so many writers at once nearly all get their turn; the pauses between spread them. */
const TRIES = 8;
const LONGEST_PAUSE_MS = 40;

/**
 * Takes one of `slots` places for the holder, or prolongs the one it has. A place whose lease has ended is free, so a holder that died
 * takes none away for ever.
 *
 * @returns false when all are taken, and also where too many others write at this moment
 */
export function takeSlot(
  store: Store,
  clock: Clock,
  key: string,
  { holder, slots, leaseSec }: { holder: string; slots: number; leaseSec: number },
): Promise<boolean> {
  return change(store, clock, key, (taken, now) => {
    const others = taken.filter((slot) => slot.holder !== holder);
    const isHeld = others.length < taken.length;
    if (!isHeld && others.length >= slots) return undefined;
    return [...others, { holder, until: new Date(now + leaseSec * 1000).toISOString() }];
  });
}

/** Gives the holder's place back; one that cannot be given back is free when its lease ends. */
export async function freeSlot(store: Store, clock: Clock, key: string, holder: string): Promise<void> {
  await change(store, clock, key, (taken) => {
    const others = taken.filter((slot) => slot.holder !== holder);
    return others.length < taken.length ? others : undefined;
  }).catch(() => undefined);
}

/** Writes what `next` makes of the slots that are taken now; undefined writes nothing. Resolves to whether it was written. */
async function change(
  store: Store,
  clock: Clock,
  key: string,
  next: (taken: readonly Slot[], now: number) => Slot[] | undefined,
): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await read(store, key);
    const now = clock.now().getTime();
    const slots = next(
      (found?.slots ?? []).filter((slot) => Date.parse(slot.until) > now),
      now,
    );
    if (!slots) return false;
    const condition = found ? { ifMatch: found.etag } : { ifAbsent: true };
    const { written } = await writeJson(store, key, { slots } satisfies z.infer<typeof Slots>, condition);
    if (written) return true;
    await new Promise((resolve) => setTimeout(resolve, clock.realMs(Math.random() * LONGEST_PAUSE_MS)));
  }
  return false;
}

/** What cannot be read counts as empty: a cap is no reason to stop the work. */
async function read(store: Store, key: string): Promise<{ slots: Slot[]; etag: string } | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const text = new TextDecoder().decode(await readBytes(object));
  return { slots: parse(text), etag: object.etag };
}

function parse(text: string): Slot[] {
  try {
    return Slots.safeParse(JSON.parse(text)).data?.slots ?? [];
  } catch {
    return [];
  }
}
