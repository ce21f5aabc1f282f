import { daysBetween } from "./days.ts";
import { onFirstUse } from "./on-first-use.ts";
import type { CallGroup } from "./ports/call-index.ts";
import { type AgentResult, ENOUGH_CALLS, type Report, type ReportPeriod } from "./report.ts";
import { bestAndWeakest, compareText, criterionResults, sharesById } from "./report-criteria.ts";
import { averageOf, averagePercent, type Percents, rounded, roundPercent } from "./report-numbers.ts";
import { trendFrom } from "./report-period.ts";
import type { AgentTally, Tally } from "./report-tally.ts";
import type { Prices } from "./settings.ts";

/** What the period is compared with, as the index sums it up. */
export interface Before {
  /** Null when there is nothing to compare with. */
  period: ReportPeriod | null;
  all: CallGroup | undefined;
  agents: readonly CallGroup[];
  /** By checklist and criterion. */
  criteria: readonly CallGroup[];
  /** By agent, checklist and criterion. */
  agentCriteria: readonly CallGroup[];
}

export type Coaching = Pick<AgentResult, "strengths" | "practise">;

export interface ReportParts {
  tenant: string;
  period: ReportPeriod;
  madeAt: Date;
  tally: Tally;
  before: Before;
  /** By day, for the trend. */
  daysBefore: readonly CallGroup[];
  /** By agent's id. */
  coaching: ReadonlyMap<string | null, Coaching>;
  inProgress: number;
  late: { callIds: readonly string[]; percents: Percents };
  prices: Prices | null;
}

/** Puts a report together. Every number in it comes from the same reading of the calls, so that they agree with each other. */
export function buildReport(parts: ReportParts): Report {
  const { tenant, period, madeAt, tally, before, inProgress, late } = parts;
  const agents = [...tally.agents.values()].map((agent) => agentResult(agent, parts)).sort(byName);
  return {
    tenant,
    period,
    previous: before.period,
    madeAt: madeAt.toISOString(),
    totals: {
      calls: tally.calls,
      scored: tally.scored,
      skipped: tally.skipped,
      failed: tally.failed,
      inProgress,
      passed: tally.passed,
      needsReview: tally.needsReview,
      overridden: tally.overridden,
      autoFailed: tally.autoFailed,
      bands: tally.bands,
      average: averageOf(tally.percents, before.all?.averagePercent ?? null),
      durationSec: rounded(tally.durationSec, 2),
    },
    trend: trendOf(parts),
    agents,
    comparable: agents.every(
      ({ id, scored, average }) => id === null || scored === 0 || average.of >= ENOUGH_CALLS,
    ),
    criteria: criterionResults(tally.criteria, before.criteria),
    attention: tally.attention,
    best: tally.best,
    objections: [...tally.objections.values()].sort(
      (a, b) => b.total - a.total || compareText(a.category, b.category),
    ),
    unhandled: tally.unhandled.map(({ call, objection }) => ({
      callId: call.callId,
      startedAt: call.startedAt,
      agentName: call.agentName,
      category: objection.category,
      quote: objection.quote,
      startSec: objection.startSec,
    })),
    nextSteps: tally.nextSteps.toReversed(),
    notScored: [...tally.codes]
      .map(([code, calls]) => ({ code, calls }))
      .sort((a, b) => b.calls - a.calls || compareText(a.code, b.code)),
    cost: costOf(parts),
    late: { calls: late.callIds.length, averagePercent: averagePercent(late.percents) },
    callIds: period.kind === "day" ? [...tally.callIds.toReversed(), ...late.callIds] : [],
  };
}

function agentResult(agent: AgentTally, { before, coaching }: ReportParts): AgentResult {
  const { id, name, departments, calls, scored, passed, needsReview, autoFailed, percents, criteria } = agent;
  const isHis = ({ key }: CallGroup) => (key.agent ?? null) === id;
  const average = averageOf(percents, before.agents.find(isHis)?.averagePercent ?? null);
  const results = criterionResults(criteria, before.agentCriteria.filter(isHis));
  return {
    id,
    name,
    departments,
    calls,
    scored,
    passed,
    needsReview,
    autoFailed,
    average,
    ...bestAndWeakest(results),
    shares: sharesById(criteria),
    ...(coaching.get(id) ?? { strengths: [], practise: [] }),
  };
}

const alphabet = onFirstUse(() => new Intl.Collator("ru"));

/** Those without a name last. */
function byName(a: AgentResult, b: AgentResult): number {
  const [one, other] = [a.name ?? a.id, b.name ?? b.id];
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return alphabet().compare(one, other) || compareText(a.id ?? "", b.id ?? "");
}

function trendOf({ period, tally, daysBefore }: ReportParts): Report["trend"] {
  const earlier = new Map(daysBefore.map((group) => [group.key.day, group]));
  return daysBetween(trendFrom(period), period.to).map((day) => {
    const own = tally.days.get(day);
    const { calls, scored } = own ?? earlier.get(day) ?? { calls: 0, scored: 0 };
    const percent = own ? averagePercent(own.percents) : (earlier.get(day)?.averagePercent ?? null);
    return { day, calls, scored, averagePercent: percent === null ? null : roundPercent(percent) };
  });
}

const TOKENS_OF_A_PRICE = 1_000_000;

function costOf({ tally: { cost }, prices }: ReportParts): Report["cost"] {
  const { promptTokens, completionTokens } = cost;
  const speechSec = rounded(cost.speechSec, 2);
  if (!prices) return { speechSec, promptTokens, completionTokens, money: null };
  const tokens = promptTokens * prices.promptTokens + completionTokens * prices.completionTokens;
  const amount = (speechSec / 60) * prices.speechMinute + tokens / TOKENS_OF_A_PRICE;
  const money = { amount: rounded(amount, 2), currency: prices.currency };
  return { speechSec, promptTokens, completionTokens, money };
}
