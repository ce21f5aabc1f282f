import * as z from "zod";
import { addDays, earlier, later } from "../../core/ask/calendar.ts";
import { botChoicesPrefix, callKey, callsPrefix } from "../../core/bucket-layout.ts";
import { Call, type CallSource, dayIn } from "../../core/call.ts";
import { type CallFolder, callFolders, endedCalls, ON_ITS_WAY_MS } from "../../core/call-folders.ts";
import type { Clock } from "../../core/clock.ts";
import { daysBetween } from "../../core/days.ts";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { type LastDays, lastDays, type Removed, type Retention, retentionOf } from "../../core/removal.ts";
import { removeRecording, removeTexts } from "../../core/remove-call.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import { lateCalls, marksToDrop } from "./retention-late.ts";
import { removeReportsUntil } from "./retention-reports.ts";
import { type RetentionState, readRetentionState, writeRetentionState } from "./retention-state.ts";
import { removeOwnUpload, removeUploads } from "./retention-uploads.ts";
import { daysFetchedSince } from "./sweep-state.ts";

export interface RetentionPorts {
  store: Store;
  clock: Clock;
  tenant: string;
}

/** Of the sweep's quarter of an hour; the next one goes on where this one stopped. */
const LONGEST_MS = 180_000;

/** As they stand in the sweep's line of the log, beside its own numbers. */
export type RetentionCounts = {
  /** Calls whose recording was removed, and those whose texts were. */
  recordings_removed: number;
  texts_removed: number;
  /** Calls that are due and were left, for they have not come to an end or nobody can read them. */
  removals_left: number;
  uploads_removed: number;
  reports_removed: number;
};

/**
 * Removes what is older than the settings say, and does nothing where they say nothing: day by day, each once, and then again those on which a call was left. Once a day; where recordings
 * are not to be kept at all, those of today and yesterday at every sweep.
 *
 * Safe to run twice and to be stopped anywhere: a day counts as done when all of it is.
 */
export async function removeExpired(
  ports: RetentionPorts,
  settings: Settings,
  signal?: AbortSignal,
): Promise<RetentionCounts | undefined> {
  const { store, clock, tenant } = ports;
  const retention = retentionOf(settings);
  if (retention.audioDays === null) return undefined;
  const counts: RetentionCounts = {
    recordings_removed: 0,
    texts_removed: 0,
    removals_left: 0,
    uploads_removed: 0,
    reports_removed: 0,
  };
  const now = clock.now();
  const today = dayIn(settings.timeZone, now);
  const last = lastDays(retention, today);
  const state = await readRetentionState(store, tenant, now);
  const startedMs = performance.now();
  const isOver = () => signal?.aborted === true || performance.now() - startedMs > LONGEST_MS;
  const closed = addDays(today, -2);
  const job = { ...ports, retention, last, closed, now, counts };

  if (state.doneOn !== today || !reaches(state, last, closed)) {
    const next = await goThroughDays(state, job, isOver);
    if (next.isWhole) {
      counts.reports_removed = await removeReportsUntil(last.text, store, tenant);
      await removeQuestions(job);
      next.state.doneOn = today;
    }
    await writeRetentionState({ ...next.state, at: now.toISOString() }, store, tenant);
  } else if (retention.audioDays === 0) {
    for (const day of [addDays(today, -1), today]) await removeDay(day, job);
  } else return counts;
  if (!isOver()) counts.uploads_removed += await removeUploads(job);
  return counts;
}

export interface RetentionJob extends RetentionPorts {
  retention: Retention;
  last: LastDays;
  /** The last day that has no call any more which has just begun. */
  closed: string;
  now: Date;
  counts: RetentionCounts;
}

/** False when the settings have been made shorter since. */
function reaches({ audioUntil, textUntil }: RetentionState, last: LastDays, closed: string): boolean {
  return (
    (last.audio === null || (audioUntil ?? "") >= earlier(last.audio, closed)) &&
    (last.text === null || (textUntil ?? "") >= last.text)
  );
}

