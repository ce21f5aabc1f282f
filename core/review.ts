import {
  type Appeal,
  AppealError,
  Appeals,
  type Asking,
  type Deciding,
  lastOf,
  withAppeal,
  withDecision,
} from "./appeal.ts";
import { appealedCallKey, appealedCallsPrefix, appealsKey, appealsPrefix, callKey } from "./bucket-layout.ts";
import { Call, sha256 } from "./call.ts";
import type { Clock } from "./clock.ts";
import { VendorError } from "./errors.ts";
import type { Store } from "./ports/store.ts";
import { readRemoved } from "./removal.ts";
import { removeIfNoted } from "./remove-call.ts";
import type { Scorecard } from "./scorecard.ts";
import { type JudgedScorecard, readScorecardOfCall, scorecardInForce } from "./scorecard-in-force.ts";
import { readJson, writeJson } from "./store-json.ts";

/** What the bot, the commands and MCP do with appeals. */
export interface ReviewPorts {
  store: Store;
  clock: Clock;
  /** The call's score may be another one now. May be said again. */
  announce(changed: ScoreChanged): Promise<void>;
  /** A supervisor has to decide. May be said again. */
  announceAppeal(made: AppealMade): Promise<void>;
  /** Whoever waits for the decision is to hear of it. May be said again. */
  announceDecision(decided: AppealDecided): Promise<void>;
}

export interface ScoreChanged {
  tenant: string;
  callId: string;
  checklistId: string;
  checklistVersion: number;
  /** Tells this decision from the others on the scorecard. */
  decision: string;
  at: Date;
}

export interface AppealMade {
  tenant: string;
  callId: string;
  criterionId: string;
  /** ISO 8601; tells this appeal from a later one against the same verdict. */
  appealedAt: string;
}

export interface AppealDecided extends AppealMade {
  at: Date;
}

/** A name for the appeal, of letters that a key takes. */
export function appealRef({ callId, criterionId, appealedAt }: AppealMade): string {
  return sha256(`${callId}\n${criterionId}\n${appealedAt}`).slice(0, 32);
}

export interface Appealed {
  appeal: Appeal;
  scorecard: Scorecard;
  /** It was said before: nobody has to be told of it again. */
  existed: boolean;
}

/** Several people at one scorecard in one moment each win in turn. */
const MOST_TRIES = 8;

/**
 * Puts an appeal against a verdict of the scorecard in force: stored first, announced second, and announced again when it is repeated, so that a
 * crash in between loses nothing.
 * @throws AppealError
 */
export async function appeal(
  { store, clock, announceAppeal }: Pick<ReviewPorts, "store" | "clock" | "announceAppeal">,
  { tenant, callId, ...asking }: { tenant: string; callId: string } & Omit<Asking, "at">,
): Promise<Appealed> {
  const agentId = (await readJson(store, callKey(tenant, callId), Call))?.value.agent?.id ?? null;
  const { before, after, judged } = await change(
    store,
    tenant,
    callId,
    (appeals, { asJudged }, isRemoved) => {
      // Nobody could look up what was said; and what people write would be kept for good.
      if (isRemoved) throw new AppealError("appeal.removed", `the transcript of ${callId} is kept no longer`);
      return withAppeal(appeals, { ...asking, at: clock.now() }, { asJudged, agentId });
    },
  );
  const { criterionId } = asking;
  const made = lastOf(after, criterionId) as Appeal;
  await announceAppeal({ tenant, callId, criterionId, appealedAt: made.at });
  return {
    appeal: made,
    scorecard: judged.inForce,
    existed: after.length === before.length,
  };
}

/**
 * Decides an open appeal: stored first, announced second, and announced again when it is repeated, so that a crash in between loses nothing.
 * @throws AppealError
 */
