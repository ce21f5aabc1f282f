import * as z from "zod";
import { requestedRecordingsPrefix, uploadKey } from "../../core/bucket-layout.ts";
import { callIdOf, sha256 } from "../../core/call.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { CallEnded } from "../../events/call-ended.ts";

/** S3's notification, as far as it is read (S3 user guide, "Event message structure"); `Records` is missing in `s3:TestEvent`. */
const Notification = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      eventTime: z.string(),
      s3: z.object({ object: z.object({ key: z.string(), eTag: z.string().nullish() }) }),
    }),
  ),
});
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** `index/<tenant>/uploads/<fingerprint>.json`: which file it is and which call it became. The file's name, which can hold a person's, stays here. */
export const Upload = z.object({ callId: z.string(), key: z.string() });
export type Upload = z.infer<typeof Upload>;

interface NotificationPorts {
  store: Store;
  settingsOf(tenant: string): Promise<Settings>;
}

/**
 * Reads a notification of the bucket as ended calls; undefined when the message is none. The id of an upload is kept beside the
 * index, so that the same file announced again, on another day or after a restored backup, is the same call.
 */
export async function readNotification(
  json: unknown,
  { store, settingsOf }: NotificationPorts,
): Promise<CallEnded[] | undefined> {
  if (TestEvent.safeParse(json).success) return [];
  const notification = Notification.safeParse(json);
  if (!notification.success) return undefined;
  const events: CallEnded[] = [];
  for (const { eventName, eventTime, s3 } of notification.data.Records) {
    // Keys in notifications are form-encoded.
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    const tenant = /^uploads\/([A-Za-z0-9._-]{1,64})\/./.exec(key)?.[1];
    if (!eventName.startsWith("ObjectCreated") || !tenant || !isForScoring(tenant, key)) continue;
    const arrivedAt = new Date(eventTime);
    const fingerprint = uploadFingerprint(key, s3.object.eTag ?? "");
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

/**
 * Recordings sent in for a known call continue that call and are no upload of their own; hidden files are nobody's recording, nor are
 * the empty objects by which a console shows a folder.
 */
function isForScoring(tenant: string, key: string): boolean {
  return (
    !key.startsWith(requestedRecordingsPrefix(tenant)) &&
    !key.split("/").some((part) => part === "" || part.startsWith("."))
  );
}

export function uploadFingerprint(key: string, etag: string): string {
  return sha256(`${key}\n${etag.replaceAll('"', "")}`);
}

async function rememberUpload(store: Store, key: string, upload: Upload): Promise<Upload> {
  const { written } = await writeJson(store, key, upload, { ifAbsent: true });
  if (written) return upload;
  return (await readJson(store, key, Upload))?.value ?? upload;
}
