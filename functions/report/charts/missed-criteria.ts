import type { CriterionResult, Report } from "../../../core/report.ts";
import type { Texts } from "../../../locales/index.ts";
import { printable, textWidth, wrapped } from "./font.ts";
import { type Drawing, drawing, ink, rectangle, text } from "./svg.ts";

export interface MissedOptions {
  texts: Texts;
  /** A picture says what it shows; on a page the heading does. */
  withTitle: boolean;
  mostBars?: number;
}

const WIDTH = 640;
const SIDE = 14;
const TEXT_WIDTH = 272;
const COUNT_WIDTH = 76;
const ROW_HEIGHT = 31;
const MOST_BARS = 10;

/** The criteria that were missed most often, each as the part of its judged calls in which it was. */
export function missedCriteriaChart(
  report: Pick<Report, "criteria">,
  { texts, withTitle, mostBars = MOST_BARS }: MissedOptions,
): Drawing {
  const words = texts.documents.missed;
  const criteria = report.criteria.filter(({ notMet, partly }) => notMet + partly > 0).slice(0, mostBars);
  const top = withTitle ? 62 : 24;
  const title = withTitle ? [text(SIDE, 26, words.title, { size: 17, bold: true })] : [];
  if (criteria.length === 0) {
    const empty = text(WIDTH / 2, top + 36, words.empty, { size: 15, fill: ink.quiet, anchor: "middle" });
    return drawing(WIDTH, top + 70, [rectangle(0, 0, WIDTH, top + 70, "#ffffff"), ...title, empty]);
  }
  const height = top + criteria.length * ROW_HEIGHT + 4;
  return drawing(WIDTH, height, [
    rectangle(0, 0, WIDTH, height, "#ffffff"),
    ...title,
    ...legend(top - 12, words),
    ...criteria.flatMap((criterion, index) => bar(criterion, top + index * ROW_HEIGHT, words)),
  ]);
}

function bar(criterion: CriterionResult, y: number, words: Texts["documents"]["missed"]): string[] {
  const left = SIDE + TEXT_WIDTH + 10;
  const width = WIDTH - left - SIDE - COUNT_WIDTH;
  const judged = criterion.met + criterion.partly + criterion.notMet;
  const notMet = (width * criterion.notMet) / judged;
  const partly = (width * criterion.partly) / judged;
  const lines = wrapped(printable(criterion.text), 12, TEXT_WIDTH, 2);
  const firstLine = y + (lines.length === 1 ? 16 : 10);
  return [
    ...lines.map((each, row) => text(SIDE, firstLine + row * 13.5, each, { size: 12 })),
    rectangle(left, y + 2, width, 18, ink.panel),
    rectangle(left, y + 2, notMet, 18, ink.notMet),
    rectangle(left + notMet, y + 2, partly, 18, ink.partly),
    text(WIDTH - SIDE, y + 15.5, words.of(criterion.notMet + criterion.partly, judged), {
      size: 12,
      fill: ink.quiet,
      anchor: "end",
    }),
  ];
}

function legend(y: number, words: Texts["documents"]["missed"]): string[] {
  const left = SIDE + TEXT_WIDTH + 10;
  const second = left + 14 + textWidth(words.notMet, 11) + 16;
  return [
    rectangle(left, y - 8, 9, 9, ink.notMet),
    text(left + 14, y, words.notMet, { size: 11, fill: ink.quiet }),
    rectangle(second, y - 8, 9, 9, ink.partly),
    text(second + 14, y, words.partly, { size: 11, fill: ink.quiet }),
  ];
}
