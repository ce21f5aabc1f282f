import * as z from "zod";
import { callKey, callPrefix, publishedKey, scorecardKey } from "../../core/bucket-layout.ts";
import { Call } from "../../core/call.ts";
import { claimEffect } from "../../core/claim.ts";
import { PermanentError, VendorError } from "../../core/errors.ts";
import { noConversation } from "../../core/no-conversation.ts";
import type { Llm } from "../../core/ports/llm.ts";
import type { Store } from "../../core/ports/store.ts";
import { rememberAnswers } from "../../core/remembered-llm.ts";
import { readRemoved } from "../../core/removal.ts";
import { rolesRequest, voicesToName, withModelRoles } from "../../core/roles-question.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import { CallScored } from "../../events/call-scored.ts";
import type { CallTranscribed } from "../../events/call-transcribed.ts";
import { pipeline } from "../../events/pipeline.ts";
import { verdictTextsFor } from "../../locales/index.ts";
import type { NothingDone, Stage, StagePorts } from "../run-stage.ts";
import { askOfStart } from "./ask-start.ts";
import { loadChecklists } from "./checklists.ts";
import { chooseChecklist } from "./choose.ts";
import { judge } from "./judge.ts";
import { modelView } from "./model-view.ts";

export interface ScorePorts extends StagePorts {
  /** Null when the company uses no model. */
  llm(): Promise<Llm | null>;
  settingsOf(tenant: string): Promise<Settings>;
}

/** Which scorecard a call got. */
const Scored = z.object({ checklistId: z.string(), checklistVersion: z.number().int() });
type Scored = z.infer<typeof Scored>;

/** A little longer than a run can last, so that no second one begins while the first still asks. */
const SCORING_LEASE_SEC = pipeline.score.timeoutSec + 10;

/**
 * Scores one call against the checklist that applies to it.
 *
 *     call.transcribed → call.scored
 *
 * Safe to run twice: a marker decides by a conditional write who asks the model, and keeps which scorecard came of it, so a message that
 * comes again finds the scorecard and only announces it. Each answer of the model is kept before it is used, so a run that failed half-way
 * goes on with the answers it had. The model is paid for once; an answer that was lost on its way is asked for again, and counted.
 */
export const score: Stage<ScorePorts> = {
  name: "score",
  run: async (event, ports) => (event.type === "call.transcribed" ? scoreCall(event, ports) : []),
};

async function scoreCall(event: CallTranscribed, ports: ScorePorts): Promise<CallScored[] | NothingDone> {
  const { store, clock } = ports;
  const { tenant, subject: callId } = event;
  const key = publishedKey(tenant, callId, "scoring");
  const claim = await claimEffect(store, clock, key, Scored, SCORING_LEASE_SEC);
  if (claim.state === "done") return [scored(event, claim.result, ports)];
  try {
    const result = (await findScorecard(event, ports)) ?? (await makeScorecard(event, ports));
    return [scored(event, await claim.effect.done(result), ports)];
  } catch (error) {
    // Whatever went wrong, no scorecard was kept and every answer was: the next delivery may go on at once.
    await (mayHaveBeenPaid(error) ? claim.effect.leaveInDoubt() : claim.effect.release());
    // A message that comes late: the call has come to an end without a score, and its texts were removed.
    if (isGone(error) && (await readRemoved(store, tenant, callId)).texts) return { code: "call.removed" };
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof VendorError && error.code === "transcript.gone";
}

/** The model was asked, and how it answered nobody knows. */
function mayHaveBeenPaid(error: unknown): boolean {
  return error instanceof VendorError && error.code.startsWith("llm.");
}

async function makeScorecard(event: CallTranscribed, ports: ScorePorts): Promise<Scored> {
  const { store } = ports;
  const { tenant, subject: callId } = event;
  const stored = await readJson(store, event.data.transcriptKey, Transcript);
  if (!stored) throw new VendorError("transcript.gone", "the transcript is not in the bucket any more");
  if (!stored.value.turns.some((turn) => /\p{L}/u.test(turn.text))) {
    throw new PermanentError("transcript.no_speech", "nobody speaks on the recording");
  }
  const nothing = noConversation(stored.value);
  if (nothing) throw new PermanentError(nothing, "the transcript holds no conversation that could be scored");

  const [call, known, settings, llm] = await Promise.all([
    readJson(store, callKey(tenant, callId), Call),
    loadChecklists(store, tenant),
    ports.settingsOf(tenant),
    ports.llm(),
  ]);
  const remembered = (about: string) => llm && rememberAnswers(llm, { ...ports, keyOf, about });
  const keyOf = (hash: string) => publishedKey(tenant, callId, `model-${hash}`);
  const ofStart = remembered("call");
  const transcript = await nameSpeakers(stored, event, { store, llm: ofStart, settings });
  const { checklist, callType } = await chooseChecklist({
    known,
    call: call?.value,
    transcript,
    settings,
    llm: ofStart,
  });
  const scorecard = await judge({
    tenant,
    transcript,
    checklist,
    llm: remembered(`${checklist.id}@${checklist.version}`),
    callTypes: settings.callTypes,
    maskPersonalData: settings.maskPersonalData,
    callTypeHeard: callType,
    keywordContext: { agentName: call?.value.agent?.name ?? null, companyNames: settings.companyNames },
    texts: verdictTextsFor(checklist.language),
  });
  await writeJson(store, scorecardKey(tenant, callId, checklist.id, checklist.version), scorecard, {
    ifAbsent: true,
  });
  return { checklistId: checklist.id, checklistVersion: checklist.version };
}

/** Where the rules named nobody the model is asked, and the transcript keeps the answer. */
async function nameSpeakers(
  { value: transcript, etag }: { value: Transcript; etag: string },
  event: CallTranscribed,
  { store, llm, settings }: { store: Store; llm: Llm | null; settings: Settings },
): Promise<Transcript> {
  const voices = voicesToName(transcript);
  if (!voices || !llm) return transcript;
  const view = modelView(transcript.turns, settings.maskPersonalData);
  const answer = await askOfStart(llm, view.shown(transcript.turns), (turns) => rolesRequest(turns, voices));
  const named = answer.kind === "json" ? withModelRoles(transcript, view.restored(answer.value)) : undefined;
  if (!named) return transcript;
  await writeJson(store, event.data.transcriptKey, named, { ifMatch: etag });
  return named;
}

async function findScorecard(event: CallTranscribed, { store }: ScorePorts): Promise<Scored | undefined> {
  const prefix = `${callPrefix(event.tenant, event.subject)}scorecard/`;
  for await (const { key } of store.list(prefix)) {
    const [, checklistId, version] = /\/([^/]+)@(\d+)\.json$/.exec(key) ?? [];
    if (checklistId !== undefined) return { checklistId, checklistVersion: Number(version) };
  }
  return undefined;
}

function scored(
  event: CallTranscribed,
  { checklistId, checklistVersion }: Scored,
  { clock }: ScorePorts,
): CallScored {
  return CallScored.create({
    tenant: event.tenant,
    subject: event.subject,
    time: clock.now(),
    distinct: `${checklistId}@${checklistVersion}`,
    data: {
      scorecardKey: scorecardKey(event.tenant, event.subject, checklistId, checklistVersion),
      checklistId,
      checklistVersion,
    },
  });
}
