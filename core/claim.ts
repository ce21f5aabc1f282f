import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "./clock.ts";
import { RetryLaterError, VendorError } from "./errors.ts";
import { insist } from "./insist.ts";
import type { Store } from "./ports/store.ts";
import { readJson, writeJson } from "./store-json.ts";

/**
 * A marker of an effect outside: claimed by one run at a time, then done for good with its result.
 *
 * `attempts` are the runs that did it or may have done it: the one that holds the claim, and every one before it that ended without
 * a word. A run that surely did nothing is not counted. More than 1 therefore means: this may have been paid for, or sent, more than once.
 */
const Marker = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("claimed"),
    owner: z.string(),
    until: z.string(),
    attempts: z.number().int().default(1),
  }),
  z.object({ state: z.literal("free"), attempts: z.number().int().default(0) }),
  z.object({
    state: z.literal("done"),
    at: z.string(),
    owner: z.string().optional(),
    attempts: z.number().int().default(1),
    result: z.unknown(),
    /** Results of runs that did it as well, after the first one: receipts of what was paid for again. */
    repeats: z.array(z.object({ owner: z.string(), result: z.unknown() })).optional(),
  }),
]);
type Marker = z.infer<typeof Marker>;
type Done = Extract<Marker, { state: "done" }>;

export interface Effect<Result> {
  /**
   * The effect has happened: nobody will do it again. Tried several times before it throws, since the result may be the only receipt.
   * Resolves to the result that counts. That is another run's when this one was so slow that it was taken for dead and
   * the other one finished first; what this one did is then kept beside it.
   */
  done(result: Result): Promise<Result>;
  /** It has surely not happened: the next run need not wait for the lease to end. */
  release(): Promise<void>;
  /** Nobody can know whether it has happened, and doing it twice is better than not at all: the next run need not wait either. */
  leaveInDoubt(): Promise<void>;
}

export type Claim<Result> =
  | { state: "done"; result: Result }
  /** `unsettled`: how many runs before may have done it already. */
  | { state: "ours"; effect: Effect<Result>; unsettled: number };

/**
 * Decides who does an effect that must not happen twice. Answers its result when it is done already, the right to do it when it is ours.
 * A claim whose holder died can be taken over once its lease ends; whether the holder had done it by then nobody
 * can know, so the lease begins right before the effect, is short, and the taking over is counted.
 *
 * @param stands whether a result still holds; one that does not is done anew, as an effect of its own
 * @throws RetryLaterError while another run holds it
 */
export async function claimEffect<Result>(
  store: Store,
  clock: Clock,
  key: string,
  schema: z.ZodType<Result>,
  leaseSec: number,
  stands: (result: Result) => boolean = () => true,
): Promise<Claim<Result>> {
  const owner = randomUUID();
  const existing = await readJson(store, key, Marker);
  const before = existing?.value;
  if (before?.state === "done") {
    const result = schema.parse(before.result);
    if (stands(result)) return { state: "done", result };
  }
  const now = clock.now().getTime();
  if (before?.state === "claimed" && Date.parse(before.until) > now) throw heldUntil(before.until, now);

  const unsettled = before && before.state !== "done" ? before.attempts : 0;
  const attempts = unsettled + 1;
  const until = new Date(now + leaseSec * 1000).toISOString();
  const claimed = await writeJson(
    store,
    key,
    { state: "claimed", owner, until, attempts } satisfies Marker,
    existing ? { ifMatch: existing.etag } : { ifAbsent: true },
  );
  if (!claimed.written) return lostTo(await readJson(store, key, Marker), schema, now);
  const { etag } = claimed;
  const free = async (left: number) => {
    // A claim that cannot be freed ends with its lease, and what went wrong before is what must be heard of.
    await writeJson(store, key, { state: "free", attempts: left } satisfies Marker, { ifMatch: etag }).catch(
      () => undefined,
    );
  };
  return {
    state: "ours",
    unsettled,
    effect: {
      done: (result) =>
        insist(clock, async () => {
          const done: Done = { state: "done", at: clock.now().toISOString(), owner, attempts, result };
          const { written } = await writeJson(store, key, done, { ifMatch: etag });
          return written ? result : settle(store, key, schema, { ...done, owner, result });
        }),
      release: () => free(unsettled),
      leaveInDoubt: () => free(attempts),
    },
  };
}

function lostTo<Result>(
  winner: { value: Marker } | undefined,
  schema: z.ZodType<Result>,
  now: number,
): Claim<Result> {
  if (winner?.value.state === "done") return { state: "done", result: schema.parse(winner.value.result) };
  throw winner?.value.state === "claimed" ? heldUntil(winner.value.until, now) : held(1);
}

/**
 * Writes a result although the claim is not ours any more: its lease ended while we were at it, or an earlier try to write went
 * through without an answer. The first result stands, for whoever read it has gone on with it.
 */
async function settle<Result>(
  store: Store,
  key: string,
  schema: z.ZodType<Result>,
  mine: Done & { owner: string; result: Result },
): Promise<Result> {
  const { owner, result } = mine;
  const found = await readJson(store, key, Marker);
  const first = found?.value.state === "done" ? found.value : undefined;
  const known = first?.repeats ?? [];
  if (first?.owner === owner) return result;
  if (first && known.some((repeat) => repeat.owner === owner)) return schema.parse(first.result);
  const value: Done = first
    ? {
        ...first,
        attempts: Math.max(first.attempts, known.length + 2),
        repeats: [...known, { owner, result }],
      }
    : { ...mine, attempts: Math.max(found?.value.attempts ?? 1, mine.attempts) };
  const condition = found ? { ifMatch: found.etag } : { ifAbsent: true };
  const { written } = await writeJson(store, key, value, condition);
  if (!written) throw new VendorError("claim.contended", "several runs write the same marker at once");
  return first ? schema.parse(first.result) : result;
}

/** Records that an effect has happened, whoever claimed it. */
export async function markDone(store: Store, clock: Clock, key: string, result: unknown): Promise<void> {
  const done: Done = { state: "done", at: clock.now().toISOString(), attempts: 1, result };
  await insist(clock, () => writeJson(store, key, done));
}

/** The result of an effect that is done; undefined otherwise. */
export async function doneEffect<Result>(
  store: Store,
  key: string,
  schema: z.ZodType<Result>,
): Promise<Result | undefined> {
  const marker = await readJson(store, key, Marker);
  return marker?.value.state === "done" ? schema.parse(marker.value.result) : undefined;
}

/** Whether a run is at the effect at this moment, as far as its lease tells. */
export async function isHeld(store: Store, clock: Clock, key: string): Promise<boolean> {
  const marker = (await readJson(store, key, Marker))?.value;
  return marker?.state === "claimed" && Date.parse(marker.until) > clock.now().getTime();
}

function heldUntil(until: string, now: number): RetryLaterError {
  return held((Date.parse(until) - now) / 1000);
}

function held(sec: number): RetryLaterError {
  return new RetryLaterError(
    "claim.held",
    Math.max(1, Math.ceil(sec)),
    "another run is at work on this call",
  );
}
