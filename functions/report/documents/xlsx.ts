import type { CallRow } from "../../../core/call-row.ts";
import type { Report } from "../../../core/report.ts";
import { type DocumentSettings, documentFormat } from "./document-format.ts";
import { callSheets } from "./xlsx-calls.ts";
import { agentsSheet, criteriaSheet, objectionsSheet } from "./xlsx-results.ts";
import { asSheets, filters } from "./xlsx-sheet.ts";
import { summarySheet } from "./xlsx-summary.ts";

/**
 * The report and its calls as an Excel file: numbers that can be added up, days that can be sorted, a filter in every head. The totals are the
 * report's own and not of the rows, which may be fewer; then the first sheet says so. The library is loaded only here.
 */
export async function reportXlsx(
  report: Report,
  rows: AsyncIterable<CallRow>,
  settings: DocumentSettings,
): Promise<Uint8Array> {
  const { default: writeExcelFile } = await import("write-excel-file/node");
  const format = documentFormat(settings);
  const { calls, objections, came, shown } = await callSheets(rows, format);
  const sheets = [
    summarySheet(report, { came, shown }, format),
    calls,
    agentsSheet(report, format),
    criteriaSheet(report, format),
    objectionsSheet(report, format),
    objections,
  ];
  return await writeExcelFile(asSheets(sheets), { features: [filters(sheets)] }).toBuffer();
}
