import type { Report } from "../../../core/report.ts";
import { bandsBar } from "../charts/bands-bar.ts";
import { printable } from "../charts/font.ts";
import { missedCriteriaChart } from "../charts/missed-criteria.ts";
import { scoreTrendChart } from "../charts/score-trend.ts";
import { ink } from "../charts/svg.ts";
import type { DocumentFormat } from "./document-format.ts";
import type { Content, Margin } from "./pdf-content.ts";
import { CONTENT_WIDTH, chart, paragraph, section } from "./pdf-style.ts";

/** As many as stand below the trend on one page; the table of criteria has them all. */
const MISSED_BARS = 5;

/** The first page: the figures that the rest explains. */
export function summaryPage(report: Report, format: DocumentFormat): Content[] {
  const { texts, locale } = format;
  const words = texts.documents;
  const { totals, period, previous } = report;
  const heading: Content[] = [
    { text: printable(words.title), style: "title", outline: true, outlineText: words.title },
    {
      columns: [
        { text: printable(format.period(period)), fontSize: 12, width: "*" },
        {
          text: printable(words.madeAt(format.moment(report.madeAt))),
          style: "quiet",
          width: "auto",
          alignment: "right",
        },
      ],
      margin: [0, 2, 0, 12],
    },
  ];
  if (totals.calls === 0 && totals.inProgress === 0) {
    return [...heading, paragraph(words.key.nothing), ...lateNote(report, format)];
  }
  return [
    ...heading,
    cards(report, format),
    ...(totals.scored === 0
      ? [{ ...paragraph(words.key.nothingScored), margin: [0, 10, 0, 0] as Margin }]
      : [{ ...chart(bandsBar(report, texts)), margin: [0, 6, 0, 0] as Margin }]),
    ...(previous === null ? [] : [paragraph(words.key.comparedWith(format.period(previous)), "note")]),
    ...lateNote(report, format),
    ...section(words.trend.title, chart(scoreTrendChart(report, { texts, locale, withTitle: false }))),
    ...(report.criteria.length === 0
      ? []
      : [
          {
            stack: section(
              words.missed.title,
              chart(missedCriteriaChart(report, { texts, withTitle: false, mostBars: MISSED_BARS })),
            ),
            unbreakable: true,
          },
        ]),
  ];
}

interface Card {
  label: string;
  value: string;
  below: string;
}

function cards({ totals }: Report, format: DocumentFormat): Content {
  const { texts } = format;
  const words = texts.documents.key;
  const list: Card[] = [
    {
      label: words.average,
      value: format.average(totals.average),
      below: changeText(totals.average.change, format),
    },
    {
      label: words.scored,
      value: texts.number(totals.scored),
      below: words.ofCalls(totals.calls),
    },
    {
      label: words.passed,
      value: texts.number(totals.passed),
      below: totals.scored === 0 ? "" : words.ofScored(format.share(totals.passed / totals.scored)),
    },
    { label: words.autoFailed, value: texts.number(totals.autoFailed), below: "" },
    { label: words.review, value: texts.number(totals.needsReview), below: "" },
    {
      label: words.duration,
      value: format.duration(totals.durationSec),
      below: totals.inProgress === 0 ? "" : words.inProgress(totals.inProgress),
    },
  ];
  const width = (CONTENT_WIDTH - 2 * 8) / 3;
  const row = (three: readonly Card[]): Content => ({
    columns: three.map((card) => ({ width, ...cardBox(card, width) })),
    columnGap: 8,
    margin: [0, 0, 0, 8],
  });
  return { stack: [row(list.slice(0, 3)), row(list.slice(3))] };
}

function cardBox({ label, value, below }: Card, width: number): Content {
  return {
    layout: {
      hLineWidth: () => 0,
      vLineWidth: () => 0,
      fillColor: () => ink.panel,
      paddingLeft: () => 10,
      paddingRight: () => 10,
      paddingTop: (row) => (row === 0 ? 8 : 0),
      paddingBottom: (row) => (row === 2 ? 8 : 1),
    },
    table: {
      widths: [width - 20],
      body: [
        [{ text: printable(label), fontSize: 8.5, color: ink.quiet }],
        [{ text: printable(value), fontSize: 18, bold: true, color: ink.text, noWrap: true }],
        [{ text: below === "" ? "\u00a0" : printable(below), fontSize: 8.5, color: ink.quiet }],
      ],
    },
  };
}

function changeText(change: number | null, { texts }: DocumentFormat): string {
  const words = texts.documents.key;
  if (change === null) return "";
  const points = texts.number(Math.abs(change));
  if (points === texts.number(0)) return words.same;
  return change > 0 ? words.higher(points) : words.lower(points);
}

function lateNote({ late }: Report, { texts }: DocumentFormat): Content[] {
  if (late.calls === 0) return [];
  const percent = late.averagePercent === null ? null : texts.number(late.averagePercent);
  return [paragraph(texts.documents.key.late(late.calls, percent), "note")];
}
