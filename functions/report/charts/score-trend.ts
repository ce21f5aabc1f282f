import type { Report } from "../../../core/report.ts";
import type { Texts } from "../../../locales/index.ts";
import { textWidth } from "./font.ts";
import {
  bandInk,
  type Drawing,
  dot,
  drawing,
  ink,
  line,
  type Point,
  polyline,
  rectangle,
  text,
} from "./svg.ts";

export interface TrendOptions {
  texts: Texts;
  locale: "ru" | "en";
  /** A picture says what it shows; on a page the heading does. */
  withTitle: boolean;
  /** Where the zones begin: what a checklist has unless it says otherwise. */
  bands?: { green: number; yellow: number };
}

type Day = Report["trend"][number];

const WIDTH = 640;
const LEFT = 36;
const RIGHT = 14;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const SCORE_HEIGHT = 170;
const CALLS_HEIGHT = 56;
const BETWEEN = 34;
/** Labels of days and of values need this much each. */
const DAY_LABEL_WIDTH = 58;
const VALUE_LABEL_WIDTH = 34;
const DEFAULT_BANDS = { green: 80, yellow: 60 };

/** The average of each day as a line over a bar for its calls. A day without a score interrupts the line: nothing is known of it. */
export function scoreTrendChart(report: Pick<Report, "trend" | "period">, options: TrendOptions): Drawing {
  const { trend, period } = report;
  const { texts, withTitle, bands = DEFAULT_BANDS } = options;
  const words = texts.documents.trend;
  const top = withTitle ? 48 : 18;
  const callsTop = top + SCORE_HEIGHT + BETWEEN;
  const height = callsTop + CALLS_HEIGHT + 26;
  const title = withTitle ? [text(LEFT - 22, 26, words.title, { size: 17, bold: true })] : [];
  const slot = PLOT_WIDTH / Math.max(trend.length, 1);
  const middle = (index: number) => LEFT + slot * (index + 0.5);
  const scoreAt = (percent: number) => top + SCORE_HEIGHT * (1 - percent / 100);

  if (trend.every(({ calls }) => calls === 0)) {
    const empty = text(WIDTH / 2, height / 2, words.empty, { size: 15, fill: ink.quiet, anchor: "middle" });
    return drawing(WIDTH, height, [rectangle(0, 0, WIDTH, height, "#ffffff"), ...title, empty]);
  }

  const zones = [
    [bands.green, 100, bandInk.green],
    [bands.yellow, bands.green, bandInk.yellow],
    [0, bands.yellow, bandInk.red],
  ] as const;
  const firstOfPeriod = trend.findIndex(({ day }) => day >= period.from);
  const parts = [
    rectangle(0, 0, WIDTH, height, "#ffffff"),
    ...title,
    ...zones.map(
      ([from, to, fill]) =>
        `<g opacity="0.09">${rectangle(LEFT, scoreAt(to), PLOT_WIDTH, scoreAt(from) - scoreAt(to), fill)}</g>`,
    ),
    ...zones.map(([from, to, fill]) => rectangle(LEFT, scoreAt(to), 3, scoreAt(from) - scoreAt(to), fill)),
    ...[...new Set([0, bands.yellow, bands.green, 100])].flatMap((percent) => [
      line(LEFT, scoreAt(percent), WIDTH - RIGHT, scoreAt(percent), ink.line),
      text(LEFT - 6, scoreAt(percent) + 4, texts.number(percent), {
        size: 11,
        fill: ink.quiet,
        anchor: "end",
      }),
    ]),
    ...periodMark(firstOfPeriod, slot, { top, bottom: callsTop + CALLS_HEIGHT, words: words.period }),
    ...scoreLine(trend, { firstOfPeriod, middle, scoreAt }),
    ...values(trend, { slot, middle, scoreAt, show: texts.number }),
    ...callBars(trend, { top: callsTop, slot, middle, texts }),
    ...dayLabels(trend, { y: height - 8, slot, middle, locale: options.locale }),
  ];
  return drawing(WIDTH, height, parts);
}

interface Places {
  middle(index: number): number;
  scoreAt(percent: number): number;
}

/** Where the days that the report is about begin, when there are others before. */
function periodMark(
  first: number,
  slot: number,
  { top, bottom, words }: { top: number; bottom: number; words: string },
): string[] {
  if (first < 1) return [];
  const x = LEFT + slot * first;
  const toTheRight = x + textWidth(words, 11) + 6 <= WIDTH - RIGHT;
  return [
    `<line x1="${x}" y1="${top - 4}" x2="${x}" y2="${bottom}" stroke="${ink.faint}" stroke-width="1" stroke-dasharray="3 3"/>`,
    text(toTheRight ? x + 5 : x - 5, top + SCORE_HEIGHT - 7, words, {
      size: 11,
      fill: ink.quiet,
      anchor: toTheRight ? "start" : "end",
    }),
  ];
}

