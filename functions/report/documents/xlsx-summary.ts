import type { Row } from "write-excel-file/node";
import { ENOUGH_CALLS, type Report } from "../../../core/report.ts";
import { type DocumentFormat, reasonOf } from "./document-format.ts";
import {
  countCell,
  dayCell,
  durationCell,
  momentCells,
  moneyCell,
  percentCell,
  type SheetCell,
  shareCell,
  textCell,
} from "./xlsx-cells.ts";
import type { TableSheet } from "./xlsx-sheet.ts";

/** The totals of the period, a figure in each row, and below them what the columns of the other sheets mean. */
export function summarySheet(
  report: Report,
  { came, shown }: { came: number; shown: number },
  format: DocumentFormat,
): TableSheet {
  const { texts, timeZone } = format;
  const words = texts.spreadsheet.summary;
  const notes = [
    ...(came > shown ? [words.cut(shown, came)] : []),
    ...(report.comparable || report.agents.length < 2 ? [] : [words.smallSample(ENOUGH_CALLS)]),
    ...Object.values(words.columns),
  ];
  const data: Row[] = [
    [{ value: texts.documents.title, type: String, fontWeight: "bold", fontSize: 16 }],
    [textCell(words.period), textCell(format.period(report.period))],
    figure(words.from, dayCell(report.period.from)),
    figure(words.to, dayCell(report.period.to)),
    figure(words.madeAt, momentCells(timeZone)(report.madeAt)),
    figure(words.timeZone, textCell(timeZone)),
    [],
    ...totals(report, format),
    [],
    ...costs(report, format),
    [],
    [{ value: words.meaning, type: String, fontWeight: "bold" }],
    ...notes.map(
      (note): Row => [
        { value: note, type: String, wrap: true, alignVertical: "top", columnSpan: 2, height: 32 },
        null,
      ],
    ),
  ];
  return { name: texts.spreadsheet.sheets.summary, data, widths: [40, 44], isTable: false };
}

function totals({ totals: all, late, notScored }: Report, { texts }: DocumentFormat): Row[] {
  const words = texts.spreadsheet.summary;
  return [
    figure(words.calls, countCell(all.calls)),
    figure(words.scored, countCell(all.scored)),
    figure(words.skipped, countCell(all.skipped)),
    figure(words.failed, countCell(all.failed)),
    figure(words.inProgress, countCell(all.inProgress)),
    figure(words.average, percentCell(all.average.percent)),
    figure(words.margin, percentCell(all.average.margin)),
    figure(words.change, percentCell(all.average.change)),
    figure(words.passed, countCell(all.passed)),
    figure(words.passedShare, shareCell(all.scored === 0 ? null : all.passed / all.scored)),
    figure(words.needsReview, countCell(all.needsReview)),
    figure(words.autoFailed, countCell(all.autoFailed)),
    figure(words.green, countCell(all.bands.green)),
    figure(words.yellow, countCell(all.bands.yellow)),
    figure(words.red, countCell(all.bands.red)),
    figure(words.duration, durationCell(all.durationSec)),
    figure(words.late, countCell(late.calls)),
    figure(words.lateAverage, percentCell(late.averagePercent)),
    ...notScored.map(({ code, calls }) => figure(words.notScored(reasonOf(code, texts)), countCell(calls))),
  ];
}

function costs({ cost }: Report, { texts }: DocumentFormat): Row[] {
  const words = texts.spreadsheet.summary;
  return [
    figure(words.speech, durationCell(cost.speechSec)),
    figure(words.promptTokens, countCell(cost.promptTokens)),
    figure(words.completionTokens, countCell(cost.completionTokens)),
    ...(cost.money === null ? [] : [figure(words.cost(cost.money.currency), moneyCell(cost.money.amount))]),
  ];
}

/** Figures stand right below each other, whatever they are. */
function figure(name: string, cell: SheetCell): Row {
  return [textCell(name), cell === null || typeof cell === "string" ? cell : { ...cell, align: "left" }];
}
