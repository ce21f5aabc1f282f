import type { Period } from "../../core/ask/period.ts";
import { isWholeDays, periodIndex, reportPeriodOf } from "../../core/period-query.ts";
import type { Report } from "../../core/report.ts";
import { makeReport } from "../report/make-report.ts";
import { withoutPersonalData } from "./personal-data.ts";
import type { Session } from "./ports.ts";

/** The very report that digests are made of, with people's words masked, so that texts made of it may leave. */
export async function reportOf(period: Period, { ports, tenant }: Session): Promise<Report> {
  const { store, clock, settingsOf } = ports;
  const index = periodIndex(await ports.index(), period);
  const report = await makeReport({
    tenant,
    period: reportPeriodOf(period),
    ports: { store, clock, settingsOf, index: async () => index },
  });
  const masked = withoutPersonalData(report);
  // Of hours nobody knows which calls are still to come.
  return isWholeDays(period) ? masked : { ...masked, totals: { ...masked.totals, inProgress: 0 } };
}

/** A message for a messenger as plain text. */
export function plainText(blocks: readonly string[]): string {
  return blocks
    .join("\n\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
