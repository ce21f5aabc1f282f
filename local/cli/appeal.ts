import { AppealError, type Person, readVerdictChoice, verdictChoices } from "../../core/appeal.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { appeal, openAppeals, resolveAppeal } from "../../core/review.ts";
import type { Scorecard } from "../../core/scorecard.ts";
import { readScorecardOfCall } from "../../core/scorecard-in-force.ts";
import { base, openReview } from "../../functions/deps.ts";

export interface AppealOptions {
  reason: string;
  by?: string;
}

export interface ResolveOptions {
  accept?: string;
  reject?: boolean;
  comment?: string;
  by?: string;
}

/** Whoever may run commands may say what a supervisor may say. */
const supervisor = (name?: string): Person => ({ role: "supervisor", id: null, name: name ?? null });

export async function runAppeal(
  callId: string,
  criterionId: string,
  { reason, by }: AppealOptions,
  { tenant }: Config,
): Promise<void> {
  const review = await openReview();
  const made = await spoken(() =>
    appeal(review, { tenant, callId, criterionId, reason, by: supervisor(by) }),
  );
  console.log(
    `${callId}: ${criterionId} is appealed against${made.existed ? " already" : ""}; it was judged ${judged(made.appeal.judged)}`,
  );
}

export async function runResolve(
  callId: string,
  criterionId: string,
  options: ResolveOptions,
  { tenant }: Config,
): Promise<void> {
  const { accept: word, reject = false, comment, by } = options;
  if ((word === undefined) === !reject)
    throw new ConfigurationError("cli.malformed", "either --accept <verdict> or --reject is to be given");
  const accept = word === undefined ? null : await choiceOf(tenant, callId, criterionId, word);
  const review = await openReview();
  const {
    appeal: decided,
    before,
    scorecard,
  } = await spoken(() =>
    resolveAppeal(review, {
      tenant,
      callId,
      criterionId,
      accept,
      comment: comment ?? null,
      by: supervisor(by),
    }),
  );
  console.log(`${callId}: the appeal against ${criterionId} is ${decided.status}`);
  console.log(`score ${percentOf(before)} → ${percentOf(scorecard)}; reports show it while the service runs`);
}

/** A word that names no verdict is answered with those that can be given. */
async function choiceOf(tenant: string, callId: string, criterionId: string, word: string) {
  const found = await readScorecardOfCall(base().store, tenant, callId);
  if (!found) throw new ConfigurationError("appeal.no_scorecard", `${callId} has no scorecard`);
  const criterion = found.checklist?.criteria.find(({ id }) => id === criterionId);
  if (!criterion)
    throw new ConfigurationError(
      "appeal.unknown_criterion",
      `no such criterion; there are ${found.asJudged.verdicts.map((one) => one.criterionId).join(", ")}`,
    );
  const choice = readVerdictChoice(criterion, word);
  if (choice) return choice;
  const words = verdictChoices(criterion).map(({ verdict, level }) => level ?? verdict);
  throw new ConfigurationError("appeal.unknown_verdict", `--accept is to be one of ${words.join(", ")}`);
}

export async function runAppeals({ tenant }: Config): Promise<void> {
  const { store } = base();
  const open = await openAppeals(store, tenant);
  if (open.length === 0) return console.log("no open appeals");
  for (const { callId, checklist, appeal: one } of open) {
    const scorecard = await readScorecardOfCall(store, tenant, callId);
    const { id, version } = scorecard?.asJudged.checklist ?? checklist;
    const isInForce = id === checklist.id && version === checklist.version;
    const who = one.by.name ?? one.by.id ?? one.by.role;
    console.log(
      `${callId}  ${checklist.id}@${checklist.version}${isInForce ? "" : " (no longer in force)"}  ${one.criterionId}: ${judged(one.judged)}`,
    );
    console.log(`  ${one.at.slice(0, 10)} ${who}: ${one.reason}`);
  }
}

function judged({ verdict, level }: { verdict: string; level: string | null }): string {
  return level === null ? verdict : `${verdict} (${level})`;
}

function percentOf({ percent }: Scorecard): string {
  return percent === null ? "—" : String(percent);
}

/** A word that does not count is the operator's to mend. */
async function spoken<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppealError) throw new ConfigurationError(error.code, error.message);
    throw error;
  }
}
