import { callKey, checklistKey, indexRowKey, outcomeKey } from "../../core/bucket-layout.ts";
import { Call } from "../../core/call.ts";
import type { CallRow } from "../../core/call-row.ts";
import { Checklist } from "../../core/checklist.ts";
import { VendorError } from "../../core/errors.ts";
import { Outcome } from "../../core/outcome.ts";
import type { Store } from "../../core/ports/store.ts";
import { Scorecard, type Verdict } from "../../core/scorecard.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import type { CallFailed } from "../../events/call-failed.ts";
import type { CallScored } from "../../events/call-scored.ts";
import type { CallSkipped } from "../../events/call-skipped.ts";

/** Writes the call's row, made anew from its artefacts, so that writing it twice changes nothing. */
export async function recordCall(event: CallScored | CallSkipped | CallFailed, store: Store): Promise<void> {
  const { tenant, subject: callId } = event;
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  const row: CallRow = {
    callId,
    startedAt: call?.startedAt ?? event.time,
    durationSec: call?.durationSec ?? null,
    direction: call?.direction ?? null,
    agentId: call?.agent?.id ?? null,
    agentName: call?.agent?.name ?? null,
    title: call?.title ?? null,
    ...(event.type === "call.scored" ? await scoredPart(event, store) : await endedPart(event, store)),
  };
  await writeJson(store, indexRowKey(tenant, callId), row);
}

type ResultPart = Omit<
  CallRow,
  "callId" | "startedAt" | "durationSec" | "direction" | "agentId" | "agentName" | "title"
>;

async function scoredPart({ tenant, data }: CallScored, store: Store): Promise<ResultPart> {
  const scorecard = (await readJson(store, data.scorecardKey, Scorecard))?.value;
  if (!scorecard) throw new VendorError("scorecard.gone", "the scorecard is not in the bucket any more");
  const checklist = await readChecklistOf(tenant, data, store);
  const { percent } = scorecard;
  const bands = checklist?.bands ?? { green: 80, yellow: 60 };
  const textOf = (id: string) => checklist?.criteria.find((criterion) => criterion.id === id)?.text ?? id;
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
    percent,
    passed: scorecard.passed,
    needsReview: scorecard.needsReview,
    band:
      percent === null ? null : percent >= bands.green ? "green" : percent >= bands.yellow ? "yellow" : "red",
    autoFailed: scorecard.autoFailedBy !== null,
    worst: worst ? { criterion: textOf(worst.criterionId), evidence: worst.evidence[0] ?? null } : null,
    best: best && bestEvidence ? { criterion: textOf(best.criterionId), evidence: bestEvidence } : null,
  };
}

/** A checklist that was broken or removed since costs the report its wording, not the call its row. */
async function readChecklistOf(
  tenant: string,
  data: CallScored["data"],
  store: Store,
): Promise<Checklist | undefined> {
  const key = checklistKey(tenant, data.checklistId, data.checklistVersion);
  return (await readJson(store, key, Checklist).catch(() => undefined))?.value;
}

function worstOf({ autoFailedBy, verdicts }: Scorecard): Verdict | undefined {
  return (
    verdicts.find((verdict) => verdict.criterionId === autoFailedBy) ??
    verdicts.filter((verdict) => verdict.verdict === "not_met").sort((a, b) => b.weight - a.weight)[0]
  );
}

async function endedPart(event: CallSkipped | CallFailed, store: Store): Promise<ResultPart> {
  const outcome = (await readJson(store, outcomeKey(event.tenant, event.subject), Outcome))?.value;
  return {
    status: event.type === "call.skipped" ? "skipped" : "failed",
    code: outcome?.code ?? event.data.code,
    checklistId: null,
    checklistVersion: null,
    percent: null,
    passed: null,
    needsReview: false,
    band: null,
    autoFailed: false,
    worst: null,
    best: null,
  };
}
