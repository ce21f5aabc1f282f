import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "./clock.ts";
import { RetryLaterError } from "./errors.ts";
import type { Store } from "./ports/store.ts";
import { readJson, writeJson } from "./store-json.ts";

/** A marker of an effect outside: claimed by one run at a time, then done for good with its result. */
const Marker = z.discriminatedUnion("state", [
  z.object({ state: z.literal("claimed"), owner: z.string(), until: z.string() }),
  z.object({ state: z.literal("free") }),
  z.object({ state: z.literal("done"), at: z.string(), result: z.unknown() }),
]);
type Marker = z.infer<typeof Marker>;

export interface Effect<Result> {
  /** The effect has happened: nobody will do it again. */
  done(result: Result): Promise<void>;
  /** It has surely not happened: the next run need not wait for the lease to end. */
  release(): Promise<void>;
}

/**
 * Decides who does an effect that must not happen twice. Answers its result when it is done already, the right to do it when it is ours.
 * A claim whose holder died can be taken over once its lease ends; whether the holder had done it by then nobody
 * can know, so the lease begins right before the effect and is short.
 *
 * @throws RetryLaterError while another run holds it
 */
export async function claimEffect<Result>(
  store: Store,
  clock: Clock,
  key: string,
  schema: z.ZodType<Result>,
  leaseSec: number,
): Promise<{ state: "done"; result: Result } | { state: "ours"; effect: Effect<Result> }> {
  const existing = await readJson(store, key, Marker);
  if (existing?.value.state === "done") return { state: "done", result: schema.parse(existing.value.result) };
  const now = clock.now().getTime();
  if (existing?.value.state === "claimed" && Date.parse(existing.value.until) > now) {
    throw heldByAnother((Date.parse(existing.value.until) - now) / 1000);
  }
  const claim: Marker = {
    state: "claimed",
    owner: randomUUID(),
    until: new Date(now + leaseSec * 1000).toISOString(),
  };
  const written = await writeJson(
    store,
    key,
    claim,
    existing ? { ifMatch: existing.etag } : { ifAbsent: true },
  );
  if (!written.written) throw heldByAnother(leaseSec);
  return {
    state: "ours",
    effect: {
      done: async (result) => {
        await writeJson(store, key, {
          state: "done",
          at: clock.now().toISOString(),
          result,
        } satisfies Marker);
      },
      release: async () => {
        await writeJson(store, key, { state: "free" } satisfies Marker, { ifMatch: written.etag });
      },
    },
  };
}

/** Records that an effect has happened, whoever claimed it. */
export async function markDone(store: Store, clock: Clock, key: string, result: unknown): Promise<void> {
  await writeJson(store, key, { state: "done", at: clock.now().toISOString(), result } satisfies Marker);
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

function heldByAnother(sec: number): RetryLaterError {
  return new RetryLaterError(
    "claim.held",
    Math.max(1, Math.ceil(sec)),
    "another run is at work on this call",
  );
}
