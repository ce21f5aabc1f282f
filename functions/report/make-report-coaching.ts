import { scorecardKey } from "../../core/bucket-layout.ts";
import type { CallRow } from "../../core/call-row.ts";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Practice, ReportQuote } from "../../core/report.ts";
import type { Coaching } from "../../core/report-build.ts";
import { MAX_STRENGTHS, possibleStrengths, toPractise } from "../../core/report-coaching.ts";
import type { CriterionTally, JudgedCall } from "../../core/report-criteria.ts";
import type { AgentTally, Tally } from "../../core/report-tally.ts";
import type { Evidence, Scorecard, Verdict } from "../../core/scorecard.ts";
import { readScorecard } from "../../core/scorecard-in-force.ts";

/** Agents whose scorecards are read at the same time. */
const AGENTS_AT_ONCE = 8;

type ReadScorecard = (call: JudgedCall) => Promise<Scorecard | undefined>;

/** What each agent does well and could practise, with the words of the newest call that shows it. */
export async function coachingOf(
  { agents }: Tally,
  store: Store,
  tenant: string,
): Promise<Map<string | null, Coaching>> {
  const coaching = new Map<string | null, Coaching>();
  const waiting = [...agents.values()].filter(({ id, scored }) => id !== null && scored > 0);
  while (waiting.length > 0) {
    const some = waiting.splice(0, AGENTS_AT_ONCE);
    const made = await Promise.all(some.map((agent) => coachingOfAgent(agent, scorecards(store, tenant))));
    for (const [at, one] of made.entries()) coaching.set(some[at]?.id ?? null, one);
  }
  return coaching;
}

async function coachingOfAgent(agent: AgentTally, read: ReadScorecard): Promise<Coaching> {
  return {
    strengths: await strengthsOf(agent, read),
    practise: await Promise.all(toPractise(agent).map((criterion) => practiceOf(criterion, read))),
  };
}

async function strengthsOf(agent: AgentTally, read: ReadScorecard): Promise<Coaching["strengths"]> {
  const strengths: Coaching["strengths"] = [];
  for (const { criterionId, text, newest } of possibleStrengths(agent)) {
    if (strengths.length === MAX_STRENGTHS) break;
    const found = await newestVerdict(criterionId, newest.met, read);
    if (found?.quote) strengths.push({ criterionId, criterion: text, quote: found.quote });
  }
  return strengths;
}

async function practiceOf(criterion: CriterionTally, read: ReadScorecard): Promise<Practice> {
  const { criterionId, text, verdicts, points, newest } = criterion;
  const found = await newestVerdict(criterionId, newest.notMet, read);
  return {
    criterionId,
    criterion: text,
    missed: verdicts.not_met,
    of: points.of,
    advice: found?.verdict.advice ?? null,
    quote: found?.quote ?? null,
  };
}

/** The verdict of the newest call in which there is something to quote, or else advice, or else of the newest. */
async function newestVerdict(
  criterionId: string,
  calls: readonly JudgedCall[],
  read: ReadScorecard,
): Promise<{ verdict: Verdict; quote: ReportQuote | null } | undefined> {
  const found: { verdict: Verdict; quote: ReportQuote | null }[] = [];
  for (const call of calls) {
    const verdict = (await read(call))?.verdicts.find((one) => one.criterionId === criterionId);
    if (!verdict) continue;
    const [evidence] = verdict.evidence;
    const { callId, startedAt } = call;
    found.push({ verdict, quote: evidence ? { callId, startedAt, evidence } : null });
    if (evidence) break;
  }
  return found.find(({ quote }) => quote) ?? found.find(({ verdict }) => verdict.advice) ?? found[0];
}

/** The row with words to its worst criterion: what was not done has none of its own, so what the client objected, or what the advice is about. */
export async function withQuotes(row: CallRow, store: Store, tenant: string): Promise<CallRow> {
  const { callId, startedAt, checklistId, checklistVersion, worst } = row;
  if (!worst || worst.evidence || checklistId === null || checklistVersion === null) return row;
  const scorecard = await scorecards(store, tenant)({ callId, startedAt, checklistId, checklistVersion });
  const evidence = scorecard && tellingWords(scorecard);
  return evidence ? { ...row, worst: { ...worst, evidence } } : row;
}

function tellingWords({ objections, adviceEvidence }: Scorecard): Evidence | undefined {
  const unanswered = objections.find(({ handling }) => handling === "unhandled" || handling === "ignored");
  return unanswered?.evidence[0] ?? adviceEvidence[0];
}

const LOST = ["store.unreadable", "checklist.gone"];

/** A scorecard that was removed or broken since costs the report a quote. */
function scorecards(store: Store, tenant: string): ReadScorecard {
  const read = new Map<string, Promise<Scorecard | undefined>>();
  return (call) => {
    const key = scorecardKey(tenant, call.callId, call.checklistId, call.checklistVersion);
    const known = read.get(key);
    if (known) return known;
    const { callId, checklistId, checklistVersion } = call;
    const reading = readScorecard(store, tenant, callId, checklistId, checklistVersion).then(
      (found) => found?.inForce,
      (error: unknown) => {
        if (error instanceof VendorError && LOST.includes(error.code)) return undefined;
        throw error;
      },
    );
    read.set(key, reading);
    return reading;
  };
}