export async function resolveAppeal(
  { store, clock, announce, announceDecision }: ReviewPorts,
  { tenant, callId, ...deciding }: { tenant: string; callId: string } & Omit<Deciding, "at">,
): Promise<Appealed & { before: Scorecard }> {
  const { before, after, judged } = await change(
    store,
    tenant,
    callId,
    (appeals, { inForce, checklist }, isRemoved) => {
      if (!checklist)
        throw new AppealError("appeal.no_checklist", "the checklist of the scorecard cannot be read");
      // One that was made in time is decided all the same, or it would stay open for good. The words of it would be kept for good too.
      const comment = isRemoved ? null : deciding.comment;
      return withDecision(appeals, { ...deciding, comment, at: clock.now() }, { inForce, checklist });
    },
  );
  const { criterionId } = deciding;
  const decided = lastOf(after, criterionId) as Appeal;
  const { checklist, asJudged } = judged;
  const { id: checklistId, version: checklistVersion } = asJudged.checklist;
  await announce({
    tenant,
    callId,
    checklistId,
    checklistVersion,
    decision: `decision-${after.indexOf(decided)}`,
    at: clock.now(),
  });
  await announceDecision({ tenant, callId, criterionId, appealedAt: decided.at, at: clock.now() });
  return {
    appeal: decided,
    before: judged.inForce,
    scorecard: checklist ? scorecardInForce(asJudged, checklist, after) : judged.inForce,
    existed: lastOf(before, criterionId)?.status !== "open",
  };
}

/** Every open appeal of the tenant, the oldest first. */
export async function openAppeals(
  store: Store,
  tenant: string,
): Promise<{ callId: string; checklist: Appeals["checklist"]; appeal: Appeal }[]> {
  const open: { callId: string; checklist: Appeals["checklist"]; appeal: Appeal }[] = [];
  for await (const { callId, checklist, appeals } of allAppeals(store, tenant))
    for (const one of appeals) if (one.status === "open") open.push({ callId, checklist, appeal: one });
  return open.sort((a, b) => Date.parse(a.appeal.at) - Date.parse(b.appeal.at));
}

/** Every list of appeals of the tenant. */
export async function* allAppeals(store: Store, tenant: string): AsyncGenerator<Appeals> {
  const prefix = appealedCallsPrefix(tenant);
  for await (const marker of store.list(prefix)) {
    const callId = marker.key.slice(prefix.length).replace(/\.json$/, "");
    for await (const { key } of store.list(appealsPrefix(tenant, callId))) {
      const appeals = (await readJson(store, key, Appeals))?.value;
      // Its place says which call it is, whatever somebody wrote into a copy of it.
      if (appeals) yield { ...appeals, callId };
    }
  }
}

interface Change {
  before: Appeal[];
  after: Appeal[];
  /** As it was before. */
  judged: JudgedScorecard;
}

/** Writes what the rule makes of the list, unless that is what it was. */
async function change(
  store: Store,
  tenant: string,
  callId: string,
  rule: (appeals: Appeal[], judged: JudgedScorecard, isRemoved: boolean) => Appeal[],
): Promise<Change> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const judged = await readScorecardOfCall(store, tenant, callId);
    if (!judged) throw new AppealError("appeal.no_scorecard", `${callId} has no scorecard`);
    const isRemoved = (await readRemoved(store, tenant, callId)).texts !== null;
    const { id, version } = judged.asJudged.checklist;
    const key = appealsKey(tenant, callId, id, version);
    const known = await readJson(store, key, Appeals);
    const before = known?.value.appeals ?? [];
    const after = rule(before, judged, isRemoved);
    if (JSON.stringify(after) === JSON.stringify(before)) return { before, after, judged };
    // A mark without appeals does no harm; appeals without their mark would be found by nobody.
    await writeJson(store, appealedCallKey(tenant, callId), { callId }, { ifAbsent: true });
    const value: Appeals = { callId, checklist: { id, version }, appeals: after };
    const condition = known ? { ifMatch: known.etag } : { ifAbsent: true };
    const { written } = await writeJson(store, key, value, condition);
    if (!written) continue;
    // The texts can have been removed meanwhile, and the reason is one of them.
    if (!isRemoved) await removeIfNoted(store, tenant, callId);
    return { before, after, judged };
  }
  throw new VendorError("appeal.contended", "several people decide on the same scorecard at once");
}
