import * as z from "zod";
import { requestedRecordingsPrefix, uploadFingerprint, uploadKey } from "../../core/bucket-layout.ts";
import { type Call, callIdOf } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { assertSafeKey, type Store } from "../../core/ports/store.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { CallEnded } from "../../events/call-ended.ts";
import { callEndedFromRecord } from "./call-record.ts";
import { callOfSentIn } from "./sent-in.ts";

/** S3's notification, as far as it is read (S3 user guide, "Event message structure"); `Records` is missing in `s3:TestEvent`. */
const Notification = z.object({ Records: z.array(z.unknown()) });
const NotificationRecord = z.object({
  eventName: z.string(),
  eventTime: z.string().nullish().catch(null),
  s3: z.object({ object: z.object({ key: z.string(), eTag: z.string().nullish().catch(null) }) }),
});
type NotificationRecord = z.infer<typeof NotificationRecord>;
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** `index/<tenant>/uploads/<fingerprint>.json`: which file it is and which call it became. The file's name, which can hold a person's, stays here. */
export const Upload = z.object({ callId: z.string(), key: z.string() });
export type Upload = z.infer<typeof Upload>;

interface NotificationPorts {
  store: Store;
  clock: Clock;
  settingsOf(tenant: string): Promise<Settings>;
}

/**
 * Reads a notification of the bucket as ended calls; undefined when the message is none. The id of an upload is kept beside the
 * index, so that the same file announced again, on another day or after a restored backup, is the same call. A record
 * that cannot be read does not hold up those beside it.
 */
export async function readNotification(
  json: unknown,
  { store, clock, settingsOf }: NotificationPorts,
): Promise<CallEnded[] | undefined> {
  if (TestEvent.safeParse(json).success) return [];
  const notification = Notification.safeParse(json);
  if (!notification.success) return undefined;
  const records = readable(notification.data.Records);
  if (records.length === 0 && notification.data.Records.length > 0) return undefined;
  const events: CallEnded[] = [];
  for (const { eventName, eventTime, s3 } of records) {
    const key = decodedKey(s3.object.key);
    const tenant = /^uploads\/(?!\.+\/)([A-Za-z0-9._-]{1,64})\/./.exec(key)?.[1];
    if (!eventName.startsWith("ObjectCreated") || !tenant || !isRecording(key)) continue;
    const arrivedAt = momentOf(eventTime) ?? clock.now();
    const fingerprint = uploadFingerprint(key, s3.object.eTag ?? "");
    if (key.startsWith(requestedRecordingsPrefix(tenant))) {
      const call = await callOfSentIn(store, tenant, key, fingerprint);
      if (call) events.push(await continued(call, { tenant, key, fingerprint, arrivedAt }, store));
      continue;
    }
    const settings = await settingsOf(tenant);
    const proposed = callIdOf("upload", fingerprint.slice(0, 16), arrivedAt, settings.timeZone);
    const { callId } = await rememberUpload(store, uploadKey(tenant, fingerprint), { callId: proposed, key });
    events.push(
      CallEnded.create({
        tenant,
        subject: callId,
        time: arrivedAt,
        data: {
          source: "upload",
          nativeId: fingerprint,
          startedAt: arrivedAt.toISOString(),
          durationSec: null,
          direction: null,
          kind: null,
          missed: null,
          agentId: null,
        },
      }),
    );
  }
  return events;
}

function readable(records: readonly unknown[]): NotificationRecord[] {
  return records.flatMap((record) => {
    const parsed = NotificationRecord.safeParse(record);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Keys in notifications are form-encoded. One that cannot be decoded is taken as it stands: «Скидка 50%.mp3» that nobody encoded. */
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}

/** Undefined for what is no date, or none whose year has four digits, as the id of a call needs. */
function momentOf(time: string | null | undefined): Date | undefined {
  const moment = new Date(time ?? "");
  const year = moment.getUTCFullYear();
  return year >= 1970 && year < 9999 ? moment : undefined;
}

/** A recording that was sent in for a known call goes on with that call and is no upload of its own. */
async function continued(
  { callId: subject, ...call }: Call,
  {
    tenant,
    key,
    fingerprint,
    arrivedAt,
  }: { tenant: string; key: string; fingerprint: string; arrivedAt: Date },
  store: Store,
): Promise<CallEnded> {
  const common = { tenant, subject, time: arrivedAt };
  await rememberUpload(store, uploadKey(tenant, fingerprint), { callId: subject, key });
  const { data } = callEndedFromRecord({ callId: subject, ...call }, common);
  const distinct = `sent-in-${fingerprint.slice(0, 16)}`;
  return CallEnded.create({ ...common, distinct, data: { ...data, sentIn: fingerprint } });
}

/**
 * Hidden files are nobody's recording, nor are the empty objects by which a console shows a folder. A file under a name that no bucket of ours
 * can hold could never be opened.
 */
function isRecording(key: string): boolean {
  return !key.split("/").some((part) => part === "" || part.startsWith(".")) && isSafeKey(key);
}

function isSafeKey(key: string): boolean {
  try {
    assertSafeKey(key);
    return true;
  } catch {
    return false;
  }
}

async function rememberUpload(store: Store, key: string, upload: Upload): Promise<Upload> {
  const { written } = await writeJson(store, key, upload, { ifAbsent: true });
  if (written) return upload;
  return (await readJson(store, key, Upload))?.value ?? upload;
}
