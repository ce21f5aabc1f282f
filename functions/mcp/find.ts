import * as z from "zod";
import { findPeople, type StaffMember } from "../../core/ask/names.ts";
import type { Period } from "../../core/ask/period.ts";
import { findPeriod } from "../../core/ask/periods.ts";
import { callKey, indexRowKey } from "../../core/bucket-layout.ts";
import { Call, CallId } from "../../core/call.ts";
import { findCallByRef, isCallRef } from "../../core/call-ref.ts";
import { CallRow } from "../../core/call-row.ts";
import { lastDays } from "../../core/period-query.ts";
import { staffOf } from "../../core/staff.ts";
import { readJson } from "../../core/store-json.ts";
import { CallerError } from "./caller-error.ts";
import type { Session } from "./ports.ts";

/** What the caller means by an agent, a period, a call. All of it is looked for at his own tenant. */

export const AgentWords = z
  .string()
  .min(1)
  .max(200)
  .describe("Id from list_managers, or a name in any form: «Руднева», «Александру Рудневу»");
export const PeriodWords = z
  .string()
  .min(1)
  .max(300)
  .describe("«последние 2 дня», «прошлая неделя», «с 1 по 15 ноября», 2026-11-01..2026-11-20");
export const CallIdWords = z.string().min(1).max(200).describe("Id of a call from search_calls");

export async function staff({ ports, tenant, settings }: Session): Promise<StaffMember[]> {
  const { store, clock } = ports;
  return staffOf(await ports.index(), { store, clock, tenant }, settings.timeZone);
}

/** @throws CallerError when nobody is meant, or several may be */
export async function findAgent(words: string, session: Session): Promise<StaffMember> {
  const known = await staff(session);
  const wanted = words.trim();
  const byId = known.find(({ id }) => id === wanted);
  if (byId) return byId;
  const { matches } = findPeople(wanted, known);
  const candidates = [...new Set(matches.flatMap((match) => match.candidates))];
  const [only, ...others] = candidates;
  if (only && others.length === 0) return only;
  if (only) {
    const names = candidates.slice(0, 10).map(({ id, name }) => `${name} (${id})`);
    throw new CallerError(`agent: «${wanted}» may be ${names.join(", ")}: pass one of these ids`);
  }
  throw new CallerError(`agent: nobody of the name or id «${wanted}» had calls lately: see list_managers`);
}

interface PeriodArguments {
  period?: string | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
}

/** @throws CallerError for words that name no period, and for two ways at once */
export function findPeriodOf(asked: PeriodArguments, session: Session, defaultDays: number): Period {
  const { settings, now } = session;
  const { timeZone } = settings;
  const { period: words, start_date, end_date } = asked;
  if (words === undefined) {
    if (start_date === undefined && end_date === undefined) return lastDays(defaultDays, timeZone, now);
    const today = lastDays(1, timeZone, now).to;
    const to = end_date ?? (start_date !== undefined && start_date > today ? start_date : today);
    const from = start_date ?? to;
    if (from > to) throw new CallerError("start_date is after end_date");
    return { from, to, timeZone };
  }
  if (start_date !== undefined || end_date !== undefined)
    throw new CallerError("period, or start_date and end_date: not both");
  const [, first, last] =
    /^\s*(\d{4}-\d\d-\d\d)\s*(?:\.\.|\/|—|–|\s-\s|\s)\s*(\d{4}-\d\d-\d\d)\s*$/.exec(words) ?? [];
  if (first !== undefined && last !== undefined)
    return findPeriodOf({ start_date: dayOf(first, "period"), end_date: dayOf(last, "period") }, session, 1);
  const found = findPeriod(words, { now, timeZone });
  if (found) return found.period;
  throw new CallerError("period: not understood; say it like «последние 2 дня» or 2026-11-01..2026-11-20");
}

function dayOf(text: string, argument: string): string {
  if (z.iso.date().safeParse(text).success) return text;
  throw new CallerError(`${argument}: ${text} is no day; a day is written yyyy-mm-dd`);
}

/** The id itself, from it or from its short form. @throws CallerError */
export async function findCallId(words: string, { ports, tenant }: Session): Promise<string> {
  const wanted = words.trim();
  const isId = CallId.safeParse(wanted).success && !wanted.includes("..");
  const callId = isCallRef(wanted)
    ? await findCallByRef(ports.store, tenant, wanted)
    : isId
      ? wanted
      : undefined;
  if (callId !== undefined) return callId;
  throw noCall(wanted);
}

export function noCall(callId: string): CallerError {
  return new CallerError(`call_id: there is no call ${callId}: take an id from search_calls`);
}

export async function readRow(callId: string, { ports, tenant }: Session): Promise<CallRow | undefined> {
  const row = (await readJson(ports.store, indexRowKey(tenant, callId), CallRow))?.value;
  return row && { ...row, callId };
}

export async function readCall(callId: string, { ports, tenant }: Session): Promise<Call | undefined> {
  return (await readJson(ports.store, callKey(tenant, callId), Call))?.value;
}

/** The row of a call that has come to an end. @throws CallerError */
export async function findRow(words: string, session: Session): Promise<CallRow> {
  const callId = await findCallId(words, session);
  const row = await readRow(callId, session);
  if (row) return row;
  if (await readCall(callId, session))
    throw new CallerError(`call_id: ${callId} has not come to an end yet: ask get_task with its id`);
  throw noCall(callId);
}
