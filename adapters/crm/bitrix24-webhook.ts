import { createHash, timingSafeEqual } from "node:crypto";
import type { CallEndedNotice, CrmWebhook } from "../../core/ports/crm.ts";
import { dateWithOffset, directionOf, Id, missedBy, Seconds, Text } from "./bitrix24-call.ts";

export interface Bitrix24WebhookOptions {
  /** `BITRIX24_APPLICATION_TOKEN`: the token of the outgoing webhook. Without one every request is refused. */
  applicationToken: string | undefined;
}

const CALL_ENDED = "ONVOXIMPLANTCALLEND";
// The portal's own column is 255 wide.
const MAX_CALL_ID = 255;

/** The few fields that are read, under the names they have in a form: `data[CALL_ID]`. */
type Fields = Map<string, unknown>;

const FIELDS = new Set([
  "event",
  "ts",
  "auth[application_token]",
  "data[CALL_ID]",
  "data[CALL_TYPE]",
  "data[PORTAL_USER_ID]",
  "data[CALL_DURATION]",
  "data[CALL_START_DATE]",
  "data[CALL_FAILED_CODE]",
]);

/**
 * Reads the outgoing webhook of a Bitrix24 portal. Its only proof of origin is the token in the body: there is no signature, and
 * the sender's addresses change (Bitrix24 docs, api-reference/events/safe-event-handlers).
 */
export function bitrix24Webhook({ applicationToken }: Bitrix24WebhookOptions): CrmWebhook {
  return {
    read(body, contentType) {
      if (!applicationToken) return { kind: "unauthorized" };
      const fields = readFields(body, contentType);
      if (!fields) return { kind: "unreadable", reason: "the body is neither a form nor JSON" };
      const event = Text.parse(fields.get("event"));
      const token = fields.get("auth[application_token]");
      if (event === null && Text.parse(token) === null) {
        return { kind: "unreadable", reason: "the body has neither an event nor a token" };
      }
      if (typeof token !== "string" || !isSameSecret(token, applicationToken))
        return { kind: "unauthorized" };
      if (event === null) return { kind: "unreadable", reason: "the body has no event" };
      if (event.toUpperCase() !== CALL_ENDED) return { kind: "ignored" };
      const notice = readNotice(fields);
      return notice
        ? { kind: "call-ended", notice }
        : { kind: "unreadable", reason: "data[CALL_ID] is missing or no id" };
    },
  };
}

/**
 * A form with PHP's brackets, as the portal sends it, or JSON of the same shape, as its docs print it. Of a form only the names in
 * {@link FIELDS} are kept, flat, so that no key can reach a prototype and ten thousand keys cost one pass.
 */
function readFields(body: string, contentType: string | null): Fields | undefined {
  if (/\bjson\b/i.test(contentType ?? "") || /^\s*\{/.test(body)) return readJson(body);
  const fields: Fields = new Map();
  // Decodes names as well as values, "+" as a space, and leaves a broken percent sequence as it is.
  for (const [name, value] of new URLSearchParams(body)) {
    if (FIELDS.has(name)) fields.set(name, value);
  }
  return fields;
}

function readJson(body: string): Fields | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const fields: Fields = new Map();
  for (const name of FIELDS) {
    const [outer = "", inner] = name.split(/[[\]]/);
    fields.set(name, inner === undefined ? own(json, outer) : own(own(json, outer), inner));
  }
  return fields;
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Over hashes, so that the time taken tells neither the content nor the length. */
function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(hash(given), hash(wanted));
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Any field but the id may be missing: PHP leaves out what is null. */
function readNotice(fields: Fields): CallEndedNotice | undefined {
  const nativeId = Text.parse(fields.get("data[CALL_ID]"));
  if (nativeId === null || nativeId.length > MAX_CALL_ID || !/^[\x21-\x7e]+$/.test(nativeId))
    return undefined;
  const callType = Text.parse(fields.get("data[CALL_TYPE]"));
  const durationSec = Seconds.parse(fields.get("data[CALL_DURATION]"));
  return {
    nativeId,
    startedAt: dateWithOffset(Text.parse(fields.get("data[CALL_START_DATE]"))),
    sentAt: momentOf(Seconds.parse(fields.get("ts"))),
    durationSec,
    direction: directionOf(callType),
    // The event does not say whether the other side is a colleague; only the statistics do.
    kind: callType === "5" ? "info" : null,
    missed: missedBy(Text.parse(fields.get("data[CALL_FAILED_CODE]")), durationSec),
    agentId: userId(Id.parse(fields.get("data[PORTAL_USER_ID]"))),
  };
}

/** A whole number (Bitrix24 docs, on-voximplant-call-end). Anything else could be a name, and this goes over a queue. */
function userId(id: string | null): string | null {
  return id !== null && /^\d{1,18}$/.test(id) ? id : null;
}

/** `ts` is seconds since 1970 and stands outside of what the token proves; only ten digits are the time of a call. */
function momentOf(unixSec: number | null): string | null {
  const isTime = unixSec !== null && unixSec >= 1_000_000_000 && unixSec < 10_000_000_000;
  return isTime ? new Date(unixSec * 1000).toISOString() : null;
}
