import * as z from "zod";
import { addDays } from "../../core/ask/calendar.ts";
import { digestKey } from "../../core/bucket-layout.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import type { Store } from "../../core/ports/store.ts";
import type { ReportPeriod } from "../../core/report.ts";
import type { ReportParts } from "../../core/report-build.ts";
import { addPercent, noPercents } from "../../core/report-numbers.ts";
import { readJson } from "../../core/store-json.ts";
import { rowsOf } from "./make-report-rows.ts";

/** How many days back calls can still come in late: recordings appear hours later, and telephony is looked through two days back. */
const LATE_DAYS = 3;

/** All that is read of other digests, whatever version has written them. */
const Counting = z.object({ callIds: z.array(z.string()) });

/**
 * Calls of earlier days that neither their own digest nor one since has counted. A day without a digest was never announced, so nothing
 * of it is late. Only the digest of a day names them: those of longer periods are made when all is in.
 */
export async function lateCalls(
  index: CallIndex,
  store: Store,
  tenant: string,
  { kind, from }: ReportPeriod,
): Promise<ReportParts["late"]> {
  const late = { callIds: [] as string[], percents: noPercents() };
  if (kind !== "day") return late;
  const earlier = Array.from({ length: LATE_DAYS }, (_value, days) => addDays(from, -(days + 1)));
  const counted = await Promise.all(
    earlier.map(async (day) => (await readJson(store, digestKey(tenant, day), Counting))?.value.callIds),
  );
  const known = new Set(counted.flatMap((callIds) => callIds ?? []));
  for (const [at, day] of earlier.entries()) {
    if (counted[at] === undefined) continue;
    for await (const { callId, percent } of rowsOf(index, { tenant, from: day, to: day })) {
      if (known.has(callId)) continue;
      late.callIds.push(callId);
      addPercent(late.percents, percent);
    }
  }
  return late;
}
