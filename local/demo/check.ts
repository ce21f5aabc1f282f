import { extname } from "node:path";
import { isTooOldForAlert, warrantsAlert } from "../../core/alerts.ts";
import { scorecardKey, transcriptKey } from "../../core/bucket-layout.ts";
import type { CallRow } from "../../core/call-row.ts";
import type { Store } from "../../core/ports/store.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import type { SandboxPortal } from "../sandbox/portal.ts";
import type { Scenario, ScenarioCall } from "../sandbox/scenario.ts";
import { checkDigest, wasSaid } from "./check-digest.ts";
import type { DemoVendors } from "./vendors.ts";
import { alertsIn, digestsIn } from "./wait.ts";

/** What of the whole day is not as it must be; empty when all is well. */
export async function checkDay(day: {
  scenario: Scenario;
  portal: SandboxPortal;
  vendors: DemoVendors;
  store: Store;
  rows: readonly CallRow[];
  upload: { name: string; slug: string };
  /** How many calls the supervisor is to hear of at once. */
  alerts: number;
}): Promise<string[]> {
  const { scenario, portal, store, rows, upload } = day;
  const { sandbox } = day.vendors;
  const problems: string[] = [];
  const expect = (what: string, found: number, wanted: number) => {
    if (found !== wanted) problems.push(`${what}: ${found}, expected ${wanted}`);
  };
  expect("calls that came to an end", rows.length, scenario.calls.length + 1);
  const isJudged = sandbox.speech && sandbox.model;
  for (const call of scenario.calls) {
    const row = rows.find(({ callId }) => callId === `20261119-bitrix24-${call.nativeId}`);
    if (row) problems.push(...(await checkCall(store, row, call, isJudged)));
    else problems.push(`${call.slug}: nothing came of it`);
    // The file under uploads/ is the recording of one of the calls.
    const hash = portal.hashes.get(call.slug);
    if (!sandbox.speech || hash === undefined) continue;
    const paid = portal.saluteSpeech.started.get(hash) ?? 0;
    expect(`${call.slug}: paid transcriptions`, paid, call.slug === upload.slug ? 2 : 1);
  }
  const uploaded = scenario.calls.find((call) => call.slug === upload.slug);
  const row = rows.find(({ title }) => title === upload.name);
  if (uploaded && row) problems.push(...(await checkCall(store, row, uploaded, isJudged)));
  else problems.push("the uploaded file was not scored");
  if (sandbox.telegram) problems.push(...(await checkDigest(store, "default", "2026-11-19")));
  if (sandbox.telegram) {
    expect("digests in Telegram", digestsIn(portal.telegram).length, 1);
    const kinds = portal.telegram.files.map(({ fileName }) => extname(fileName));
    for (const kind of [".png", ".pdf", ".xlsx"])
      expect(`digest's ${kind} in Telegram`, kinds.filter((one) => one === kind).length, 1);
    expect("alerts in Telegram", alertsIn(portal.telegram).length, day.alerts);
  }
  return problems;
}

/** What the sample checklists say. */
const ALERT_BELOW_PERCENT = 40;

/** How many of the calls are told of at once. */
export function alertsExpected(rows: readonly CallRow[], now: Date): number {
  return rows.filter((row) => warrantsAlert(row, ALERT_BELOW_PERCENT) && !isTooOldForAlert(row, now)).length;
}

/** What differs from what must be; empty when all is well. Sentences for a person. */
export async function checkCall(
  store: Store,
  row: CallRow,
  call: ScenarioCall,
  isSandbox: boolean,
): Promise<string[]> {
  const { expected } = call;
  const differs = (what: string) => `${call.slug}: ${what}`;
  if (row.status !== expected.outcome)
    return [differs(`ended ${row.status} ${row.code ?? ""}, expected ${expected.outcome}`)];
  if (expected.outcome !== "scored")
    return row.code === expected.code ? [] : [differs(`${row.code}, expected ${expected.code}`)];

  const key = scorecardKey("default", row.callId, row.checklistId ?? "", row.checklistVersion ?? 0);
  const scorecard = (await readJson(store, key, Scorecard))?.value;
  const transcript = (await readJson(store, transcriptKey("default", row.callId), Transcript))?.value;
  if (!scorecard || !transcript) return [differs("scorecard or transcript is missing")];
  const problems = quoteProblems(scorecard, transcript).map(differs);
  // Other vendors hear and judge in their own way; only the quotes must hold.
  if (!isSandbox) return problems;

  const percent = scorecard.percent ?? Number.NaN;
  if (!(percent >= expected.percentFrom && percent <= expected.percentTo)) {
    problems.push(differs(`${percent} %, expected ${expected.percentFrom}–${expected.percentTo} %`));
  }
  const uncertain = scorecard.verdicts
    .filter((verdict) => verdict.verdict === "uncertain")
    .map((verdict) => verdict.criterionId);
  const facts: [string, unknown, unknown][] = [
    ["automatic failure", scorecard.autoFailedBy, expected.autoFailedBy],
    ["needs review", scorecard.needsReview, expected.needsReview],
    ["uncertain", uncertain.sort().join(), [...expected.uncertain].sort().join()],
  ];
  for (const [what, found, wanted] of facts) {
    if (found !== wanted) problems.push(differs(`${what}: ${found}, expected ${wanted}`));
  }
  return problems;
}

/** Every quote must stand word for word in its turn, said by its speaker, within the turn's seconds. */
export function quoteProblems(scorecard: Scorecard, transcript: Transcript): string[] {
  const evidence = [
    ...scorecard.verdicts.flatMap((verdict) => verdict.evidence),
    ...scorecard.objections.flatMap((objection) => objection.evidence),
  ];
  return evidence.flatMap((one) =>
    wasSaid(one, transcript) ? [] : [`a quote does not stand in turn ${one.turn}`],
  );
}
