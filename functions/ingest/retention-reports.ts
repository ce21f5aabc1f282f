import { reportsPrefix } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import { dayPeriod, rangePeriod, readPeriodName } from "../../core/report-period.ts";

/**
 * Removes the digests that tell of days whose texts are removed, since they quote them; the markers that say that they were sent stay. Whoever asks for one gets
 * it made anew, with its numbers and without quotes. Resolves to how many there were.
 */
export async function removeReports(
  isDue: (period: { from: string; to: string }) => boolean,
  store: Store,
  tenant: string,
): Promise<number> {
  const prefix = reportsPrefix(tenant);
  const periods = new Set<string>();
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) {
    const [name = "", file = "", ...below] = key.slice(prefix.length).split("/");
    if (below.length > 0 || !file.startsWith("digest.")) continue;
    const period = periodOf(name);
    if (!period || !isDue(period)) continue;
    keys.push(key);
    periods.add(name);
  }
  for (const key of keys) await store.delete(key);
  return periods.size;
}

export function removeReportsUntil(lastDay: string | null, store: Store, tenant: string): Promise<number> {
  return lastDay === null ? Promise.resolve(0) : removeReports(({ from }) => from <= lastDay, store, tenant);
}

/** Of a day, a week, a month, or `<day>_<day>`. */
function periodOf(name: string): { from: string; to: string } | undefined {
  const [, from, to] = /^(\d{4}-\d{2}-\d{2})(?:_(\d{4}-\d{2}-\d{2}))?$/.exec(name) ?? [];
  if (from === undefined) return readPeriodName(name);
  return to === undefined ? dayPeriod(from) : rangePeriod(from, to);
}
