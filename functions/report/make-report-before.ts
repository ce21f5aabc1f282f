import { addDays } from "../../core/ask/calendar.ts";
import type { CallGroup, CallIndex } from "../../core/ports/call-index.ts";
import type { ReportPeriod } from "../../core/report.ts";
import type { Before } from "../../core/report-build.ts";
import { dayPeriod, periodBefore, trendFrom } from "../../core/report-period.ts";

/** A day is compared with the last one before it that has scores, so that a Monday is not compared with an empty Sunday. */
const DAYS_TO_LOOK_BACK = 7;

/** The days that are shown before the period, each with its sums. */
export async function daysBefore(
  index: CallIndex,
  tenant: string,
  period: ReportPeriod,
): Promise<CallGroup[]> {
  const [from, to] = [trendFrom(period), addDays(period.from, -1)];
  return from > to ? [] : index.aggregate({ tenant, from, to, groupBy: ["day"] });
}

export async function compareWith(
  index: CallIndex,
  tenant: string,
  period: ReportPeriod,
  earlier: readonly CallGroup[],
): Promise<Before> {
  const before = period.kind === "day" ? lastDayWithScores(period.from, earlier) : periodBefore(period);
  if (!before) return { period: null, all: undefined, agents: [], criteria: [], agentCriteria: [] };
  const asked = { tenant, from: before.from, to: before.to };
  const [all, agents, criteria, agentCriteria] = await Promise.all([
    index.aggregate(asked),
    index.aggregate({ ...asked, groupBy: ["agent"] }),
    index.aggregate({ ...asked, groupBy: ["checklist", "criterion"] }),
    index.aggregate({ ...asked, groupBy: ["agent", "checklist", "criterion"] }),
  ]);
  return { period: before, all: all[0], agents, criteria, agentCriteria };
}

function lastDayWithScores(day: string, earlier: readonly CallGroup[]): ReportPeriod | null {
  const first = addDays(day, -DAYS_TO_LOOK_BACK);
  const last = earlier.findLast(({ key, percents }) => percents > 0 && (key.day ?? "") >= first)?.key.day;
  return last ? dayPeriod(last) : null;
}
