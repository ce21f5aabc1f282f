import * as z from "zod";
import { reportsPrefix, scheduleKey } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

/** `schedule/<tenant>.json`: until when digests have been announced, and by which settings. */
const ScheduleState = z.object({
  announcedUntil: z.iso.datetime(),
  /** When the first digest could have been due. */
  since: z.iso.datetime(),
  timeZone: z.string(),
  digestAt: z.string(),
  digests: z.array(z.string()),
});
type ScheduleState = z.infer<typeof ScheduleState>;

/** `again`: looked back as far as is ever looked back. The marker of what was sent keeps a digest from coming twice. */
type Known = { kind: "known"; value: ScheduleState; etag: string } | { kind: "first" } | { kind: "again" };

/** The service was off from Friday evening to Monday morning. */
const LOOK_BACK_MS = 3 * 86_400_000;
/** As far back as the last digest by the old settings can be. */
const CHANGED_BACK_MS = 86_400_000;
/** Two machines' clocks may differ by so much. */
const SKEW_MS = 60_000;

/**
 * One that is ahead of the clock was written by a clock that went wrong, and is not believed: no digest would come until that time. Nor is one that somebody
 * has made unreadable.
 */
export async function readScheduleState(store: Store, tenant: string, now: Date): Promise<Known> {
  const known = await readJson(store, scheduleKey(tenant), ScheduleState).catch(unreadable);
  if (known === "unreadable") return { kind: "again" };
  if (known) {
    const isAhead = Date.parse(known.value.announcedUntil) > now.getTime() + SKEW_MS;
    return isAhead ? { kind: "again" } : { kind: "known", ...known };
  }
  // Whoever has sent digests before there was such a file has missed those that were due while he changed over.
  for await (const _report of store.list(reportsPrefix(tenant))) return { kind: "again" };
  return { kind: "first" };
}

/** The moment after which digests are to be announced. Nothing is made up for that was due before the first run of all. */
export function announceAfter(state: Known, settings: Settings, now: Date): Date {
  const farthest = now.getTime() - LOOK_BACK_MS;
  if (state.kind === "first") return now;
  if (state.kind === "again") return new Date(farthest);
  const { value } = state;
  // At 20:00 somebody moves the digest from 21:00 to 19:00: today's would be neither before nor after the change.
  const last = Date.parse(value.announcedUntil);
  const from = isBySame(value, settings) ? last : Math.min(last, now.getTime() - CHANGED_BACK_MS);
  return new Date(Math.max(from, farthest, Date.parse(value.since)));
}

/** Whether there is anything to note of a run that found no digest due: what is noted already says the same. */
export function isNoted(state: Known, settings: Settings): boolean {
  return state.kind === "known" && isBySame(state.value, settings);
}

export async function noteAnnounced(
  until: Date,
  state: Known,
  settings: Settings,
  store: Store,
  tenant: string,
): Promise<void> {
  const { timeZone, digestAt, digests } = settings;
  const isFurther = state.kind === "known" && Date.parse(state.value.announcedUntil) > until.getTime();
  const next: ScheduleState = {
    announcedUntil: isFurther ? state.value.announcedUntil : until.toISOString(),
    since: state.kind === "known" ? state.value.since : sinceOf(state, until),
    timeZone,
    digestAt,
    digests,
  };
  // Where somebody else was faster, the same is noted already.
  const condition =
    state.kind === "known" ? { ifMatch: state.etag } : state.kind === "first" ? { ifAbsent: true } : {};
  await writeJson(store, scheduleKey(tenant), next, condition);
}

function sinceOf(state: Known, until: Date): string {
  const since = state.kind === "first" ? until.getTime() : until.getTime() - LOOK_BACK_MS;
  return new Date(since).toISOString();
}

function isBySame(state: ScheduleState, { timeZone, digestAt, digests }: Settings): boolean {
  return (
    state.timeZone === timeZone &&
    state.digestAt === digestAt &&
    state.digests.toSorted().join() === digests.toSorted().join()
  );
}

function unreadable(error: unknown): "unreadable" {
  if (error instanceof Error && "code" in error && error.code === "store.unreadable") return "unreadable";
  throw error;
}
