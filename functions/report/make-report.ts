import { callFolders } from "../../core/call-folders.ts";
import type { CallRow } from "../../core/call-row.ts";
import type { Clock } from "../../core/clock.ts";
import { daysBetween } from "../../core/days.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Report, ReportPeriod } from "../../core/report.ts";
import { buildReport } from "../../core/report-build.ts";
import { addRow, emptyTally, type Tally } from "../../core/report-tally.ts";
import type { Settings } from "../../core/settings.ts";
import { compareWith, daysBefore } from "./make-report-before.ts";
import { coachingOf, withQuotes } from "./make-report-coaching.ts";
import { lateCalls } from "./make-report-late.ts";
import { rowsOf } from "./make-report-rows.ts";

export interface MakeReportPorts {
  store: Store;
  clock: Clock;
  index(): Promise<CallIndex>;
  settingsOf(tenant: string): Promise<Settings>;
}

/**
 * What a period was like: read from the index, with the scorecards of the few calls that are quoted. Stores nothing, so that it can be
 * asked for at any time.
 *
 * @throws CallQueryError for a period that is none, or longer than the index answers for
 */
export async function makeReport(options: {
  tenant: string;
  period: ReportPeriod;
  ports: MakeReportPorts;
}): Promise<Report> {
  const { tenant, period, ports } = options;
  const { store, clock } = ports;
  const index = await ports.index();
  const tally = emptyTally();
  for await (const row of rowsOf(index, { tenant, from: period.from, to: period.to })) addRow(tally, row);

  const earlier = await daysBefore(index, tenant, period);
  const [before, late, inProgress, coaching, attention, { prices }] = await Promise.all([
    compareWith(index, tenant, period, earlier),
    lateCalls(index, store, tenant, period),
    countInProgress(store, tenant, period, tally),
    coachingOf(tally, store, tenant),
    Promise.all(tally.attention.map((row): Promise<CallRow> => withQuotes(row, store, tenant))),
    ports.settingsOf(tenant),
  ]);
  return buildReport({
    tenant,
    period,
    madeAt: clock.now(),
    tally: { ...tally, attention },
    before,
    daysBefore: earlier,
    coaching,
    inProgress,
    late,
    prices,
  });
}

/** Calls of the period that have a folder, and have not come to an end by now. */
async function countInProgress(
  store: Store,
  tenant: string,
  { from, to }: ReportPeriod,
  { callIds }: Tally,
): Promise<number> {
  const ended = new Set(callIds);
  let inProgress = 0;
  for (const day of daysBetween(from, to)) {
    for await (const { callId, names } of callFolders(store, tenant, day)) {
      if (names.includes("call.json") && !ended.has(callId)) inProgress += 1;
    }
  }
  return inProgress;
}
