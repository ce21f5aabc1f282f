import * as z from "zod";
import {
  callKey,
  outcomeKey,
  recordingPrefix,
  recordingRequestKey,
  requestBundleSentKey,
  requestDayKey,
  requestedRecordingsPrefix,
  supersededOutcomeKey,
} from "../../core/bucket-layout.ts";
import { requestButtonData } from "../../core/button-data.ts";
import { Call, dayIn } from "../../core/call.ts";
import { doneEffect, markDone } from "../../core/claim.ts";
import { RetryLaterError } from "../../core/errors.ts";
import { escapeHtml, type NotifierButton, type NotifierMessage } from "../../core/ports/notify.ts";
import {
  ASKED_AT_ONCE,
  RecordingRequest,
  recordingRequestSentKey,
  requestRecording,
} from "../../core/recording-request.ts";
import type { Settings } from "../../core/settings.ts";
import { exists, readJson, writeJson } from "../../core/store-json.ts";
import type { CallFailed } from "../../events/call-failed.ts";
import type { CallSkipped } from "../../events/call-skipped.ts";
import { RecordingRequested } from "../../events/recording-requested.ts";
import { messageTextsFor } from "../../locales/messages.ts";
import type { NothingDone } from "../run-stage.ts";
import { whoOf } from "./digest-words.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** So many calls a day have a message of their own; the next one brings the message that stands for all others. */
const MOST_ALONE = 3;
const MOST_TRIES = 8;

/** An old message about an outcome that a sent-in recording has taken back. */
export async function isSuperseded(
  { tenant, subject }: CallSkipped | CallFailed,
  { store }: ReportPorts,
): Promise<boolean> {
  return (
    (await exists(store, supersededOutcomeKey(tenant, subject))) &&
    !(await exists(store, outcomeKey(tenant, subject)))
  );
}

/** A call that has failed for want of a recording which a person may have at hand. */
export async function requestsOf(event: CallFailed, ports: ReportPorts): Promise<RecordingRequested[]> {
  const { tenant, subject, time, data } = event;
  if (!ASKED_AT_ONCE.includes(data.code)) return [];
  if (!(await requestRecording(ports, tenant, subject, data.code))) return [];
  return [RecordingRequested.create({ tenant, subject, time: new Date(time), data: { code: data.code } })];
}

const Asked = z.object({ messageIds: z.array(z.string()), bundledIn: z.string().optional() });

/** Asks the supervisor for one recording, once. Rights that are missing are missing for every call: then one message says so, and the others none. */
export async function sendRecordingRequest(
  { tenant, subject: callId }: RecordingRequested,
  ports: ReportPorts,
): Promise<[] | NothingDone> {
  const { store, clock } = ports;
  const request = (await readJson(store, recordingRequestKey(tenant, callId), RecordingRequest))?.value;
  if (request?.status !== "open" || (await hasRecording(tenant, callId, ports)))
    return { code: "request.answered" };
  const key = recordingRequestSentKey(tenant, callId);
  if (await doneEffect(store, key, Asked)) return [];
  const settings = await ports.settingsOf(tenant);
  const day = dayIn(settings.timeZone, clock.now());
  const place = await placeOfDay(tenant, day, callId, ports);
  if (place < MOST_ALONE) {
    const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
    await sendOnce(key, ports, async () =>
      requestMessage({ tenant, callId, call, request }, settings, ports),
    );
    return [];
  }
  if (place === MOST_ALONE)
    await sendOnce(requestBundleSentKey(tenant, day), ports, async () =>
      bundleMessage(place + 1, request.code, settings),
    );
  await markDone(store, clock, key, { messageIds: [], bundledIn: day });
  return [];
}

/** The rights were given while the message waited. */
async function hasRecording(tenant: string, callId: string, { store }: ReportPorts): Promise<boolean> {
  for await (const _recording of store.list(recordingPrefix(tenant, callId))) return true;
  return false;
}

const Day = z.object({ calls: z.array(z.string()) });

/** Which of the day's requests this one is, from 0; a conditional write decides. */
async function placeOfDay(
  tenant: string,
  day: string,
  callId: string,
  { store }: ReportPorts,
): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const known = await readJson(store, requestDayKey(tenant, day), Day);
    const calls = known?.value.calls ?? [];
    if (calls.includes(callId)) return calls.indexOf(callId);
    const condition = known ? { ifMatch: known.etag } : { ifAbsent: true };
    const value = { calls: [...calls, callId] };
    if ((await writeJson(store, requestDayKey(tenant, day), value, condition)).written) return calls.length;
  }
  throw new RetryLaterError("request.contended", 2, "many recordings are asked for at once");
}

interface Requested {
  tenant: string;
  callId: string;
  call: Call | undefined;
  request: RecordingRequest;
}

function requestMessage(
  { tenant, callId, call, request }: Requested,
  { locale, timeZone }: Settings,
  { cardUrl }: ReportPorts,
): NotifierMessage {
  const texts = messageTextsFor(locale);
  const { requests } = texts;
  const who = whoOf({ agentName: call?.agent?.name ?? null, title: call?.title ?? null }, texts);
  const when = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  const card = call?.entity ? (cardUrl?.(call.entity) ?? null) : null;
  const lines = [
    `🎧 <b>${escapeHtml(requests.title(who))}</b>`,
    ...(call ? [escapeHtml(when.format(new Date(call.startedAt)))] : []),
    escapeHtml(reasonOf(request.code, locale)),
    escapeHtml(requests.how),
    `<code>${escapeHtml(`${requestedRecordingsPrefix(tenant)}${callId}.mp3`)}</code>`,
  ];
  const buttons: NotifierButton[] = [
    { text: requests.send, data: requestButtonData(callId) },
    ...(card === null ? [] : [{ text: requests.card, url: card }]),
  ];
  return { blocks: [lines.join("\n")], buttons: [buttons] };
}

function bundleMessage(count: number, code: string, { locale }: Settings): NotifierMessage {
  const { requests } = messageTextsFor(locale);
  const title = `🎧 <b>${escapeHtml(requests.many(count))}</b>`;
  return { blocks: [[title, escapeHtml(reasonOf(code, locale)), escapeHtml(requests.manyNext)].join("\n")] };
}

function reasonOf(code: string, locale: Settings["locale"]): string {
  const { requests } = messageTextsFor(locale);
  const { reasons } = requests;
  return Object.hasOwn(reasons, code) ? reasons[code as keyof typeof reasons] : requests.reason(code);
}
