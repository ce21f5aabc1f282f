import type { People } from "../../core/ask/asked.ts";
import type { CallReference } from "../../core/ask/call-reference.ts";
import { minuteIn, type Period } from "../../core/ask/period.ts";
import { CallId, dayOfCall } from "../../core/call.ts";
import { callRef, isCallRef } from "../../core/call-ref.ts";
import { type CallRow, startedMs } from "../../core/call-row.ts";
import { allRows, daysOf, keeperOf, lastDays } from "../../core/period-query.ts";
import { agentIdsOf } from "./people.ts";
import type { Asking } from "./reply.ts";

/** A call is looked for by its percent so far back, where no period is named. */
const RECENT_DAYS = 14;
/** People tell the time of a call as they remember it. */
const NEAR_MINUTES = 3;

interface Meant {
  call: CallReference | null;
  percent: number | null;
  period: Period | null;
  people: People;
}

/** The calls that may be meant, as far as the asker may see them: one is the one, several are to be chosen from. */
export async function findCalls(meant: Meant, asking: Asking): Promise<CallRow[]> {
  const { call, percent } = meant;
  const { shown, repliedRef } = asking;
  switch (call?.kind) {
    case "id":
      return rowById(call.callId, asking);
    case "number":
      return rowById(shown.listed[call.number - 1] ?? "", asking);
    case "time":
      return rowsAt(call.day, call.minute, meant, asking);
    case "last":
      return latest(meant, asking);
    case "link":
      return [];
  }
  const isSpecific = meant.period !== null || meant.people.matches.length > 0;
  if (repliedRef !== null && !isSpecific) return rowByRef(repliedRef, asking);
  if (percent !== null) {
    const known = shown.call === null || isSpecific ? [] : await rowById(shown.call, asking);
    return known.some((row) => isOfPercent(row, percent)) ? known : rowsOf(percent, meant, asking);
  }
  if (isSpecific) return rowsOf(null, meant, asking);
  return shown.call === null ? [] : rowById(shown.call, asking);
}

/** At most one. */
export function rowById(callId: string, asking: Asking): Promise<CallRow[]> {
  if (!CallId.safeParse(callId).success) return Promise.resolve([]);
  return rowsOfDay(dayOfCall(callId), (row) => row.callId === callId, asking);
}

/** At most one: of a button, or typed. */
export function rowByRef(ref: string, asking: Asking): Promise<CallRow[]> {
  if (!isCallRef(ref)) return Promise.resolve([]);
  return rowsOfDay(dayOfCall(ref), (row) => callRef(row.callId) === ref, asking);
}

async function rowsOfDay(
  day: string,
  keeps: (row: CallRow) => boolean,
  { index, ports }: Asking,
): Promise<CallRow[]> {
  if (Number.isNaN(Date.parse(`${day}T00:00:00Z`)) || !isRealDay(day)) return [];
  return allRows(index, { tenant: ports.tenant, from: day, to: day }, keeps);
}

/** The 31st of a month with 30 days is no day that the index takes. */
function isRealDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day;
}

async function rowsAt(day: string, minute: number, { people }: Meant, asking: Asking): Promise<CallRow[]> {
  const agentIds = agentIdsOf(people, asking);
  const away = (row: CallRow) =>
    Math.abs(minuteIn(asking.settings.timeZone, new Date(startedMs(row))) - minute);
  const near = await rowsOfDay(
    day,
    (row) => away(row) <= NEAR_MINUTES && (!agentIds || agentIds.includes(row.agentId ?? "")),
    asking,
  );
  const exact = near.filter((row) => away(row) === 0);
  return exact.length > 0 ? exact : near;
}

async function latest({ people, period }: Meant, asking: Asking): Promise<CallRow[]> {
  const agentIds = agentIdsOf(people, asking);
  const within = period && period.from !== null ? period : recently(asking);
  const { rows } = await asking.index.find({
    tenant: asking.ports.tenant,
    ...daysOf(within),
    ...(agentIds ? { agentIds } : {}),
    limit: 1,
  });
  return rows;
}

/** What is shown as 40 may be 40.4. */
function isOfPercent(row: CallRow, percent: number): boolean {
  return row.percent !== null && Math.round(row.percent) === percent;
}

async function rowsOf(percent: number | null, { period, people }: Meant, asking: Asking): Promise<CallRow[]> {
  const within = period ?? recently(asking);
  const agentIds = agentIdsOf(people, asking);
  const keeps = keeperOf(within);
  return allRows(
    asking.index,
    {
      tenant: asking.ports.tenant,
      ...daysOf(within),
      ...(agentIds ? { agentIds } : {}),
      ...(percent === null
        ? {}
        : { percentFrom: Math.max(0, percent - 0.5), percentTo: Math.min(100, percent + 0.5) }),
    },
    (row) => (percent === null || isOfPercent(row, percent)) && (keeps?.(row) ?? true),
  );
}

function recently({ settings, choice }: Asking): Period {
  return lastDays(RECENT_DAYS, settings.timeZone, new Date(choice.at));
}
