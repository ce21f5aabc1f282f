import { dayOfCall, sha256 } from "./call.ts";

/** Every key of the bucket (docs/architecture.md). The id of a call alone finds its folder. */

export const settingsKey = (tenant: string) => `settings/${tenant}.json`;

export const checklistsPrefix = (tenant: string) => `checklists/${tenant}/`;
export const checklistKey = (tenant: string, checklistId: string, version: number) =>
  `checklists/${tenant}/${checklistId}/${version}.json`;
export const latestChecklistKey = (tenant: string, checklistId: string) =>
  `checklists/${tenant}/${checklistId}/latest.json`;

export const uploadsPrefix = (tenant: string) => `uploads/${tenant}/`;
/** Audio that answers a request for the recording of a known call, not ad-hoc scoring. */
export const requestedRecordingsPrefix = (tenant: string) => `uploads/${tenant}/calls/`;

export const dayPrefix = (tenant: string, day: string) => `calls/${tenant}/${day}/`;
export const callPrefix = (tenant: string, callId: string) =>
  `${dayPrefix(tenant, dayOfCall(callId))}${callId}/`;
export const callKey = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}call.json`;
export const recordingPrefix = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}recording.`;
export const transcriptKey = (tenant: string, callId: string) =>
  `${callPrefix(tenant, callId)}transcript.json`;
export const scorecardKey = (tenant: string, callId: string, checklistId: string, version: number) =>
  `${callPrefix(tenant, callId)}scorecard/${checklistId}@${version}.json`;
export const outcomeKey = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}outcome.json`;
/** One marker for each effect outside: who claimed it, and its result once it is known. */
export const publishedKey = (tenant: string, callId: string, what: string) =>
  `${callPrefix(tenant, callId)}published/${what}.json`;

/** How often the sweep has announced the call to each stage again. */
export const announcedKey = (tenant: string, callId: string) => publishedKey(tenant, callId, "announced");
/** What a call waits for, or what it last failed on: for the sweep and for whoever looks at a call that stands still. */
export const waitingKey = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}waiting.json`;

export const indexDayPrefix = (tenant: string, day: string) => `index/${tenant}/${day}/`;
export const indexRowKey = (tenant: string, callId: string) =>
  `${indexDayPrefix(tenant, dayOfCall(callId))}${callId}.json`;
/** The rows of a closed day once more, by columns (docs/data.md). */
export const callTablePrefix = (tenant: string) => `index/calls/tenant=${tenant}/`;
export const callTableKey = (tenant: string, day: string) =>
  `${callTablePrefix(tenant)}day=${day}/calls.parquet`;
export const dirtyPrefix = (tenant: string) => `index/dirty/${tenant}/`;
/** Says that the row of a call is to be read anew; `writing` tells each writing of the row from every other. */
export const dirtyMarkKey = (tenant: string, callId: string, writing: string) =>
  `${dirtyPrefix(tenant)}${dayOfCall(callId)}/${callId}.${writing}.json`;

export const knownUploadsPrefix = (tenant: string) => `index/${tenant}/uploads/`;
/** Which call an uploaded file became, so that a second notification finds the first one's id whatever the date. */
export const uploadKey = (tenant: string, fingerprint: string) =>
  `${knownUploadsPrefix(tenant)}${fingerprint}.json`;
/** The version of an uploaded file that was announced last; its key can hold a person's name. */
export const seenUploadKey = (tenant: string, key: string) =>
  `${knownUploadsPrefix(tenant)}seen-${sha256(key)}.json`;

/** What the last sweep found, and when. */
export const sweepKey = (tenant: string) => `index/${tenant}/sweep.json`;
/** Which past days were fetched. */
export const backfillKey = (tenant: string) => `index/${tenant}/backfill.json`;

/** Which call's score a card of the CRM shows: the last call's that was scored. */
export const crmScoreKey = (tenant: string, type: string, id: string) =>
  `index/${tenant}/crm/${type}-${id}.json`;

export const digestKey = (tenant: string, period: string) => `reports/${tenant}/${period}/digest.json`;
export const digestSentKey = (tenant: string, period: string, what: string) =>
  `reports/${tenant}/${period}/published/${what}.json`;

/** Whether a vendor can be asked at the moment, and since when not. */
export const vendorHealthKey = (tenant: string, vendor: string) => `health/${tenant}/${vendor}.json`;
/** Which calls the recogniser has in hand. */
export const speechSlotsKey = (tenant: string) => `health/${tenant}/speech-slots.json`;
/** One marker for each alert about a vendor: `since` tells one trouble from the next. */
export const vendorAlertKey = (tenant: string, vendor: string, since: string, what: string) =>
  `health/${tenant}/published/${vendor}-${since.replace(/[^0-9A-Za-z]/g, "")}-${what}.json`;
