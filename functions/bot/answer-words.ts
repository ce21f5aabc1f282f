import type { AppealError } from "../../core/appeal.ts";
import type { Period } from "../../core/ask/period.ts";
import type { CallRow } from "../../core/call-row.ts";
import { startedMs } from "../../core/call-row.ts";
import { daysOf } from "../../core/period-query.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import type { Texts } from "../../locales/index.ts";

/** How periods, calls and people are called in answers. */

export const BAND_SIGNS = { green: "🟢", yellow: "🟡", red: "🔴" };

/** «19–20 ноября, 14:00–18:00, мск» */
export function periodWords(period: Period, { locale, timeZone }: Settings, { bot }: Texts): string {
  const { hours, exclude, parts, rolling, zone } = period;
  const days = daysOf(period);
  const parted = parts?.map((part) => daysWords(part, locale)).join(", ");
  return [
    rolling ? rollingWords(rolling, locale, timeZone) : (parted ?? daysWords(days, locale)),
    ...(hours ? [`${clock(hours.fromMinute)}–${clock(hours.toMinute)}`] : []),
    ...(exclude ? [bot.withoutWeekends] : []),
    zoneWords(zone?.timeZone ?? timeZone, locale, bot.moscow),
  ].join(", ");
}

export function daysWords({ from, to }: { from: string; to: string }, locale: string): string {
  const isThisYear = from.slice(0, 4) === to.slice(0, 4);
  const format = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
    timeZone: "UTC",
  });
  return format.formatRange(new Date(`${from}T12:00:00Z`), new Date(`${to}T12:00:00Z`));
}

function rollingWords(rolling: { from: string; to: string }, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  return format.formatRange(new Date(rolling.from), new Date(rolling.to));
}

const clock = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

function zoneWords(timeZone: string, locale: string, moscow: string): string {
  if (timeZone === "Europe/Moscow") return moscow;
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "shortOffset" }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "UTC") ?? timeZone;
}

/** «19 нояб., 14:35» */
export function momentWords(row: CallRow, { locale, timeZone }: Settings): string {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(new Date(startedMs(row)));
}

export function whoOf({ agentName, agentId, title }: CallRow, { digest }: Texts): string {
  return agentName ?? agentId ?? (title === null ? digest.unknownAgent : digest.upload(title));
}

export function scoreWords({ percent, band }: CallRow, { number }: Texts): string {
  return `${band ? `${BAND_SIGNS[band]} ` : ""}${percent === null ? "—" : number(percent)}`;
}

/** 74.5 → 1:14 */
export function seconds(sec: number): string {
  const whole = Math.max(0, Math.floor(sec));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Of names and criteria only the beginning, where they are long. */
export function brief(text: string, longest = 90): string {
  if (text.length <= longest) return text;
  // Half of an emoji is none.
  const cut = text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/u, "");
  return `${cut.replace(/[\s,.;:—-]+\S{0,12}$/u, "")}…`;
}

export function errorSentence({ code }: AppealError, { appeals }: Texts): string {
  return escapeHtml(appeals.errors[code]);
}

export const bold = (text: string) => `<b>${escapeHtml(text)}</b>`;
export const italic = (text: string) => `<i>${escapeHtml(text)}</i>`;
