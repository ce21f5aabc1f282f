import { addDays, daysFromTo } from "./ask/calendar.ts";
import { isInPeriod, type Period } from "./ask/period.ts";
import { dayIn } from "./call.ts";
import { type CallQueryInput, MAX_PAGE } from "./call-query.ts";
import { type CallRow, startedMs } from "./call-row.ts";
import type { CallIndex } from "./ports/call-index.ts";
import type { ReportPeriod } from "./report.ts";
import { dayPeriod, monthPeriod, rangePeriod, weekPeriod } from "./report-period.ts";

/** The index answers for as many days in one question. */
const MAX_DAYS = 400;

/** First and last day, as the index wants them; «за всё время» begins where it answers. */
export function daysOf({ from, to }: Period): { from: string; to: string } {
  const earliest = addDays(to, 1 - MAX_DAYS);
  return { from: from === null || from < earliest ? earliest : from, to };
}

/** Whether all of it could be asked for. */
export function isCutShort({ from, to }: Period): boolean {
  return from !== null && daysFromTo(from, to) > MAX_DAYS;
}

export function lastDays(days: number, timeZone: string, now: Date): Period {
  const to = dayIn(timeZone, now);
  return { from: addDays(to, 1 - days), to, timeZone };
}

/** Whether days say all that there is to say. */
export function isWholeDays({ parts, hours, rolling, exclude }: Period): boolean {
  return !parts && !hours && !rolling && !exclude;
}

/** Undefined where days say it all. */
export function keeperOf(period: Period): ((row: CallRow) => boolean) | undefined {
  return isWholeDays(period) ? undefined : (row) => isInPeriod(period, new Date(startedMs(row)));
}

/** As reports name periods: the whole week or month where it is one. */
export function reportPeriodOf(period: Period): ReportPeriod {
  const { from, to } = daysOf(period);
  if (from === to) return dayPeriod(from);
  for (const known of [weekPeriod(from), monthPeriod(from)]) {
    if (known.from === from && known.to === to) return known;
  }
  return rangePeriod(from, to);
}

/**
 * The index as if there were only the calls of the period: for reports of hours, of weekdays, of days here and there. Sums are none, so such
 * a report is compared with nothing.
 */
export function periodIndex(index: CallIndex, period: Period): CallIndex {
  const keeps = keeperOf(period);
  if (!keeps) return index;
  return {
    async find(query) {
      const page = await index.find(query);
      return { ...page, rows: page.rows.filter(keeps) };
    },
    aggregate: async () => [],
  };
}

/** More calls than these nobody sorts through by chat. */
const MAX_ROWS = 20_000;

/** Every call that fits, in the asked order. */
export async function allRows(
  index: CallIndex,
  query: CallQueryInput,
  keeps: (row: CallRow) => boolean,
): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < MAX_ROWS; read += MAX_PAGE) {
    const page = await index.find({ ...query, limit: MAX_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.rows.filter(keeps));
    if (page.next === null) break;
    cursor = page.next;
  }
  return rows;
}
