import type { CallRow } from "../../core/call-row.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { ReportPeriod } from "../../core/report.ts";
import type { Settings } from "../../core/settings.ts";
import { type MessageTexts, messageTextsFor } from "../../locales/messages.ts";

/** How times, people and calls are called in a message. */

/** The page of a call, where there is one. */
export type CallLink = (callId: string) => string | null;

export interface MessageOptions {
  callLink?: CallLink;
}

export interface Words {
  texts: MessageTexts;
  number(value: number): string;
  /** The time of a call; with its day where the period has several. Escaped, a link where the call has a page. */
  time(call: { callId: string; startedAt: string }): string;
}

export function wordsFor(period: ReportPeriod, settings: Settings, { callLink }: MessageOptions = {}): Words {
  const { locale, timeZone } = settings;
  const texts = messageTextsFor(locale);
  const isOneDay = period.from === period.to;
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone });
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone });
  return {
    texts,
    number: texts.number,
    time: ({ callId, startedAt }) => {
      const moment = new Date(startedAt);
      const shown = Number.isNaN(moment.getTime())
        ? "—"
        : `${isOneDay ? "" : `${date.format(moment)}, `}${clock.format(moment)}`;
      const link = callLink?.(callId) ?? null;
      return link === null ? escapeHtml(shown) : `<a href="${attribute(link)}">${escapeHtml(shown)}</a>`;
    },
  };
}

function attribute(text: string): string {
  return escapeHtml(text).replaceAll('"', "&quot;");
}

/** «20 ноября, пятница», «16–22 ноября», «ноябрь 2026 года». */
export function periodInWords({ kind, from, to }: ReportPeriod, { locale }: Settings): string {
  const { digest } = messageTextsFor(locale);
  const [first, last] = [new Date(`${from}T12:00:00Z`), new Date(`${to}T12:00:00Z`)];
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const date = { day: "numeric", month: "long" } as const;
  if (kind === "day")
    return digest.day(format(date).format(first), format({ weekday: "long" }).format(first));
  if (kind === "month") return digest.month(format({ month: "long" }).format(first), from.slice(0, 4));
  const isOneYear = from.slice(0, 4) === to.slice(0, 4);
  return format(isOneYear ? date : { ...date, year: "numeric" }).formatRange(first, last);
}

/** «18 ноября» */
export function dayInWords(day: string, { locale }: Settings): string {
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" });
  return format.format(new Date(`${day}T12:00:00Z`));
}

export function whoOf(
  { agentName, title }: Pick<CallRow, "agentName" | "title">,
  { digest }: MessageTexts,
): string {
  return agentName ?? (title === null ? digest.unknownAgent : digest.upload(title));
}

/** 74.5 → 1:14 */
export function minutes(sec: number): string {
  const whole = Math.floor(sec);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const LONGEST = 80;

/** Criteria can be whole paragraphs; on a phone their beginning tells which one it is. */
export function shortened(text: string, longest = LONGEST): string {
  if (text.length <= longest) return text;
  // Half of an emoji is none.
  const cut = text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/u, "");
  const blank = cut.lastIndexOf(" ");
  return `${(blank > longest / 2 ? cut.slice(0, blank) : cut).replace(/[\s,.;:—-]+$/u, "")}…`;
}
