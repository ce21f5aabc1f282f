import { readFlag, readWeight } from "./cells.ts";
import { type Column, columnOf } from "./columns.ts";
import type { Draft, DraftRow } from "./draft.ts";
import type { Finding } from "./reading.ts";
import { draftOfTable, type TableRow } from "./table.ts";

const HEADING = /^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$/;
const ITEM = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xXхХ]\]\s+)?(\S.*)$/;
const TABLE_LINE = /^\s*\|.*\|\s*$/;
const RULER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

interface OpenItem {
  indent: number;
  place: string;
  cells: Map<Column, string>;
}

/**
 * A checklist as notes: a heading for each stage, a list item or a row of a table for each criterion, its weight in brackets or after
 * a dash. Items below a criterion are its fields («Полностью: …», «Фразы: …») or else what explains it.
 */
export function draftOfMarkdown(text: string): Draft {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  const titleLine = titleOf(lines);
  const rows: DraftRow[] = [];
  const headings = new Map<Column, string>();
  const warnings: Finding[] = [];
  let stage = "";
  let open: OpenItem | undefined;
  let fence: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || fence === mark)) {
      fence = fence === undefined ? mark : undefined;
      continue;
    }
    if (fence !== undefined || line.trim() === "") continue;
    const heading = HEADING.exec(line);
    if (heading) {
      open = undefined;
      if (index !== titleLine) stage = textOf(heading[2] ?? "");
      continue;
    }
    if (TABLE_LINE.test(line) && RULER.test(lines[index + 1] ?? "")) {
      const table = tableAt(lines, index);
      open = undefined;
      const draft = draftOfTable(table.rows);
      if (draft) {
        for (const [column, name] of draft.headings) headings.set(column, name);
        warnings.push(...draft.warnings);
        rows.push(...draft.rows.map((row) => inStage(row, stage)));
      } else {
        warnings.push({
          place: `line ${index + 1}`,
          message: "this table has no column of criteria, so it is not read",
        });
      }
      index = table.end - 1;
      continue;
    }
    const item = ITEM.exec(line);
    const indent = widthOf(item?.[1] ?? /^\s*/.exec(line)?.[0] ?? "");
    if (item && (!open || indent <= open.indent + 1)) {
      open = { indent, place: `line ${index + 1}`, cells: cellsOfItem(textOf(item[2] ?? ""), stage) };
      rows.push({ place: open.place, cells: open.cells });
    } else if (open && indent > open.indent) {
      addTo(open, textOf(item?.[2] ?? line.trim()), item !== null);
    } else {
      // A paragraph between lists explains the whole, not a criterion.
      open = undefined;
    }
  }
  const name = titleLine === undefined ? undefined : textOf(HEADING.exec(lines[titleLine] ?? "")?.[2] ?? "");
  return { name: name?.replace(/^чек-?лист\s*[:—-]\s*/i, ""), rows, headings, mistakes: [], warnings };
}

/** The only heading of the first level, when it comes first, is the checklist's name. */
function titleOf(lines: readonly string[]): number | undefined {
  const found = lines.flatMap((line, index) => {
    const level = HEADING.exec(line)?.[1]?.length;
    return level === undefined ? [] : [{ index, level }];
  });
  const [first] = found;
  if (first?.level !== 1 || found.filter(({ level }) => level === 1).length !== 1) return undefined;
  return first.index;
}

function tableAt(lines: readonly string[], from: number): { rows: TableRow[]; end: number } {
  let end = from;
  while (end < lines.length && TABLE_LINE.test(lines[end] ?? "")) end += 1;
  const rows = lines.slice(from, end).flatMap((line, offset) => {
    if (offset === 1) return [];
    const inside = line.trim().slice(1, -1);
    const cells = inside
      .split(/(?<!\\)\|/)
      .map((cell) => textOf(cell.replaceAll("\\|", "|").replaceAll(/<br\s*\/?>/gi, "\n")));
    return [{ place: `line ${from + offset + 1}`, cells }];
  });
  return { rows, end };
}

function inStage(row: DraftRow, stage: string): DraftRow {
  if (stage === "" || row.cells.has("stage")) return row;
  return { ...row, cells: new Map([...row.cells, ["stage", stage]]) };
}

function cellsOfItem(text: string, stage: string): Map<Column, string> {
  const cells = new Map<Column, string>();
  if (stage !== "") cells.set("stage", stage);
  const { rest, marks } = marksAtEnd(text);
  cells.set("text", rest);
  for (const [column, cell] of marks) cells.set(column, cell);
  return cells;
}

/** «… (10, обязательно)», «… [10 баллов]», «… — 10 баллов»: what stands at the end and is understood whole. */
function marksAtEnd(text: string): { rest: string; marks: Map<Column, string> } {
  const bracketed = /^(.+?)\s*[([]([^()[\]]{1,60})[)\]]\s*[.;]?$/.exec(text);
  const dashed = /^(.+?)(?:\s+[-–—]+|:)\s+(\d+(?:[.,]\d+)?\s*(?:балл\S*|очк\S*|%|points?)?)\s*[.;]?$/i.exec(
    text,
  );
  for (const [, rest = "", inside = ""] of [bracketed, dashed].filter((match) => match !== null)) {
    const marks = new Map<Column, string>();
    const parts = inside.split(/,\s+|;/).map((part) => part.trim());
    const isWhole = parts.every((part) => {
      const weight = part.replace(/^(вес|weight)\s*[:=]?\s*/i, "");
      if (readWeight(weight)) return marks.set("weight", weight);
      const column = columnOf(part);
      return column !== undefined && readFlag(part) && marks.set(column, "да");
    });
    if (isWhole) return { rest, marks };
  }
  return { rest: text, marks: new Map() };
}

/** «Полностью: назвал имя и компанию» fills a field; anything else explains the criterion. */
function addTo(item: OpenItem, text: string, isItem: boolean): void {
  const [, label = "", value = ""] = /^([^:]{1,40}):\s*(.*)$/s.exec(text) ?? [];
  const column = isItem ? columnOf(label) : undefined;
  if (column !== undefined && column !== "text" && column !== "ordinal" && value !== "") {
    const seconds = column === "firstSec" || column === "lastSec";
    // Several lines of phrases are several groups.
    const before = column === "phrases" ? item.cells.get(column) : undefined;
    const cell = seconds && readFlag(value) ? label : value;
    item.cells.set(column, before === undefined ? cell : `${before}\n${cell}`);
    return;
  }
  const before = item.cells.get("guidance");
  item.cells.set("guidance", before === undefined ? text : `${before} ${text}`);
}

/** Without the marks of emphasis, code and links. */
function textOf(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replaceAll(/(\*\*|__|`)/g, "")
    .replaceAll(/(?<![\p{L}\p{N}])[*_](\S(?:[^*_]*\S)?)[*_](?![\p{L}\p{N}])/gu, "$1")
    .trim();
}

function widthOf(space: string): number {
  return [...space].reduce((width, letter) => width + (letter === "\t" ? 4 : 1), 0);
}
