import { digestKey, transcriptKey } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import { Report } from "../../core/report.ts";
import type { Evidence } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";

/** What of the day's digest is not as it must be: its sums, and that every quote was said. */
export async function checkDigest(store: Store, tenant: string, day: string): Promise<string[]> {
  const report = (await readJson(store, digestKey(tenant, day), Report))?.value;
  if (!report) return ["the digest: nothing was stored"];
  const { totals, agents, callIds, late } = report;
  const sums = [
    ["calls of the agents", agents.reduce((sum, { calls }) => sum + calls, 0), totals.calls],
    ["scored calls of the agents", agents.reduce((sum, { scored }) => sum + scored, 0), totals.scored],
    ["calls by their end", totals.scored + totals.skipped + totals.failed, totals.calls],
    ["calls that are counted", callIds.length - late.calls, totals.calls],
    ["calls in progress", totals.inProgress, 0],
  ] as const;
  const problems = sums.flatMap(([what, found, wanted]) =>
    found === wanted ? [] : [`the digest: ${what}: ${found}, expected ${wanted}`],
  );
  for (const { callId, evidence } of quotesOf(report)) {
    const transcript = (await readJson(store, transcriptKey(tenant, callId), Transcript))?.value;
    if (!wasSaid(evidence, transcript)) problems.push(`the digest: a quote does not stand in ${callId}`);
  }
  return problems;
}

function quotesOf({ attention, best, agents }: Report): { callId: string; evidence: Evidence }[] {
  const ofCalls = [
    ...attention.map((row) => [row, row.worst] as const),
    ...best.map((row) => [row, row.best] as const),
  ];
  const ofAgents = agents.flatMap(({ strengths, practise }) => [...strengths, ...practise]);
  return [
    ...ofCalls.flatMap(([{ callId }, shown]) =>
      shown?.evidence ? [{ callId, evidence: shown.evidence }] : [],
    ),
    ...ofAgents.flatMap(({ quote }) => quote ?? []),
  ];
}

/** Word for word in its turn, said by its speaker, within the turn's seconds. */
export function wasSaid(evidence: Evidence, transcript: Transcript | undefined): boolean {
  const { turn, speaker, quote, startSec, endSec } = evidence;
  const said = transcript?.turns[turn];
  return (
    said?.speaker === speaker &&
    said.text.includes(quote) &&
    startSec >= said.startSec &&
    endSec <= said.endSec &&
    startSec < endSec
  );
}
