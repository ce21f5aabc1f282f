import * as z from "zod";
import { publishedKey, recordingRequestKey } from "./bucket-layout.ts";
import { callFolders } from "./call-folders.ts";
import { callRef, dayOfCallRef } from "./call-ref.ts";
import type { Clock } from "./clock.ts";
import type { Store } from "./ports/store.ts";
import { exists, readJson, writeJson } from "./store-json.ts";

/** `request.json`: a person is asked for a recording that we have no right, or no way, to fetch. */
export const RecordingRequest = z.object({
  /** Why, e.g. `crm.recording_forbidden`. */
  code: z.string(),
  /** ISO 8601. */
  at: z.string(),
  status: z.enum(["open", "answered"]),
});
export type RecordingRequest = z.infer<typeof RecordingRequest>;

/** Failures that a person with the file at hand can help with; the call has ended by them. */
export const ASKED_AT_ONCE: readonly string[] = ["recording.url_refused"];

/** The marker of the message that asks. */
export const recordingRequestSentKey = (tenant: string, callId: string) =>
  publishedKey(tenant, callId, "recording-request");

/** Notes that the recording is asked for. True as long as nobody was told: then it is to be announced, again after a crash. */
export async function requestRecording(
  { store, clock }: { store: Store; clock: Clock },
  tenant: string,
  callId: string,
  code: string,
): Promise<boolean> {
  const key = recordingRequestKey(tenant, callId);
  const proposed: RecordingRequest = { code, at: clock.now().toISOString(), status: "open" };
  if ((await writeJson(store, key, proposed, { ifAbsent: true })).written) return true;
  const request = (await readJson(store, key, RecordingRequest))?.value;
  if (request?.status === "answered") return false;
  return !(await exists(store, recordingRequestSentKey(tenant, callId)));
}

/** The recording is there now, whoever brought it. */
export async function closeRecordingRequest(store: Store, tenant: string, callId: string): Promise<void> {
  const key = recordingRequestKey(tenant, callId);
  const known = await readJson(store, key, RecordingRequest);
  if (!known || known.value.status === "answered") return;
  await writeJson(store, key, { ...known.value, status: "answered" }, { ifMatch: known.etag });
}

/**
 * The call that a reference means, among those of its day whose recording was asked for: many of them have not come to an end, so that
 * `findCallByRef` does not know them.
 */
export async function findRequestedCall(
  store: Store,
  tenant: string,
  ref: string,
): Promise<string | undefined> {
  const day = dayOfCallRef(ref);
  if (day === undefined) return undefined;
  for await (const { callId, names } of callFolders(store, tenant, day))
    if (names.includes("request.json") && callRef(callId) === ref) return callId;
  return undefined;
}
