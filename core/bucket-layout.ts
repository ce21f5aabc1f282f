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

export const callsPrefix = (tenant: string) => `calls/${tenant}/`;
export const dayPrefix = (tenant: string, day: string) => `calls/${tenant}/${day}/`;
export const callPrefix = (tenant: string, callId: string) =>
  `${dayPrefix(tenant, dayOfCall(callId))}${callId}/`;
export const callKey = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}call.json`;
export const recordingPrefix = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}recording.`;
export const transcriptKey = (tenant: string, callId: string) =>
  `${callPrefix(tenant, callId)}transcript.json`;
export const scorecardKey = (tenant: string, callId: string, checklistId: string, version: number) =>
  `${callPrefix(tenant, callId)}scorecard/${checklistId}@${version}.json`;
/** What people say against the verdicts of one scorecard. */
export const appealsPrefix = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}appeals/`;
export const appealsKey = (tenant: string, callId: string, checklistId: string, version: number) =>
  `${appealsPrefix(tenant, callId)}${checklistId}@${version}.json`;
export const outcomeKey = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}outcome.json`;
/** One marker for each effect outside: who claimed it, and its result once it is known. */
export const publishedKey = (tenant: string, callId: string, what: string) =>
  `${callPrefix(tenant, callId)}published/${what}.json`;

/** How often the sweep has announced the call to each stage again. */
export const announcedKey = (tenant: string, callId: string) => publishedKey(tenant, callId, "announced");
/** That its recording is asked for. */
export const recordingRequestKey = (tenant: string, callId: string) =>
  `${callPrefix(tenant, callId)}request.json`;
/** The outcome that a sent-in recording has taken back. */
export const supersededOutcomeKey = (tenant: string, callId: string) =>
  `${callPrefix(tenant, callId)}outcome-before-recording.json`;
/** What was removed of the call, when and why. */
export const removedKey = (tenant: string, callId: string) => `${callPrefix(tenant, callId)}removed.json`;
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
/** Tells one version of an uploaded file from every other: its key may hold a person's name, this does not. */
export const uploadFingerprint = (key: string, etag: string) => sha256(`${key}\n${etag.replaceAll('"', "")}`);
/** Which call an uploaded file became, so that a second notification finds the first one's id whatever the date. */
export const uploadKey = (tenant: string, fingerprint: string) =>
  `${knownUploadsPrefix(tenant)}${fingerprint}.json`;
/** The version of an uploaded file that was announced last; its key can hold a person's name. */
export const seenUploadKey = (tenant: string, key: string) =>
  `${knownUploadsPrefix(tenant)}seen-${sha256(key)}.json`;

/** Files that were sent in for a call and that no call goes on with. */
export const unclaimedUploadsPrefix = (tenant: string) => `index/${tenant}/unclaimed/`;
export const unclaimedUploadKey = (tenant: string, fingerprint: string) =>
  `${unclaimedUploadsPrefix(tenant)}${fingerprint}.json`;

/** Until when digests have been announced. */
export const scheduleKey = (tenant: string) => `schedule/${tenant}.json`;

/** What the last sweep found, and when. */
export const sweepKey = (tenant: string) => `index/${tenant}/sweep.json`;
/** How far the removal of what is kept no longer has come. */
export const retentionKey = (tenant: string) => `index/${tenant}/retention.json`;
export const lateCallsPrefix = (tenant: string) => `index/${tenant}/late/`;
/** A call that came when its day was kept no longer, and that nobody may have gone through since. */
export const lateCallKey = (tenant: string, callId: string) => `${lateCallsPrefix(tenant)}${callId}.json`;
/** Which past days were fetched. */
export const backfillKey = (tenant: string) => `index/${tenant}/backfill.json`;

/** One mark for each call against whose verdicts somebody has ever appealed. */
export const appealedCallsPrefix = (tenant: string) => `index/${tenant}/appealed/`;
export const appealedCallKey = (tenant: string, callId: string) =>
  `${appealedCallsPrefix(tenant)}${callId}.json`;

/** That somebody has asked for the scoring of a call of the CRM: of a call that was only announced nothing else stands. */
export const askedCallKey = (tenant: string, callId: string) => `index/${tenant}/asked/${callId}.json`;

