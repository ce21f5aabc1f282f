import type { CallRow, CallRowObjection } from "../../../core/call-row.ts";
import { type DocumentFormat, reasonOf } from "./document-format.ts";
import {
  clockCell,
  countCell,
  durationCell,
  momentCells,
  percentCell,
  shareCell,
  textCell,
} from "./xlsx-cells.ts";
import { emptyTable, rowOf, type SheetColumn, type TableSheet } from "./xlsx-sheet.ts";

/** The writer holds the whole book in memory: about 25 KB for each row with all its columns. */
export const MOST_CALLS = 20_000;

export interface CallSheets {
  calls: TableSheet;
  objections: TableSheet;
  /** How many calls came, and how many of them stand in the sheet. */
  came: number;
  shown: number;
}

/** A row for each call and, in a sheet of their own, for each objection in them, as the rows come. */
export async function callSheets(rows: AsyncIterable<CallRow>, format: DocumentFormat): Promise<CallSheets> {
  const { sheets } = format.texts.spreadsheet;
  const columns = callColumns(format);
  const objectionColumns = quoteColumns(format);
  const calls = emptyTable(sheets.calls, columns);
  const objections = emptyTable(sheets.objectionQuotes, objectionColumns);
  let came = 0;
  for await (const row of rows) {
    came += 1;
    if (came > MOST_CALLS) continue;
    calls.data.push(rowOf(columns, row));
    for (const objection of row.objections) objections.data.push(rowOf(objectionColumns, { row, objection }));
  }
  return { calls, objections, came, shown: Math.min(came, MOST_CALLS) };
}

function callColumns(format: DocumentFormat): SheetColumn<CallRow>[] {
  const { texts, timeZone } = format;
  const words = texts.spreadsheet.calls;
  const moment = momentCells(timeZone);
  const yesNo = (value: boolean | null) =>
    textCell(value === null ? null : texts.documents[value ? "yes" : "no"]);
  return [
    { head: words.startedAt, width: 19, cell: (row) => moment(row.startedAt) },
    { head: words.duration, width: 12, cell: (row) => durationCell(row.durationSec) },
    { head: words.agent, width: 26, cell: (row) => textCell(row.agentName ?? row.agentId) },
    { head: words.departments, width: 18, cell: (row) => textCell(row.departments.join(", ")) },
    {
      head: words.direction,
      width: 13,
      cell: (row) => textCell(row.direction === null ? null : words.directions[row.direction]),
    },
    { head: words.line, width: 16, cell: (row) => textCell(row.line) },
    { head: words.title, width: 18, cell: (row) => textCell(row.title) },
    { head: words.status, width: 13, cell: (row) => textCell(words.statuses[row.status]) },
    {
      head: words.reason,
      width: 24,
      cell: (row) => textCell(row.code === null ? null : reasonOf(row.code, texts)),
    },
    { head: words.callType, width: 15, cell: (row) => textCell(row.callType) },
    { head: words.checklist, width: 20, cell: (row) => textCell(row.checklistName ?? row.checklistId) },
    { head: words.checklistVersion, width: 9, cell: (row) => countCell(row.checklistVersion) },
    { head: words.percent, width: 9, cell: (row) => percentCell(row.percent) },
    { head: words.rawPercent, width: 12, cell: (row) => percentCell(row.rawPercent) },
    { head: words.passed, width: 11, cell: (row) => yesNo(row.passed) },
    {
      head: words.band,
      width: 10,
      cell: (row) => textCell(row.band === null ? null : words.bands[row.band]),
    },
    {
      head: words.needsReview,
      width: 12,
      cell: (row) => yesNo(row.status === "scored" ? row.needsReview : null),
    },
    {
      head: words.autoFailedBy,
      width: 26,
      cell: (row) => textCell(row.autoFailed ? autoFail(row) : null, true),
    },
    { head: words.worst, width: 34, cell: (row) => textCell(row.worst?.criterion, true) },
    { head: words.worstQuote, width: 44, cell: (row) => textCell(row.worst?.evidence?.quote, true) },
    { head: words.worstAt, width: 8, cell: (row) => clockCell(row.worst?.evidence?.startSec ?? null) },
    { head: words.objections, width: 24, cell: (row) => textCell(categories(row), true) },
    { head: words.nextStepAgreed, width: 13, cell: (row) => yesNo(row.nextStep?.agreed ?? null) },
    { head: words.nextStep, width: 34, cell: (row) => textCell(row.nextStep?.text, true) },
    { head: words.clientNeed, width: 34, cell: (row) => textCell(row.clientNeed, true) },
    { head: words.summary, width: 50, cell: (row) => textCell(row.summary, true) },
    { head: words.agentTalkShare, width: 13, cell: (row) => shareCell(row.agentTalkShare) },
    { head: words.speech, width: 13, cell: (row) => durationCell(row.cost.speechSec) },
    { head: words.promptTokens, width: 11, cell: (row) => countCell(row.cost.promptTokens) },
    { head: words.completionTokens, width: 11, cell: (row) => countCell(row.cost.completionTokens) },
    { head: words.tags, width: 16, cell: (row) => textCell(row.tags.join(", ")) },
    { head: words.callId, width: 44, cell: (row) => textCell(row.callId) },
  ];
}

interface ObjectionOfCall {
  row: CallRow;
  objection: CallRowObjection;
}

function quoteColumns({ texts, timeZone }: DocumentFormat): SheetColumn<ObjectionOfCall>[] {
  const words = texts.spreadsheet.objections;
  const calls = texts.spreadsheet.calls;
  const moment = momentCells(timeZone);
  return [
    { head: calls.startedAt, width: 19, cell: ({ row }) => moment(row.startedAt) },
    { head: calls.agent, width: 26, cell: ({ row }) => textCell(row.agentName ?? row.agentId) },
    {
      head: texts.documents.objections.category,
      width: 26,
      cell: ({ objection }) => textCell(objection.category),
    },
    {
      head: words.handling,
      width: 16,
      cell: ({ objection }) => textCell(words.handlings[objection.handling]),
    },
    { head: words.quote, width: 60, cell: ({ objection }) => textCell(objection.quote, true) },
    { head: words.at, width: 8, cell: ({ objection }) => clockCell(objection.startSec) },
    { head: calls.callId, width: 44, cell: ({ row }) => textCell(row.callId) },
  ];
}

/** A row that was written before the criterion was kept says it in `worst`. */
function autoFail({ autoFailedBy, worst }: CallRow): string | null {
  return autoFailedBy ?? worst?.criterion ?? null;
}

function categories({ objections }: CallRow): string {
  return [...new Set(objections.map(({ category }) => category))].join(", ");
}
