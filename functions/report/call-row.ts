import { callKey, indexRowKey, outcomeKey, publishedKey, transcriptKey } from "../../core/bucket-layout.ts";
import { Call, dayIn, dayOfCall } from "../../core/call.ts";
import type { CallRow } from "../../core/call-row.ts";
import { doneEffect } from "../../core/claim.ts";
import type { Clock } from "../../core/clock.ts";
import { leaveDirtyMark } from "../../core/dirty-mark.ts";
import { VendorError } from "../../core/errors.ts";
import { Outcome } from "../../core/outcome.ts";
import type { Store } from "../../core/ports/store.ts";
import { bandOf, defaultBands } from "../../core/score/grade.ts";
import type { Objection, Scorecard, Verdict } from "../../core/scorecard.ts";
import { countOverridden, readScorecard } from "../../core/scorecard-in-force.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import type { CallFailed } from "../../events/call-failed.ts";
import type { CallScored } from "../../events/call-scored.ts";
import type { CallSkipped } from "../../events/call-skipped.ts";

interface RowPorts {
  store: Store;
  clock: Clock;
  settingsOf(tenant: string): Promise<Settings>;
}

type Ended = CallScored | CallSkipped | CallFailed;

/**
 * Writes the call's row, made anew from its artefacts, so that writing it twice changes nothing. Where its day is over by now, the index may
 * hold that day compacted already, so a mark says that it has changed.
 */
export async function recordCall(event: Ended, ports: RowPorts): Promise<CallRow> {
  const { tenant, subject: callId } = event;
  const { store } = ports;
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  const row: CallRow = {
    callId,
    startedAt: call?.startedAt ?? event.time,
    durationSec: call?.durationSec ?? null,
    direction: call?.direction ?? null,
    agentId: call?.agent?.id ?? null,
    agentName: call?.agent?.name ?? null,
    departments: call?.agent?.departments ?? [],
    line: call?.line ?? null,
    title: call?.title ?? null,
    ...(event.type === "call.scored" ? await scoredPart(event, store) : await endedPart(event, store)),
    tags: [],
  };
  await writeJson(store, indexRowKey(tenant, callId), row);
  // Asked when the row stands: a row that took its time over midnight is marked as well.
  if (await isOver(dayOfCall(callId), tenant, ports)) await leaveDirtyMark(store, tenant, callId);
  return row;
}

/** Broken settings do not keep a row from being recorded: a mark too many does no harm. */
async function isOver(day: string, tenant: string, { settingsOf, clock }: RowPorts): Promise<boolean> {
  const settings = await settingsOf(tenant).catch(() => undefined);
  return settings === undefined || dayIn(settings.timeZone, clock.now()) > day;
}

type ResultPart = Omit<
  CallRow,
  | "callId"
  | "startedAt"
  | "durationSec"
  | "direction"
  | "agentId"
  | "agentName"
  | "departments"
  | "line"
  | "title"
  | "tags"
>;

async function scoredPart({ tenant, subject, data }: CallScored, store: Store): Promise<ResultPart> {
  const { checklistId, checklistVersion } = data;
  const judged = await readScorecard(store, tenant, subject, checklistId, checklistVersion);
  if (!judged) throw new VendorError("scorecard.gone", "the scorecard is not in the bucket any more");
  // A checklist that was broken or removed since costs the report its wording, not the call its row.
  const { inForce: scorecard, checklist } = judged;
  const { percent, model } = scorecard;
  const criterionOf = (id: string) => checklist?.criteria.find((criterion) => criterion.id === id);
  const textOf = (id: string) => criterionOf(id)?.text ?? id;
  const worst = worstOf(scorecard);
  const best = scorecard.verdicts
    .filter((verdict) => verdict.verdict === "met" && verdict.evidence.length > 0)
    .sort((a, b) => b.weight - a.weight)[0];
  const bestEvidence = best?.evidence[0];
  return {
    status: "scored",
    code: null,
    checklistId: data.checklistId,
    checklistVersion: data.checklistVersion,
    checklistName: scorecard.checklist.name,
    callType: scorecard.callType,
    percent,
    rawPercent: scorecard.rawPercent,
    passed: scorecard.passed,
    needsReview: scorecard.needsReview,
    overridden: countOverridden(scorecard),
    band: bandOf(percent, checklist?.bands ?? defaultBands),
    autoFailed: scorecard.autoFailedBy !== null,
    autoFailedBy: scorecard.autoFailedBy === null ? null : textOf(scorecard.autoFailedBy),
    criteria: scorecard.verdicts.map(({ criterionId, verdict, points, weight }) => ({
      id: criterionId,
      text: textOf(criterionId),
      stage: criterionOf(criterionId)?.stage ?? null,
      verdict,
      points,
      weight,
    })),
    worst: worst ? { criterion: textOf(worst.criterionId), evidence: worst.evidence[0] ?? null } : null,
    best: best && bestEvidence ? { criterion: textOf(best.criterionId), evidence: bestEvidence } : null,
    objections: scorecard.objections.map(objectionOf),
    nextStep: scorecard.nextStep,
    summary: scorecard.summary,
    clientNeed: scorecard.clientNeed,
    cost: {
      speechSec: await speechSecOf(tenant, subject, store),
      promptTokens: model?.promptTokens ?? null,
      completionTokens: model?.completionTokens ?? null,
    },
    agentTalkShare: scorecard.metrics.agentTalkShare,
  };
}

function worstOf({ autoFailedBy, verdicts }: Scorecard): Verdict | undefined {
  return (
    verdicts.find((verdict) => verdict.criterionId === autoFailedBy) ??
    verdicts.filter((verdict) => verdict.verdict === "not_met").sort((a, b) => b.weight - a.weight)[0]
  );
}

function objectionOf({ category, handling, evidence }: Objection): CallRow["objections"][number] {
  const [first] = evidence;
  return { category, handling, quote: first?.quote ?? null, startSec: first?.startSec ?? null };
}

async function endedPart(
  { tenant, subject, type, data }: CallSkipped | CallFailed,
  store: Store,
): Promise<ResultPart> {
  const outcome = (await readJson(store, outcomeKey(tenant, subject), Outcome))?.value;
  return {
    status: type === "call.skipped" ? "skipped" : "failed",
    code: outcome?.code ?? data.code,
    checklistId: null,
    checklistVersion: null,
    checklistName: null,
    callType: null,
    percent: null,
    rawPercent: null,
    passed: null,
    needsReview: false,
    overridden: 0,
    band: null,
    autoFailed: false,
    autoFailedBy: null,
    criteria: [],
    worst: null,
    best: null,
    objections: [],
    nextStep: null,
    summary: null,
    clientNeed: null,
    cost: {
      // Most calls that end without a score never came to the recogniser.
      speechSec: outcome?.stage === "ingest" ? null : await speechSecOf(tenant, subject, store),
      promptTokens: null,
      completionTokens: null,
    },
    agentTalkShare: null,
  };
}

const Heard = Transcript.pick({ durationSec: true, channels: true });

/** Speech is recognised, and paid for, channel by channel. */
async function speechSecOf(tenant: string, callId: string, store: Store): Promise<number | null> {
  const heard =
    (await readJson(store, transcriptKey(tenant, callId), Heard))?.value ??
    // Of a call whose transcript was removed the receipt still tells what was paid.
    (await doneEffect(store, publishedKey(tenant, callId, "transcription"), Heard.nullish().catch(null)));
  return heard ? Math.round(heard.durationSec * heard.channels * 100) / 100 : null;
}
