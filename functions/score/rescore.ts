import {
  callKey,
  checklistKey,
  dayPrefix,
  publishedKey,
  scorecardKey,
  transcriptKey,
} from "../../core/bucket-layout.ts";
import { Call } from "../../core/call.ts";
import { type Checklist, readChecklist } from "../../core/checklist.ts";
import { factsOf, fittingChecklists } from "../../core/checklist-choice.ts";
import { markDone } from "../../core/claim.ts";
import type { Clock } from "../../core/clock.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { noConversation } from "../../core/no-conversation.ts";
import type { Llm } from "../../core/ports/llm.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { rememberAnswers } from "../../core/remembered-llm.ts";
import { removeIfNoted } from "../../core/remove-call.ts";
import { Scorecard, UNCLEAR_CALL_TYPE } from "../../core/scorecard.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, readText, writeJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import { CallScored } from "../../events/call-scored.ts";
import { verdictTextsFor } from "../../locales/index.ts";
import { publish } from "../run-stage.ts";
import { judge } from "./judge.ts";

export interface RescoreInput {
  store: Store;
  tenant: string;
  callId: string;
  checklist: Checklist;
  settings: Settings;
  llm: Llm | null;
}

export interface Rescored {
  callId: string;
  agentName: string | null;
  before: Scorecard | undefined;
  after: Scorecard;
  /** It was there already: nothing was paid. */
  existed: boolean;
}

/**
 * Scores an old call by another checklist or version, beside its old scorecard. Nothing is announced, so no report changes before a person has seen
 * the difference. A scorecard of that version that is there already is read, not paid for again, and neither is an answer of the model
 * about that version: one that was broken off goes on where it was. Undefined when the call has no transcript, or one without a conversation, or the checklist is for other calls.
 */
export async function rescoreCall({
  store,
  tenant,
  callId,
  checklist,
  settings,
  llm,
}: RescoreInput): Promise<Rescored | undefined> {
  const transcript = (await readJson(store, transcriptKey(tenant, callId), Transcript))?.value;
  if (!transcript || noConversation(transcript)) return undefined;
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  const key = scorecardKey(tenant, callId, checklist.id, checklist.version);
  const scorecards = await scorecardsOf(store, tenant, callId);
  const before = scorecards.findLast((scorecard) => !isOf(scorecard, checklist)) ?? scorecards.at(-1);
  const known = scorecards.find((scorecard) => isOf(scorecard, checklist));
  if (before?.checklist.id !== checklist.id && !isFor(checklist, call, transcript, before)) return undefined;
  const facts = { callId, agentName: call?.agent?.name ?? null, before };
  if (known) return { ...facts, after: known, existed: true };
  const after = await judge({
    tenant,
    transcript,
    checklist,
    llm:
      llm &&
      rememberAnswers(llm, {
        store,
        keyOf: (hash) => publishedKey(tenant, callId, `model-${hash}`),
        about: `${checklist.id}@${checklist.version}`,
      }),
    callTypes: settings.callTypes,
    maskPersonalData: settings.maskPersonalData,
    keywordContext: { agentName: call?.agent?.name ?? null, companyNames: settings.companyNames },
    texts: verdictTextsFor(checklist.language),
  });
  await writeJson(store, key, after, { ifAbsent: true });
  // The model took its time, and the texts can have been removed meanwhile.
  if (await removeIfNoted(store, tenant, callId)) return undefined;
  return { ...facts, after, existed: false };
}

function isFor(
  checklist: Checklist,
  call: Call | undefined,
  transcript: Transcript,
  before: Scorecard | undefined,
): boolean {
  const callType = before && before.callType !== UNCLEAR_CALL_TYPE ? before.callType : null;
  const facts = factsOf(call, transcript.durationSec, callType);
  return fittingChecklists([{ ...checklist, status: "published" }], facts).length > 0;
}

function isOf({ checklist: { id, version } }: Scorecard, checklist: Checklist): boolean {
  return id === checklist.id && version === checklist.version;
}

async function scorecardsOf(store: Store, tenant: string, callId: string): Promise<Scorecard[]> {
  const prefix = scorecardKey(tenant, callId, "", 0).replace(/@0\.json$/, "");
  const found: Scorecard[] = [];
  for await (const { key } of store.list(prefix)) {
    const scorecard = await readJson(store, key, Scorecard);
    if (scorecard) found.push(scorecard.value);
  }
  return found;
}

/**
 * Makes the new scorecard the one that reports show. The marker of the scoring names it from now on, so that an old message which comes late does not
 * bring the old one back.
 */
export async function announceRescored(
  { callId, after }: Rescored,
  tenant: string,
  { store, queue, clock }: { store: Store; queue: QueueSender; clock: Clock },
): Promise<void> {
  const { id: checklistId, version: checklistVersion } = after.checklist;
  await markDone(store, clock, publishedKey(tenant, callId, "scoring"), { checklistId, checklistVersion });
  const event = CallScored.create({
    tenant,
    subject: callId,
    time: clock.now(),
    distinct: `${checklistId}@${checklistVersion}`,
    data: {
      scorecardKey: scorecardKey(tenant, callId, checklistId, checklistVersion),
      checklistId,
      checklistVersion,
    },
  });
  await publish([event], queue);
}

/** Calls of a day that have a transcript. */
export async function* transcribedCalls(store: Store, tenant: string, day: string): AsyncGenerator<string> {
  for await (const { key } of store.list(dayPrefix(tenant, day))) {
    if (key.endsWith("/transcript.json")) yield key.split("/").at(-2) ?? "";
  }
}

/** @throws ConfigurationError when there is no such version */
export async function readVersion(
  store: Store,
  tenant: string,
  id: string,
  version: number,
): Promise<Checklist> {
  const text = await readText(store, checklistKey(tenant, id, version));
  if (text === undefined)
    throw new ConfigurationError("cli.no_checklist", `there is no checklist ${id}@${version} in the bucket`);
  return readChecklist(JSON.parse(text));
}
