import { type Average, type Report, ReportPeriod } from "../../../core/report.ts";
import type { Settings } from "../../../core/settings.ts";
import { type Texts, textsFor } from "../../../locales/index.ts";

/** What a document depends on besides the report. */
export type DocumentSettings = Pick<Settings, "locale" | "timeZone">;

/** Numbers, days and moments as the reader writes them. */
export interface DocumentFormat {
  texts: Texts;
  locale: Settings["locale"];
  timeZone: string;
  /** «72,4 ± 6,1» */
  average(average: Average): string;
  /** «+3,2», «−1», «0» */
  change(points: number | null): string;
  /** 0.725 → «72,5 %» */
  share(share: number | null): string;
  period(period: ReportPeriod): string;
  /** Day and time of a moment in the company's time zone. */
  moment(at: string): string;
  /** 3725 → «1 ч 2 мин» */
  duration(sec: number): string;
  /** 74.5 → «1:14» */
  clock(sec: number): string;
  money(money: NonNullable<Report["cost"]["money"]>): string;
}

export function documentFormat({ locale, timeZone }: DocumentSettings): DocumentFormat {
  const texts = textsFor(locale);
  const words = texts.documents;
  const days = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  const moments = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  });
  const noon = (day: string) => new Date(`${day}T12:00:00Z`);

  return {
    texts,
    locale,
    timeZone,
    average: ({ percent, margin }) => {
      if (percent === null) return words.none;
      const shown = texts.number(percent);
      return margin === null ? shown : words.withMargin(shown, texts.number(margin));
    },
    change: (points) => {
      if (points === null) return words.none;
      const shown = texts.number(Math.abs(points));
      if (shown === texts.number(0)) return shown;
      return points > 0 ? `+${shown}` : `−${shown}`;
    },
    share: (share) => (share === null ? words.none : words.percent(share)),
    period: ({ kind, from, to }) => {
      if (kind === "month") return month.format(noon(from));
      if (from === to) return `${days.format(noon(from))}, ${weekday.format(noon(from))}`;
      return days.formatRange(noon(from), noon(to));
    },
    moment: (at) => {
      const ms = Date.parse(at);
      return Number.isNaN(ms) ? words.none : moments.format(ms);
    },
    duration: (sec) => {
      const minutes = Math.round(sec / 60);
      return words.duration(Math.floor(minutes / 60), minutes % 60);
    },
    clock: (sec) => {
      const whole = Math.floor(sec);
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    },
    money: ({ amount, currency }) => moneyText(locale, amount, currency),
  };
}

/** A currency that Intl does not know as a code stands as it was written. */
function moneyText(locale: string, amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(amount)} ${currency}`;
  }
}

/** «Качество звонков 2026-11-16 — 2026-11-20.pdf»: sorts by day, and every file system takes it. */
export function documentName(
  { period }: Pick<Report, "period">,
  extension: "pdf" | "xlsx" | "png",
  { locale }: Pick<Settings, "locale">,
): string {
  const { kind, from, to } = ReportPeriod.parse(period);
  const days = kind === "month" ? from.slice(0, 7) : from === to ? from : `${from} — ${to}`;
  return `${textsFor(locale).documents.fileName(days)}.${extension}`;
}

export function agentName(agent: { id: string | null; name: string | null }, { documents }: Texts): string {
  return agent.name ?? agent.id ?? documents.unknownAgent;
}

/** Why a call has no score, in words; a reason that has none yet by its code. */
export function reasonOf(code: string, { outcomes }: Texts): string {
  return Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : code;
}
