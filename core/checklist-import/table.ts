import { type Column, columnOf, meantHeading, plain } from "./columns.ts";
import type { Draft, DraftRow } from "./draft.ts";
import type { Finding } from "./reading.ts";

export interface TableRow {
  place: string;
  /** Trimmed texts; "" for an empty cell. */
  cells: readonly string[];
}

/** Titles and notes stand above the headings, never more than these rows. */
const ROWS_BEFORE_HEADINGS = 20;
const TOTAL = /^(итого|всего|сумма|общий балл|общая оценка|максимум|максимальный балл|total|sum)( |$)/;

interface Headings {
  at: number;
  columns: Map<Column, number>;
  warnings: Finding[];
}

/** Finds the headings and understands every row under them. Undefined when no row names a column of criteria. */
export function draftOfTable(rows: readonly TableRow[]): Draft | undefined {
  const headings = findHeadings(rows);
  if (!headings) return undefined;
  const row = rows[headings.at] as TableRow;
  return {
    name: titleAbove(rows.slice(0, headings.at)),
    headings: new Map([...headings.columns].map(([column, index]) => [column, row.cells[index] ?? ""])),
    mistakes: [],
    ...readRows(rows, headings),
  };
}

/** How much a reading of the file looks like a checklist: how many columns are known. */
export function knownColumns(rows: readonly TableRow[]): number {
  return findHeadings(rows)?.columns.size ?? 0;
}

function findHeadings(rows: readonly TableRow[]): Headings | undefined {
  for (const [at, row] of rows.slice(0, ROWS_BEFORE_HEADINGS).entries()) {
    const filled = row.cells.filter((cell) => cell !== "").length;
    const { columns, warnings } = readHeadings(row);
    // «Критерии оценки менеджеров» alone above a wide table is its title.
    const isTitle = filled === 1 && rows.slice(at + 1).some(({ cells }) => knownIn(cells) > 1);
    if (columns.has("text") && !isTitle) return { at, columns, warnings };
  }
  return undefined;
}

function knownIn(cells: readonly string[]): number {
  return new Set(cells.flatMap((cell) => columnOf(cell) ?? [])).size;
}

function readHeadings({ place, cells }: TableRow): { columns: Map<Column, number>; warnings: Finding[] } {
  const columns = new Map<Column, number>();
  const warnings: Finding[] = [];
  const warn = (heading: string, message: string) =>
    warnings.push({ place: `${place}, «${heading}»`, message });
  for (const [index, heading] of cells.entries()) {
    if (heading === "") continue;
    const column = columnOf(heading);
    if (column === undefined) {
      const meant = meantHeading(heading);
      warn(heading, `this column is not read${meant === undefined ? "" : `: did you mean «${meant}»?`}`);
      continue;
    }
    const other = columns.get(column);
    if (other === undefined) columns.set(column, index);
    else if (column === "weight" && isMaximum(heading) && !isMaximum(cells[other] ?? "")) {
      // «Балл» is what was given on a call, «Макс. балл» is what it can bring.
      columns.set(column, index);
      warn(cells[other] ?? "", `this column is not read, since «${heading}» says the same`);
    } else warn(heading, `this column is not read, since «${cells[other] ?? ""}» says the same`);
  }
  return { columns, warnings };
}

function isMaximum(heading: string): boolean {
  return /(^| )(вес|макс\S*|weight|max\S*)( |$)/.test(plain(heading));
}

function titleAbove(rows: readonly TableRow[]): string | undefined {
  const title = rows.flatMap(({ cells }) => cells).find((cell) => /\p{L}{3}/u.test(cell));
  return title?.replace(/^чек-?лист\s*[:—-]\s*/i, "").slice(0, 120);
}

function readRows(
  rows: readonly TableRow[],
  { at, columns, warnings }: Headings,
): { rows: DraftRow[]; warnings: Finding[] } {
  const found: DraftRow[] = [];
  const findings = [...warnings];
  let stage = "";
  /** A row that looks like the heading of a stage and has no criteria yet. */
  let lonely: { place: string; text: string } | undefined;
  const closeStage = () => {
    if (lonely)
      findings.push({
        place: lonely.place,
        message: `«${lonely.text}» was taken for the heading of a stage; if it is a criterion, give it a weight`,
      });
    lonely = undefined;
  };
  const headings = (rows[at] as TableRow).cells.map(plain);
  for (const row of rows.slice(at + 1)) {
    const filled = row.cells.flatMap((cell, index) => (cell === "" ? [] : [{ cell, index }]));
    const [first] = filled;
    if (!first || row.cells.map(plain).join("|") === headings.join("|")) continue;
    if (filled.some(({ cell, index }) => index <= (columns.get("text") ?? 0) && TOTAL.test(plain(cell))))
      continue;
    const cells = new Map<Column, string>();
    for (const [column, index] of columns) {
      const cell = row.cells[index] ?? "";
      if (cell !== "") cells.set(column, cell);
    }
    if (isStageHeading(filled.length, first.index, columns)) {
      closeStage();
      stage = first.cell;
      lonely = { place: row.place, text: first.cell };
      continue;
    }
    // Merged cells keep their text in the first row alone.
    stage = cells.get("stage") ?? stage;
    if (stage !== "") cells.set("stage", stage);
    const isEmpty = [...cells.keys()].every((column) => column === "stage" || column === "ordinal");
    if (isEmpty) continue;
    lonely = undefined;
    found.push({ place: row.place, cells });
  }
  closeStage();
  return { rows: found, warnings: findings };
}

/** «КОНТАКТ» alone in its row: a heading, unless the table has a column for stages or nothing but criteria. */
function isStageHeading(filled: number, index: number, columns: ReadonlyMap<Column, number>): boolean {
  if (filled !== 1) return false;
  if (columns.has("stage")) return columns.get("stage") === index;
  const others = [...columns.keys()].filter((column) => !["text", "ordinal", "id"].includes(column));
  return others.length > 0 && index <= (columns.get("text") ?? 0);
}
