import type { Report } from "../../../core/report.ts";
import { FONT_FAMILY, fontFiles, printable } from "../charts/font.ts";
import { ink } from "../charts/svg.ts";
import { type DocumentFormat, type DocumentSettings, documentFormat } from "./document-format.ts";
import { nextSteps, tellingCalls, unhandledObjections } from "./pdf-calls.ts";
import { coachingPages } from "./pdf-coaching.ts";
import { type Content, loadPdfMaker, type PdfDocument } from "./pdf-content.ts";
import { PAGE_MARGINS, paragraph, section, styles } from "./pdf-style.ts";
import { summaryPage } from "./pdf-summary.ts";
import { agentsTable, criteriaTable, heatMapPages, notScoredTable, objectionsTable } from "./pdf-tables.ts";

/** Of the height that is written on. */
const LOWEST_HEADING = 0.88;

/**
 * The report as pages to read, print and hand over. The same report gives the same bytes: its own time is the document's, and nothing in
 * it is drawn by chance. The library is loaded only here, so that a function that makes no document does not pay for it.
 */
export async function reportPdf(report: Report, settings: DocumentSettings): Promise<Uint8Array> {
  const pdfmake = await loadPdfMaker();
  const fonts = fontFiles();
  const allowed = new Set<string>(Object.values(fonts));
  pdfmake.setFonts({ [FONT_FAMILY]: fonts });
  // Nothing in a report is an address to open: whatever looks like one stays text.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => allowed.has(path));
  return await pdfmake.createPdf(reportDocument(report, documentFormat(settings))).getBuffer();
}

function reportDocument(report: Report, format: DocumentFormat): PdfDocument {
  const words = format.texts.documents;
  const title = printable(`${words.title}, ${format.period(report.period)}`);
  return {
    pageSize: "A4",
    pageMargins: PAGE_MARGINS,
    language: format.locale,
    displayTitle: true,
    info: {
      title,
      author: words.author,
      subject: title,
      creator: words.author,
      producer: words.author,
      creationDate: new Date(report.madeAt),
    },
    defaultStyle: { font: FONT_FAMILY, fontSize: 10, lineHeight: 1.15, color: ink.text },
    styles,
    footer: (page, pages) => ({
      margin: [PAGE_MARGINS[0], 14, PAGE_MARGINS[2], 0],
      fontSize: 8,
      color: ink.faint,
      columns: [
        { text: title, width: "*" },
        { text: words.page(page, pages), width: "auto", alignment: "right" },
      ],
    }),
    // A heading near the foot would stand there alone.
    pageBreakBefore: ({ headlineLevel, startPosition }) =>
      headlineLevel === 1 && startPosition.verticalRatio > LOWEST_HEADING,
    content: [
      ...summaryPage(report, format),
      ...tellingCalls(report, format),
      ...agentsTable(report, format),
      ...criteriaTable(report, format),
      ...heatMapPages(report, format),
      ...objectionsTable(report, format),
      ...unhandledObjections(report, format),
      ...nextSteps(report, format),
      ...notScoredTable(report, format),
      ...cost(report, format),
      ...notes(report, format),
      ...coachingPages(report, format),
    ],
  };
}

function cost(
  { cost: { speechSec, promptTokens, completionTokens, money } }: Report,
  format: DocumentFormat,
): Content[] {
  const { texts } = format;
  const words = texts.documents.cost;
  const lines = [
    ...(speechSec === 0 ? [] : [words.speech(format.duration(speechSec))]),
    ...(promptTokens + completionTokens === 0
      ? []
      : [words.tokens(texts.number(promptTokens), texts.number(completionTokens))]),
    ...(money === null ? [] : [words.money(format.money(money))]),
  ];
  return lines.length === 0
    ? []
    : [{ stack: section(words.title, ...lines.map((line) => paragraph(line))), unbreakable: true }];
}

function notes({ totals }: Report, { texts }: DocumentFormat): Content[] {
  if (totals.scored === 0) return [];
  const { title, margin, machine } = texts.documents.notes;
  return [
    { stack: section(title, paragraph(margin, "note"), paragraph(machine, "note")), unbreakable: true },
  ];
}
