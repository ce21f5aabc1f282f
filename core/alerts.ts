import * as z from "zod";
import { type CallRow, startedMs } from "./call-row.ts";

/** When somebody is told of a call at once, and how often in an hour. */

/** Of an older call the digests tell: it was fetched later, or was waiting for a vendor. */
const OLDEST_SEC = 24 * 3600;
const HOUR_MS = 3_600_000;

export function warrantsAlert(
  row: Pick<CallRow, "status" | "percent" | "autoFailed">,
  alertBelowPercent: number,
): boolean {
  if (row.status !== "scored") return false;
  return row.autoFailed || (row.percent !== null && row.percent < alertBelowPercent);
}

export function isTooOldForAlert(row: Pick<CallRow, "callId" | "startedAt">, now: Date): boolean {
  return now.getTime() - startedMs(row) > OLDEST_SEC * 1000;
}

/** `alerts/<tenant>/<hour>.json`: which calls have a message of their own in this hour, and which share the one at its end. */
export const AlertHour = z.object({
  alone: z.array(z.string()),
  bundled: z.array(z.string()),
  /** The message at its end is being made: who comes now belongs to the next hour. */
  isClosed: z.boolean(),
});
export type AlertHour = z.infer<typeof AlertHour>;

export const emptyHour: AlertHour = { alone: [], bundled: [], isClosed: false };

/** Where the call belongs, and the hour with it in; the same hour when it was in already. Undefined when the hour is closed. */
export function placeIn(
  hour: AlertHour,
  callId: string,
  mostAlone: number,
): { isAlone: boolean; hour: AlertHour; isFirst: boolean } | undefined {
  if (hour.alone.includes(callId)) return { isAlone: true, hour, isFirst: false };
  if (hour.bundled.includes(callId)) return { isAlone: false, hour, isFirst: false };
  if (hour.isClosed) return undefined;
  if (hour.alone.length < mostAlone)
    return { isAlone: true, hour: { ...hour, alone: [...hour.alone, callId] }, isFirst: false };
  const isFirst = hour.bundled.length === 0;
  return { isAlone: false, hour: { ...hour, bundled: [...hour.bundled, callId] }, isFirst };
}

/** The hour's name, of UTC: `2026-11-20T15`. */
export function hourOf(moment: Date): string {
  return moment.toISOString().slice(0, 13);
}

export function startOfHour(hour: string): Date {
  return new Date(`${hour}:00:00.000Z`);
}

export function endOfHour(hour: string): Date {
  return new Date(startOfHour(hour).getTime() + HOUR_MS);
}
