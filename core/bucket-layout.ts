import { dayOfCall } from "./call.ts";

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

export const indexDayPrefix = (tenant: string, day: string) => `index/${tenant}/${day}/`;
export const indexRowKey = (tenant: string, callId: string) =>
  `${indexDayPrefix(tenant, dayOfCall(callId))}${callId}.json`;
/** Which call an uploaded file became, so that a second notification finds the first one's id whatever the date. */
export const uploadKey = (tenant: string, fingerprint: string) =>
  `index/${tenant}/uploads/${fingerprint}.json`;

export const digestKey = (tenant: string, period: string) => `reports/${tenant}/${period}/digest.json`;
export const digestSentKey = (tenant: string, period: string, what: string) =>
  `reports/${tenant}/${period}/published/${what}.json`;
