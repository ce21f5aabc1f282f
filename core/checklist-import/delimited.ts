import { knownColumns, type TableRow } from "./table.ts";

/** CSV as people have it: Excel of a Russian Windows parts by semicolons and writes Windows-1251. */

/** Bytes of a text file as its text; what is no UTF-8 is Windows-1251. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1251").decode(bytes);
  }
}

export interface Delimited {
  rows: TableRow[];
  /** Where reading had to stop; the rows are those before it. */
  stopped?: { mistake: string; place: string };
}

/** Rows of a CSV file. The delimiter is the one with which most columns make sense. */
export function readDelimited(text: string): Delimited {
  const [first = "", ...rest] = text.split("\n");
  // What Excel itself puts in front to name the delimiter.
  const named = /^sep=([,;\t])\r?$/.exec(first)?.[1];
  if (named !== undefined) return rowsBy(named, rest.join("\n"), 2);
  const readings = [";", "\t", ","].map((delimiter) => rowsBy(delimiter, text, 1));
  return readings.reduce((best, reading) => (worth(reading) > worth(best) ? reading : best));
}

function worth({ rows }: Delimited): number {
  return knownColumns(rows);
}

function rowsBy(delimiter: string, text: string, firstLine: number): Delimited {
  const rows: TableRow[] = [];
  let cells: string[] = [];
  let line = firstLine;
  let rowLine = firstLine;
  let at = 0;
  while (at <= text.length) {
    let cell = "";
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      if (quoted === undefined) {
        const place = placeOf(rows.length, line, firstLine);
        return { rows, stopped: { mistake: "a quote opens here and is never closed", place } };
      }
      cell = quoted.value;
      line += linesIn(cell);
      at = quoted.end;
    }
    // Whatever stands after a closing quote belongs to the cell, as Excel reads it.
    const end = endOfCell(text, at, delimiter);
    cells.push((cell + text.slice(at, end)).trim());
    at = end + 1;
    if (text[end] === delimiter) continue;
    if (text[end] === "\r" && text[at] === "\n") at += 1;
    rows.push({ place: placeOf(rows.length, rowLine, firstLine), cells });
    cells = [];
    line += 1;
    rowLine = line;
    if (end >= text.length) break;
  }
  return { rows };
}

/** Excel counts rows and editors count lines; where a cell has line breaks they part. */
function placeOf(rowsBefore: number, line: number, firstLine: number): string {
  const row = rowsBefore + firstLine;
  return row === line ? `row ${row}` : `row ${row} (line ${line})`;
}

function readQuoted(text: string, from: number): { value: string; end: number } | undefined {
  const match = /"([^"]*(?:""[^"]*)*)"/y;
  match.lastIndex = from;
  const found = match.exec(text);
  if (!found) return undefined;
  return { value: (found[1] ?? "").replaceAll('""', '"'), end: match.lastIndex };
}

function endOfCell(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === delimiter || letter === "\n" || letter === "\r") return at;
  }
  return text.length;
}

function linesIn(text: string): number {
  return text.split(/\r\n|\r|\n/).length - 1;
}