/** Which call's score a card of the CRM shows: the last call's that was scored. */
export const crmScoreKey = (tenant: string, type: string, id: string) =>
  `index/${tenant}/crm/${type}-${id}.json`;

export const reportsPrefix = (tenant: string) => `reports/${tenant}/`;
export const digestKey = (tenant: string, period: string) => `reports/${tenant}/${period}/digest.json`;
/** The same to be printed and to be calculated with. */
export const digestDocumentKey = (tenant: string, period: string, extension: "pdf" | "xlsx") =>
  `reports/${tenant}/${period}/digest.${extension}`;
export const digestSentKey = (tenant: string, period: string, what: string) =>
  `reports/${tenant}/${period}/published/${what}.json`;

/** Whether a vendor can be asked at the moment, and since when not. */
export const vendorHealthKey = (tenant: string, vendor: string) => `health/${tenant}/${vendor}.json`;
/** Which calls the recogniser has in hand. */
export const speechSlotsKey = (tenant: string) => `health/${tenant}/speech-slots.json`;
/** One marker for each alert about a vendor: `since` tells one trouble from the next. */
export const vendorAlertKey = (tenant: string, vendor: string, since: string, what: string) =>
  `health/${tenant}/published/${vendor}-${since.replace(/[^0-9A-Za-z]/g, "")}-${what}.json`;

/** What is known of a chat that has moved or was lost; `ref` is made of its id. */
export const chatKey = (tenant: string, ref: string) => `chats/${tenant}/${ref}.json`;
/** One marker for each loss of a chat that somebody is told of. */
export const chatLostSentKey = (tenant: string, ref: string, since: string) =>
  `chats/${tenant}/published/${ref}-${since.replace(/[^0-9A-Za-z]/g, "")}.json`;

/** Whose recordings were asked for on a day, and the marker of the message that stands for most of them. */
export const requestDayKey = (tenant: string, day: string) => `requests/${tenant}/${day}.json`;
export const requestBundleSentKey = (tenant: string, day: string) =>
  `requests/${tenant}/published/${day}.json`;

/** Which calls somebody was alerted of in an hour, `2026-11-20T15`, and which wait for its end. */
export const alertHourKey = (tenant: string, hour: string) => `alerts/${tenant}/${hour}.json`;
/** The marker of the message at the end of the hour. */
export const alertBundleKey = (tenant: string, hour: string) => `alerts/${tenant}/published/${hour}.json`;

const botPrefix = (tenant: string) => `bot/${tenant}/`;
/** Which updates of the messenger were taken last. */
export const botUpdatesKey = (tenant: string) => `${botPrefix(tenant)}updates.json`;
/** What was shown in a chat last; `ref` is made of its id. */
export const botChatKey = (tenant: string, ref: string) => `${botPrefix(tenant)}chats/${ref}.json`;
/** When a stranger was told last that the bot is not for him. */
export const botStrangerKey = (tenant: string, ref: string) => `${botPrefix(tenant)}strangers/${ref}.json`;
export const botChoicesPrefix = (tenant: string) => `${botPrefix(tenant)}choices/`;
/** What the buttons under an answer ask. */
export const botChoicesKey = (tenant: string, key: string) => `${botChoicesPrefix(tenant)}${key}.json`;
/** Which chat waits for the decision on an appeal. */
export const botAppealKey = (tenant: string, ref: string) => `${botPrefix(tenant)}appeals/${ref}.json`;
/** A code that links a person to an agent, under its hash. */
export const botCodeKey = (tenant: string, hash: string) => `${botPrefix(tenant)}codes/${hash}.json`;
export const botPeoplePrefix = (tenant: string) => `${botPrefix(tenant)}people/`;
/** Which agent a person of the messenger is. */
export const botPersonKey = (tenant: string, ref: string) => `${botPeoplePrefix(tenant)}${ref}.json`;

const tokensPrefix = (tenant: string) => `tokens/${tenant}/`;
/** What a token of the tenant may do, under its hash; the token itself is kept nowhere. */
export const accessTokenKey = (tenant: string, hash: string) => `${tokensPrefix(tenant)}${hash}.json`;

/** What `npx cqa check-store` tries the bucket with, and removes again. */
export const trialPrefix = (id: string) => `probe/${id}/`;
