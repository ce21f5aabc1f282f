import type { Config } from "../../core/config.ts";
import { daysBetween } from "../../core/days.ts";
import { ConfigurationError, PermanentError } from "../../core/errors.ts";
import type { Scorecard } from "../../core/scorecard.ts";
import { base, openScore, settingsOf } from "../../functions/deps.ts";
import {
  announceRescored,
  type Rescored,
  readVersion,
  rescoreCall,
  transcribedCalls,
} from "../../functions/score/rescore.ts";
import { swapRoles } from "../../functions/score/swap-roles.ts";
import { readChecklistName } from "./checklist-versions.ts";

interface RescoreOptions {
  checklist: string;
  from: string;
  to: string;
  publish?: boolean;
}

/** Scores old calls by a version of a checklist, prints what would change, and announces it only when told to. */
export async function runRescore(options: RescoreOptions, config: Config): Promise<void> {
  const { tenant } = config;
  const { store } = base();
  const { id, version } = readChecklistName(options.checklist);
  if (version === undefined)
    throw new ConfigurationError("cli.malformed", "--checklist is to be like first-sale@2");
  const checklist = await readVersion(store, tenant, id, version);
  const settings = await settingsOf(tenant);
  const llm = config.hasLlm ? await (await openScore()).llm() : null;
  const done: Rescored[] = [];
  const days = daysBetween(options.from, options.to);
  if (days.length === 0) throw new ConfigurationError("cli.malformed", "--from must not be after --to");
  for (const day of days) {
    for await (const callId of transcribedCalls(store, tenant, day)) {
      const rescored = await rescoreCall({ store, tenant, callId, checklist, settings, llm }).catch(
        (error: unknown) => notJudged(error, callId),
      );
      if (!rescored) continue;
      done.push(rescored);
      console.log(differenceOf(rescored));
    }
  }
  const paid = done.filter((rescored) => !rescored.existed).length;
  console.log(`${done.length} calls; ${paid} of them were judged now, the others had been before.`);
  if (!options.publish)
    return console.log("Nothing was announced: run it again with --publish to show these scores in reports.");
  for (const rescored of done) await announceRescored(rescored, tenant, base());
  console.log("Announced: reports show these scores from now on.");
}

/** What is wrong with one call does not keep the others from being judged. */
function notJudged(error: unknown, callId: string): undefined {
  if (!(error instanceof PermanentError)) throw error;
  console.log(`${callId}  not judged: ${error.code}`);
}

function differenceOf({ callId, agentName, before, after }: Rescored): string {
  const changed = after.verdicts.flatMap((verdict) => {
    const old = before?.verdicts.find((other) => other.criterionId === verdict.criterionId)?.verdict;
    return old === verdict.verdict ? [] : [`  ${verdict.criterionId}: ${old ?? "—"} → ${verdict.verdict}`];
  });
  return [`${callId}  ${agentName ?? "—"}  ${percentOf(before)} → ${percentOf(after)}`, ...changed].join(
    "\n",
  );
}

function percentOf(scorecard: Scorecard | undefined): string {
  return scorecard?.percent == null ? "—" : String(scorecard.percent);
}

export async function runSwapRoles(
  callId: string,
  options: { agentVoice?: number },
  { tenant }: Config,
): Promise<void> {
  await swapRoles(base(), tenant, callId, options.agentVoice);
  console.log(`${callId}: the roles are corrected; it is scored again while the service runs`);
}
