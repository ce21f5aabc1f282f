import type { Column } from "./columns.ts";
import type { Finding } from "./reading.ts";

/** One criterion as its author wrote it, before anything is understood. */
export interface DraftRow {
  /** `row 4`, `line 12`. */
  place: string;
  cells: ReadonlyMap<Column, string>;
}

export interface Draft {
  /** Out of the file itself: the title above the table, the first heading. */
  name: string | undefined;
  rows: DraftRow[];
  /** How the author calls each column. */
  headings: ReadonlyMap<Column, string>;
  mistakes: Finding[];
  warnings: Finding[];
}

export function cellPlace(draft: Draft, row: DraftRow, column: Column): string {
  const heading = draft.headings.get(column);
  return heading === undefined || !row.cells.has(column) ? row.place : `${row.place}, «${heading}»`;
}
