/**
 * The part of pdfmake's document definition that is used here. The published types of pdfmake declare the browser's globals for the whole
 * program, and with them another `ReadableStream` than Node's.
 */

/** Left, top, right, bottom, in points. */
export type Margin = [number, number, number, number];

export interface Style {
  font?: string;
  fontSize?: number;
  lineHeight?: number;
  bold?: boolean;
  italics?: boolean;
  color?: string;
  alignment?: "left" | "right";
  margin?: Margin;
  noWrap?: boolean;
}

/** A node has one of text, stack, columns, table and svg. */
export interface Content extends Style {
  text?: string | Content[];
  stack?: Content[];
  columns?: Content[];
  columnGap?: number;
  table?: Table;
  layout?: TableLayout;
  svg?: string;
  width?: number | "*" | "auto";
  style?: string;
  outline?: boolean;
  outlineText?: string;
  headlineLevel?: number;
  unbreakable?: boolean;
  pageBreak?: "before";
}

export interface Table {
  headerRows?: number;
  keepWithHeaderRows?: number;
  dontBreakRows?: boolean;
  widths: number[];
  body: Content[][];
}

export interface TableLayout {
  hLineWidth?(line: number, node: { table: Table }): number;
  vLineWidth?(column: number): number;
  hLineColor?(line: number): string;
  vLineColor?(column: number): string;
  fillColor?(): string;
  paddingLeft?(column: number): number;
  paddingRight?(column: number): number;
  paddingTop?(row: number): number;
  paddingBottom?(row: number): number;
}

export interface PdfDocument {
  pageSize: "A4";
  pageMargins: Margin;
  language: string;
  displayTitle: boolean;
  info: {
    title: string;
    author: string;
    subject: string;
    creator: string;
    producer: string;
    creationDate: Date;
  };
  defaultStyle: Style;
  styles: Record<string, Style>;
  footer(page: number, pages: number): Content;
  pageBreakBefore(node: { headlineLevel?: number; startPosition: { verticalRatio: number } }): boolean;
  content: Content[];
}

export interface PdfMaker {
  setFonts(fonts: Record<string, Record<"normal" | "bold" | "italics" | "bolditalics", string>>): void;
  setUrlAccessPolicy(allows: (url: string) => boolean): void;
  setLocalAccessPolicy(allows: (path: string) => boolean): void;
  createPdf(document: PdfDocument): { getBuffer(): Promise<Uint8Array> };
}

/** Loaded when the first document is made. Typed as a string, the name hides the published types. */
export async function loadPdfMaker(): Promise<PdfMaker> {
  const { default: pdfmake } = await import("pdfmake" as string);
  return pdfmake;
}
