import { printable } from "../charts/font.ts";
import { type Drawing, ink } from "../charts/svg.ts";
import type { Content, Margin, TableLayout } from "./pdf-content.ts";

/** A4 in points, and what of it is written on. */
export const PAGE_MARGINS: [number, number, number, number] = [40, 42, 40, 46];
export const CONTENT_WIDTH = 595.28 - PAGE_MARGINS[0] - PAGE_MARGINS[2];

export const styles = {
  title: { fontSize: 22, bold: true, color: ink.text },
  h2: {
    fontSize: 14,
    bold: true,
    color: ink.text,
    margin: [0, 13, 0, 6] as Margin,
  },
  h3: { fontSize: 11, bold: true, color: ink.text, margin: [0, 9, 0, 4] as Margin },
  quiet: { color: ink.quiet },
  note: { fontSize: 8, color: ink.quiet, margin: [0, 5, 0, 0] as Margin },
  quote: { italics: true, color: ink.text },
  tableHead: { fontSize: 8, bold: true, color: ink.quiet },
  cell: { fontSize: 8.5 },
  smallCell: { fontSize: 7.5 },
};

/** Left and right of what a cell holds; nothing left of the first column. */
export const CELL_PADDING = 4;

/** Thin lines between rows, none between columns: figures are read down as well as across. */
export const rowLines: TableLayout = {
  hLineWidth: (line, { table }) => (line === 0 || line === table.body.length ? 0 : line === 1 ? 0.8 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (line) => (line === 1 ? ink.faint : ink.line),
  paddingLeft: (column) => (column === 0 ? 0 : CELL_PADDING),
  paddingRight: () => CELL_PADDING,
  paddingTop: () => 3,
  paddingBottom: () => 3,
};

/** A part of the document: a heading that stands in the bookmarks, kept together with what begins below it. */
export function section(title: string, ...content: Content[]): Content[] {
  const [first, ...rest] = content;
  const heading: Content = {
    text: printable(title),
    style: "h2",
    outline: true,
    outlineText: printable(title),
    headlineLevel: 1,
  };
  return first === undefined ? [heading] : [heading, first, ...rest];
}

export function paragraph(content: string, style?: keyof typeof styles): Content {
  return { text: printable(content), ...(style === undefined ? {} : { style }) };
}

/** The chart as vectors, as wide as the page. */
export function chart({ svg }: Drawing): Content {
  return { svg, width: CONTENT_WIDTH };
}

export interface Column {
  head: string;
  width: number;
  alignment?: "left" | "right";
  small?: boolean;
}

/** A table whose head is repeated on every page. Widths are of the texts alone, in points. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): Content {
  const cells = (texts: readonly string[], style: "tableHead" | "cell"): Content[] =>
    columns.map(({ alignment = "left", small = false }, index) => ({
      text: printable(texts[index] ?? ""),
      style: small && style === "cell" ? "smallCell" : style,
      alignment,
    }));
  return {
    layout: rowLines,
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columns.map(({ width }) => width),
      body: [
        cells(
          columns.map(({ head }) => head),
          "tableHead",
        ),
        ...rows.map((row) => cells(row, "cell")),
      ],
    },
  };
}

/** Cuts what people said at a word's end: a page is not a transcript. */
export function shortened(text: string, most: number): string {
  const signs = Array.from(text);
  if (signs.length <= most) return text;
  return `${signs
    .slice(0, most)
    .join("")
    .replace(/\s+\S*$/, "")
    .trimEnd()}…`;
}