function scoreLine(
  trend: readonly Day[],
  { firstOfPeriod, middle, scoreAt }: Places & { firstOfPeriod: number },
): string[] {
  const lines: string[] = [];
  const dots: string[] = [];
  let before: Point | undefined;
  for (const [index, { averagePercent }] of trend.entries()) {
    if (averagePercent === null) {
      before = undefined;
      continue;
    }
    const stroke = index < firstOfPeriod ? ink.earlier : ink.score;
    const point = { x: middle(index), y: scoreAt(averagePercent) };
    if (before) lines.push(polyline([before, point], stroke, 2.5));
    dots.push(dot(point, trend.length > 31 ? 3 : 4, stroke));
    before = point;
  }
  return [...lines, ...dots];
}

/** Every value where there is room, else the lowest, the highest and the last one. */
function values(
  trend: readonly Day[],
  { slot, middle, scoreAt, show }: Places & { slot: number; show(value: number): string },
): string[] {
  const known = trend.flatMap(({ averagePercent }, index) =>
    averagePercent === null ? [] : [{ index, percent: averagePercent }],
  );
  const telling = [
    known.reduce((low, each) => (low && low.percent <= each.percent ? low : each), known[0]),
    known.reduce((high, each) => (high && high.percent >= each.percent ? high : each), known[0]),
    known.at(-1),
  ];
  const shown = slot >= VALUE_LABEL_WIDTH ? known : known.filter((each) => telling.includes(each));
  return shown.map(({ index, percent }) => {
    // On the outer side of the bend, where the line does not run.
    const beside = [trend[index - 1], trend[index + 1]].flatMap((day) => day?.averagePercent ?? []);
    const below = beside.length > 0 && percent < beside.reduce((sum, each) => sum + each, 0) / beside.length;
    const y = scoreAt(percent) + (below && percent > 9 ? 18 : -9);
    const half = textWidth(show(percent), 12) / 2;
    const x = Math.min(Math.max(middle(index), LEFT + 4 + half), WIDTH - RIGHT - half);
    return text(x, y, show(percent), { size: 12, bold: true, anchor: "middle" });
  });
}

function callBars(
  trend: readonly Day[],
  { top, slot, middle, texts }: { top: number; slot: number; middle(index: number): number; texts: Texts },
): string[] {
  const words = texts.documents.trend;
  const most = Math.max(...trend.map(({ calls }) => calls));
  const bottom = top + CALLS_HEIGHT;
  const width = Math.min(Math.max(slot * 0.62, 2), 46);
  const high = (calls: number) => ((CALLS_HEIGHT - 12) * calls) / most;
  const bars = trend.flatMap(({ calls, scored }, index) => {
    if (calls === 0) return [];
    const x = middle(index) - width / 2;
    const count = slot >= 22 || calls === most ? [calls] : [];
    const isFirstMost = trend.findIndex((each) => each.calls === most) === index;
    return [
      rectangle(x, bottom - high(calls), width, high(calls - scored), ink.notScored),
      rectangle(x, bottom - high(scored), width, high(scored), ink.scored),
      ...count
        .filter(() => slot >= 22 || isFirstMost)
        .map((n) =>
          text(middle(index), bottom - high(calls) - 4, texts.number(n), {
            size: 11,
            fill: ink.quiet,
            anchor: "middle",
          }),
        ),
    ];
  });
  const legendY = top - 12;
  const scoredX = LEFT + textWidth(words.calls, 11) + 16;
  const otherX = scoredX + 14 + textWidth(words.scored, 11) + 14;
  return [
    text(LEFT, legendY, `${words.calls}:`, { size: 11, fill: ink.quiet }),
    rectangle(scoredX, legendY - 8, 9, 9, ink.scored),
    text(scoredX + 14, legendY, words.scored, { size: 11, fill: ink.quiet }),
    rectangle(otherX, legendY - 8, 9, 9, ink.notScored),
    text(otherX + 14, legendY, words.notScored, { size: 11, fill: ink.quiet }),
    line(LEFT, bottom, WIDTH - RIGHT, bottom, ink.faint),
    ...bars,
  ];
}

/** As many days as fit, counted from the last one, which is always named. */
function dayLabels(
  trend: readonly Day[],
  { y, slot, middle, locale }: { y: number; slot: number; middle(index: number): number; locale: string },
): string[] {
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const step = Math.max(1, Math.ceil(DAY_LABEL_WIDTH / slot));
  const last = trend.length - 1;
  return trend.flatMap(({ day }, index) => {
    if ((last - index) % step !== 0) return [];
    const label = format.format(new Date(`${day}T12:00:00Z`));
    const half = textWidth(label, 11) / 2;
    const x = Math.min(Math.max(middle(index), half + 2), WIDTH - half - 2);
    return [text(x, y, label, { size: 11, fill: ink.quiet, anchor: "middle" })];
  });
}
