import type { CallRow } from "../../../core/call-row.ts";
import type { NotifierFile } from "../../../core/ports/notify.ts";
import type { Report } from "../../../core/report.ts";
import { heatMapPicture, trendPicture } from "../charts/picture.ts";
import { type DocumentSettings, documentName } from "./document-format.ts";
import { reportPdf } from "./pdf.ts";
import { reportXlsx } from "./xlsx.ts";

const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** A trend of one day is a dot. */
const DAYS_OF_A_TREND = 2;

/**
 * What goes with the message about a report: charts to look at, PDF to read, Excel to calculate with. None when there were no calls. Made one after the
 * other, the largest last, so that they do not need their memory at once.
 */
export async function reportFiles(
  report: Report,
  rows: AsyncIterable<CallRow>,
  settings: DocumentSettings,
): Promise<NotifierFile[]> {
  if (report.totals.calls === 0) return [];
  const files: NotifierFile[] = [];
  const photo = (name: string, bytes: Uint8Array) =>
    files.push({ kind: "photo", name, mediaType: "image/png", bytes });
  const daysWithScore = report.trend.filter(({ averagePercent }) => averagePercent !== null).length;
  if (daysWithScore >= DAYS_OF_A_TREND) photo("trend.png", await trendPicture(report, settings));
  if (report.agents.some(({ shares }) => Object.values(shares).some((share) => share !== null)))
    photo("criteria.png", await heatMapPicture(report, settings));
  files.push({
    kind: "document",
    name: documentName(report, "pdf", settings),
    mediaType: "application/pdf",
    bytes: await reportPdf(report, settings),
  });
  files.push({
    kind: "document",
    name: documentName(report, "xlsx", settings),
    mediaType: XLSX_TYPE,
    bytes: await reportXlsx(report, rows, settings),
  });
  return files;
}
