import * as z from "zod";
import type { CrmCall, CrmEntity, RecordingReference } from "../../core/ports/crm.ts";

/** One value as trimmed text; null for what is absent, empty or no single value. The portal writes numbers both ways. */
export const Text = z.preprocess((value) => {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}, z.string().nullable());

/** An id; "0" is how the portal writes that there is none. */
export const Id = Text.transform((id) => (id === "0" ? null : id));

/** Non-negative seconds. */
export const Seconds = Text.transform((text) =>
  text && /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : null,
);

/** A list of rows. PHP turns an empty map into `[]` and a list with a gap into a map. */
export function rows<Row extends z.ZodType>(row: Row) {
  return z.preprocess((value) => {
    const list = Array.isArray(value)
      ? value
      : typeof value === "object" && value
        ? Object.values(value)
        : [];
    return list.filter((item) => typeof item === "object" && item !== null).map(upperCaseKeys);
  }, z.array(row));
}

/** Method families disagree about the case of their keys. */
function upperCaseKeys(row: object): Map<string, unknown> | object {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toUpperCase(), value]));
}

const DATE_WITH_OFFSET =
  /^((?:19|2\d)\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d):?(\d\d)?$/;

/** ISO 8601 with offset, or null: a time without one could be of any zone, and a year like 0001 is an empty field of a database. */
export function dateWithOffset(text: string | null): string | null {
  const [, time, hours, minutes] = DATE_WITH_OFFSET.exec(text ?? "") ?? [];
  if (!time || !hours) return null;
  if (hours === "Z" ? minutes : !minutes) return null;
  const date = hours === "Z" ? `${time}Z` : `${time}${hours}:${minutes}`;
  return Number.isNaN(Date.parse(date)) ? null : date;
}

/** 1 outgoing, 2 incoming, 3 incoming and redirected, 4 callback, 5 made by a robot (Bitrix24 docs, on-voximplant-call-end). */
export function directionOf(callType: string | null): "incoming" | "outgoing" | null {
  if (callType === "2" || callType === "3") return "incoming";
  return callType === "1" || callType === "4" || callType === "5" ? "outgoing" : null;
}

/** Null when neither the code nor the duration tells. 200 is the only code of a call that was answered. */
export function missedBy(failedCode: string | null, durationSec: number | null): boolean | null {
  if (durationSec === 0) return true;
  return failedCode === null ? null : failedCode !== "200";
}

/** A row of `voximplant.statistic.get`: one leg of a call. */
export const StatisticRow = z.object({
  ID: Text,
  CALL_ID: Text,
  CALL_TYPE: Text,
  CALL_CATEGORY: Text,
  PORTAL_USER_ID: Id,
  PORTAL_NUMBER: Text,
  PHONE_NUMBER: Text,
  CALL_DURATION: Seconds,
  CALL_START_DATE: Text.transform(dateWithOffset),
  CALL_FAILED_CODE: Text,
  CRM_ENTITY_TYPE: Text,
  CRM_ENTITY_ID: Id,
  CRM_ACTIVITY_ID: Id,
  RECORD_FILE_ID: Id,
  CALL_RECORD_URL: Text,
});
export type StatisticRow = z.infer<typeof StatisticRow>;

/** A row that says which call it belongs to and when it started; the others cannot be used. */
export type Leg = StatisticRow & { CALL_ID: string; CALL_START_DATE: string };

export function isLeg(row: StatisticRow): row is Leg {
  return row.CALL_ID !== null && row.CALL_START_DATE !== null;
}

/**
 * The call that these legs of one CALL_ID make up. A transfer, a redial or a callback gives a call several rows.
 *
 * Legs with the client win over those between colleagues. Among them, the leg with a recording, and of several the
 * longest, speaks for the call: its agent is who is heard, its duration is what was recorded. The call starts, and has its
 * direction, where its first leg does; it was missed when every leg was. What the chosen leg does not know is taken from the others.
 */
export function callOf(legs: readonly [Leg, ...Leg[]]): CrmCall {
  const byTime = legs.toSorted(
    (one, other) =>
      Date.parse(one.CALL_START_DATE) - Date.parse(other.CALL_START_DATE) || idOrder(one, other),
  );
  const withClient = byTime.filter((leg) => kindOf(leg) === "client");
  const candidates = withClient.length > 0 ? withClient : byTime;
  const first = candidates[0] ?? legs[0];
  const chosen = candidates.reduce((best, leg) => (speaksLouder(leg, best) ? leg : best), first);
  const others = [chosen, ...candidates];
  return {
    nativeId: chosen.CALL_ID,
    startedAt: (byTime[0] ?? first).CALL_START_DATE,
    durationSec: chosen.CALL_DURATION ?? 0,
    direction: directionOf(first.CALL_TYPE) ?? "incoming",
    kind: kindOf(chosen),
    missed: candidates.every((leg) => missedBy(leg.CALL_FAILED_CODE, leg.CALL_DURATION) ?? false),
    agentId: firstKnown(others, (leg) => leg.PORTAL_USER_ID),
    clientPhone: firstKnown(others, (leg) => leg.PHONE_NUMBER),
    line: firstKnown(others, (leg) => leg.PORTAL_NUMBER),
    entity: firstKnown(others, entityOf),
    activityId: firstKnown(others, (leg) => leg.CRM_ACTIVITY_ID),
    recording: recordingOf(chosen),
  };
}

function idOrder(one: Leg, other: Leg): number {
  return Number(one.ID) - Number(other.ID) || 0;
}

function speaksLouder(leg: Leg, best: Leg): boolean {
  const hasRecording = recordingOf(leg) !== null;
  if (hasRecording !== (recordingOf(best) !== null)) return hasRecording;
  return (leg.CALL_DURATION ?? 0) > (best.CALL_DURATION ?? 0);
}

function firstKnown<Value>(legs: Leg[], read: (leg: Leg) => Value | null): Value | null {
  for (const leg of legs) {
    const value = read(leg);
    if (value !== null) return value;
  }
  return null;
}

// Inner numbers are this short; no client has one, but a number can be cut, so a stated category wins.
const INNER_NUMBER_DIGITS = 5;

function kindOf(leg: StatisticRow): CrmCall["kind"] {
  if (leg.CALL_TYPE === "5") return "info";
  const category = leg.CALL_CATEGORY?.toLowerCase();
  if (category === "internal") return "internal";
  if (category === "external" || category === "callback") return "client";
  const number = leg.PHONE_NUMBER ?? "";
  return /^\d+$/.test(number) && number.length <= INNER_NUMBER_DIGITS ? "internal" : "client";
}

function entityOf(leg: StatisticRow): CrmEntity | null {
  const type = leg.CRM_ENTITY_TYPE?.toLowerCase();
  // Never a deal (Bitrix24 docs, voximplant-statistic-get).
  const known = type === "contact" || type === "company" || type === "lead";
  return known && leg.CRM_ENTITY_ID !== null ? { type, id: leg.CRM_ENTITY_ID } : null;
}

/** The file in the portal's Disk first: the address, usually empty, may want a login. */
function recordingOf(leg: StatisticRow): RecordingReference | null {
  if (leg.RECORD_FILE_ID !== null) return { fileId: leg.RECORD_FILE_ID };
  return leg.CALL_RECORD_URL === null ? null : { url: leg.CALL_RECORD_URL };
}
