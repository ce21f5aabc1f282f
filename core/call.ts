import { createHash } from "node:crypto";
import * as z from "zod";

/** Where calls come from. */
export const CallSource = z.enum(["bitrix24", "upload"]);
export type CallSource = z.infer<typeof CallSource>;

export const Direction = z.enum(["incoming", "outgoing"]);
export type Direction = z.infer<typeof Direction>;

/** `call.json`: what is known about a call besides its sound. The only artefact with the client's phone. */
export const Call = z.object({
  callId: z.string(),
  tenant: z.string(),
  source: CallSource,
  /** The CRM's own id; of an upload: its fingerprint. */
  nativeId: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Null of an upload, until its transcript tells. */
  durationSec: z.number().nullable(),
  direction: Direction.nullable(),
  agent: z
    .object({ id: z.string(), name: z.string().nullable(), departments: z.array(z.string()) })
    .nullable(),
  line: z.string().nullable(),
  clientPhone: z.string().nullable(),
  entity: z.object({ type: z.enum(["contact", "company", "lead", "deal"]), id: z.string() }).nullable(),
  activityId: z.string().nullable(),
  /** Name of the uploaded file. */
  title: z.string().nullable(),
});
export type Call = z.infer<typeof Call>;

/** Calendar day as `yyyy-mm-dd` of a moment in a time zone. */
export function dayIn(timeZone: string, moment: Date): string {
  return dayFormat(timeZone).format(moment);
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  let format = dayFormats.get(timeZone);
  if (!format) {
    // The Canadian locale writes ISO dates.
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    dayFormats.set(timeZone, format);
  }
  return format;
}

/**
 * `<yyyymmdd>-<source>-<native id>` (docs/architecture.md). A native id with other characters than `[A-Za-z0-9._-]`, or a very long one,
 * is made safe and keeps apart by a hash, so two calls never share a folder.
 */
export function callIdOf(source: CallSource, nativeId: string, startedAt: Date, timeZone: string): string {
  const day = dayIn(timeZone, startedAt).replaceAll("-", "");
  return `${day}-${source}-${safeNativeId(nativeId)}`;
}

const MAX_NATIVE_ID = 120;

function safeNativeId(nativeId: string): string {
  const safe = nativeId.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, MAX_NATIVE_ID);
  return safe === nativeId ? safe : `${safe}-${sha256(nativeId).slice(0, 12)}`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export const CallId = z
  .string()
  .regex(/^\d{8}-[a-z0-9]+-[A-Za-z0-9._-]+$/)
  .max(200);

/** The day a call belongs to, `yyyy-mm-dd`, from its id alone. */
export function dayOfCall(callId: string): string {
  return `${callId.slice(0, 4)}-${callId.slice(4, 6)}-${callId.slice(6, 8)}`;
}
