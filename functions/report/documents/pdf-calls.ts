import type { CallRow } from "../../../core/call-row.ts";
import type { Report } from "../../../core/report.ts";
import type { Texts } from "../../../locales/index.ts";
import { printable } from "../charts/font.ts";
import { bandInk, ink } from "../charts/svg.ts";
import type { DocumentFormat } from "./document-format.ts";
import type { Content, Margin } from "./pdf-content.ts";
import { CONTENT_WIDTH, paragraph, section, shortened, styles } from "./pdf-style.ts";

const MAX_QUOTE = 400;
const SCORE_WIDTH = 52;

/** The worst calls and the best one, each with what was said and when. */
export function tellingCalls(report: Report, format: DocumentFormat): Content[] {
  const words = format.texts.documents.attention;
  const list = (title: string, rows: readonly CallRow[], block: (row: CallRow) => Content): Content[] =>
    rows.length === 0 ? [] : section(title, ...rows.map(block));
  return [
    ...list(words.title, report.attention, (row) => {
      const { worst } = row;
      const what =
        worst === null
          ? null
          : row.autoFailed
            ? words.autoFail(row.autoFailedBy ?? worst.criterion)
            : words.failedCriterion(worst.criterion);
      return callBlock(row, { what, evidence: worst?.evidence ?? null }, format);
    }),
    ...list(words.best, report.best, (row) =>
      callBlock(
        row,
        {
          what: row.best === null ? null : words.metCriterion(row.best.criterion),
          evidence: row.best?.evidence ?? null,
        },
        format,
      ),
    ),
  ];
}

interface Telling {
  what: string | null;
  evidence: { quote: string; startSec: number } | null;
}

function callBlock(row: CallRow, { what, evidence }: Telling, format: DocumentFormat): Content {
  const { texts } = format;
  const words = texts.documents.attention;
  const percent = row.percent === null ? texts.documents.none : texts.number(row.percent);
  const facts = [
    format.moment(row.startedAt),
    ...(row.durationSec === null ? [] : [format.clock(row.durationSec)]),
    ...(row.checklistName === null ? [] : [row.checklistName]),
    ...(row.needsReview ? [words.review] : []),
  ];
  return {
    unbreakable: true,
    margin: [0, 0, 0, 7],
    layout: {
      hLineWidth: () => 0,
      vLineWidth: (column) => (column === 0 ? 3 : 0),
      vLineColor: () => (row.band === null ? ink.line : bandInk[row.band]),
      fillColor: () => ink.panel,
      paddingLeft: () => 8,
      paddingRight: () => 8,
      paddingTop: () => 6,
      paddingBottom: () => 6,
    },
    table: {
      widths: [SCORE_WIDTH, CONTENT_WIDTH - SCORE_WIDTH - 36],
      body: [
        [
          { text: printable(percent), fontSize: 18, bold: true },
          {
            stack: [
              { text: printable(whose(row, texts)), bold: true, fontSize: 10 },
              { text: printable(facts.join(" · ")), fontSize: 8.5, color: ink.quiet },
              ...(what === null ? [] : [{ text: printable(what), margin: [0, 3, 0, 0] as Margin }]),
              ...(evidence === null ? [] : [quoteLine(evidence.quote, evidence.startSec, format)]),
              {
                text: printable(words.call(row.callId)),
                fontSize: 7,
                color: ink.faint,
                margin: [0, 2, 0, 0],
              },
            ],
          },
        ],
      ],
    },
  };
}

/** What was said, word for word, and the second at which it is heard. */
export function quoteLine(quote: string, startSec: number | null, { texts, clock }: DocumentFormat): Content {
  const words = texts.documents;
  const at = startSec === null ? "" : ` ${words.secondOf(clock(startSec))}`;
  return {
    text: [
      { text: printable(words.quoted(shortened(quote, MAX_QUOTE))), ...styles.quote },
      { text: at === "" ? "" : `\u00a0 ${printable(at)}`, color: ink.quiet, fontSize: 8.5 },
    ],
    margin: [0, 2, 0, 0],
  };
}

export function unhandledObjections(report: Report, format: DocumentFormat): Content[] {
  if (report.unhandled.length === 0) return [];
  const words = format.texts.documents.objections;
  return report.unhandled.map(
    (objection, index): Content => ({
      unbreakable: true,
      margin: [0, 0, 0, 5],
      stack: [
        ...(index === 0 ? [paragraph(words.unanswered, "h3")] : []),
        paragraph([objection.category, ...who(objection, format)].join(" · ")),
        ...(objection.quote === null ? [] : [quoteLine(objection.quote, objection.startSec, format)]),
      ],
    }),
  );
}

export function nextSteps(report: Report, format: DocumentFormat): Content[] {
  if (report.nextSteps.length === 0) return [];
  return section(
    format.texts.documents.nextSteps.title,
    ...report.nextSteps.map(
      (step): Content => ({
        unbreakable: true,
        margin: [0, 0, 0, 4],
        stack: [
          paragraph(shortened(step.text, MAX_QUOTE)),
          { text: printable(who(step, format).join(" · ")), fontSize: 8.5, color: ink.quiet },
        ],
      }),
    ),
  );
}

function who(
  call: { agentName: string | null; startedAt: string },
  { texts, moment }: DocumentFormat,
): string[] {
  return [call.agentName ?? texts.documents.unknownAgent, moment(call.startedAt)];
}

function whose(row: CallRow, texts: Texts): string {
  if (row.agentName !== null) return row.agentName;
  return row.title === null ? texts.documents.unknownAgent : texts.documents.attention.upload(row.title);
}
