import { addDays, daysFromTo } from "../../core/ask/calendar.ts";
import { dayIn } from "../../core/call.ts";
import type { CallAggregationInput } from "../../core/call-query.ts";
import type { Asking } from "./reply.ts";

/** How far is looked on both sides. */
const DAYS = 90;
/** A question to the index has at most 400 days. */
const MAX_DAYS = 400;

/** The day with calls that is nearest to the period, of two the later; null when there is none for months. */
export async function nearestDay(
  { from, to }: { from: string; to: string },
  whose: Pick<CallAggregationInput, "agentIds" | "departments">,
  { index, ports, settings, now }: Asking,
): Promise<string | null> {
  const today = dayIn(settings.timeZone, now);
  const last = [addDays(to, DAYS), today].sort()[0] ?? today;
  const first = [addDays(from, -DAYS), addDays(last, 1 - MAX_DAYS)].sort().at(-1) ?? from;
  if (first > last) return null;
  const groups = await index.aggregate({
    tenant: ports.tenant,
    from: first,
    to: last,
    ...whose,
    groupBy: ["day"],
  });
  const away = (day: string) => (day < from ? daysFromTo(day, from) : day > to ? daysFromTo(to, day) : 0);
  const days = groups.flatMap(({ key, calls }) => (key.day && calls > 0 ? [key.day] : []));
  return days.sort((a, b) => away(a) - away(b) || (a < b ? 1 : -1))[0] ?? null;
}