async function goThroughDays(
  state: RetentionState,
  job: RetentionJob,
  isOver: () => boolean,
): Promise<{ state: RetentionState; isWhole: boolean }> {
  const { store, tenant, last, closed } = job;
  const until = { text: state.textUntil, audio: state.audioUntil };
  const left = new Set(state.left);
  const now = (isWhole: boolean) => ({
    state: { ...state, audioUntil: until.audio, textUntil: until.text, left: [...left].sort() },
    isWhole,
  });
  const goThrough = async (day: string) => {
    if (await removeDay(day, job)) left.delete(day);
    else left.add(day);
  };
  // Past days that were fetched since have calls that nobody has gone through; a day more for the run that was at work then.
  const since = new Date(Date.parse(state.at) - 86_400_000);
  const fetched = await daysFetchedSince(since, store, tenant);
  const late = await lateCalls(store, tenant);
  const isDue = (day: string) => day <= (last.audio ?? "") || day <= (last.text ?? "");
  for (const day of [...new Set([...left, ...fetched, ...late.keys()])].filter(isDue).sort()) {
    if (isOver()) return now(false);
    const marks = await marksToDrop(late.get(day) ?? [], job);
    await goThrough(day);
    if (!left.has(day)) for (const mark of marks) await store.delete(mark);
  }
  const first = await firstDay(store, tenant);
  for (const kind of ["text", "audio"] as const) {
    const lastDay = last[kind];
    if (lastDay === null) continue;
    // With the texts of a call its recording is gone as well.
    const done = kind === "text" ? until.text : later(until.text ?? "", until.audio ?? "");
    const from = done ? addDays(done, 1) : (first ?? addDays(lastDay, 1));
    for (const day of daysBetween(from, lastDay)) {
      if (isOver()) return now(false);
      await goThrough(day);
      if (day <= closed) until[kind] = day;
    }
    until[kind] = later(until[kind] ?? "", earlier(lastDay, closed));
  }
  return now(true);
}

/** What the buttons of old messages ask: people's words to the bot, who can have named a client. Pressed later, they say that they are too old. */
async function removeQuestions({ store, tenant, clock, now, retention }: RetentionJob): Promise<void> {
  if (retention.textDays === null) return;
  const keptMs = retention.textDays * 86_400_000;
  const keys: string[] = [];
  for await (const { key, modifiedAt } of store.list(botChoicesPrefix(tenant)))
    if (now.getTime() - clock.fromSystem(modifiedAt).getTime() > keptMs) keys.push(key);
  for (const key of keys) await store.delete(key);
}

async function firstDay(store: Store, tenant: string): Promise<string | undefined> {
  const prefix = callsPrefix(tenant);
  for await (const { key } of store.list(prefix)) {
    // A folder of another name is somebody's own.
    const day = z.iso.date().safeParse(key.slice(prefix.length).split("/")[0]);
    if (day.success) return day.data;
  }
  return undefined;
}

/** False when a call was left: it has not come to an end, or nobody can read what stands of it. */
async function removeDay(day: string, job: RetentionJob): Promise<boolean> {
  const { store, tenant, closed, counts } = job;
  const ended = await endedCalls(store, tenant, day);
  let isWhole = true;
  for await (const folder of callFolders(store, tenant, day)) {
    const isLeft =
      (!ended.has(folder.callId) && isOnItsWay(folder, job)) || !(await removeCall(folder, day, job));
    if (isLeft) isWhole = false;
    // Of the latest days calls are still on their way as a matter of course.
    if (isLeft && day <= closed) counts.removals_left += 1;
  }
  return isWhole;
}

function isOnItsWay({ modifiedAt }: CallFolder, { clock, now }: RetentionJob): boolean {
  return now.getTime() - clock.fromSystem(modifiedAt).getTime() < ON_ITS_WAY_MS;
}

/** False of a call that nobody can read, until somebody mends it: that is no reason to keep the others. */
async function removeCall(folder: CallFolder, day: string, job: RetentionJob): Promise<boolean> {
  try {
    await removeDue(folder, day, job);
    return true;
  } catch (error) {
    if (error instanceof VendorError && error.code === "store.unreadable") return false;
    throw error;
  }
}

async function removeDue({ callId, names }: CallFolder, day: string, job: RetentionJob): Promise<void> {
  const { store, tenant, retention, last, now, counts } = job;
  const at = now.toISOString();
  const hadRecording = names.some((name) => name.startsWith("recording."));
  if (last.text !== null && day <= last.text) {
    const removed: Removed = { at, why: "retention", keptDays: retention.textDays };
    // First: the call alone knows its file, and is to be found again after a crash.
    if (callId.split("-")[1] === ("upload" satisfies CallSource)) {
      const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
      if (call) counts.uploads_removed += await removeOwnUpload(call, store, tenant);
    }
    if (!(await removeTexts(store, tenant, callId, removed))) return;
    counts.texts_removed += 1;
  } else if (hadRecording) {
    const removed: Removed = { at, why: "retention", keptDays: retention.audioDays };
    await removeRecording(store, tenant, callId, removed);
  }
  if (hadRecording) counts.recordings_removed += 1;
}
