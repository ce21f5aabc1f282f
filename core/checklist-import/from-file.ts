import { readDelimited } from "./delimited.ts";
import type { Draft } from "./draft.ts";
import { fromDraft, type Naming } from "./from-draft.ts";
import { draftOfMarkdown } from "./markdown.ts";
import { type Reading, unreadable } from "./reading.ts";
import { draftOfTable, type TableRow } from "./table.ts";

const NO_HEADINGS =
  "no column of criteria was found: the first row is to name the columns, one of them «Критерий» (or «Вопрос», «Пункт», «Criterion»)";

export function fromDelimited(text: string, naming: Naming): Reading {
  const { rows, stopped } = readDelimited(text);
  if (stopped) return unreadable(stopped.place, stopped.mistake);
  const draft = draftOfTable(rows);
  return draft ? fromDraft(draft, naming) : unreadable("", NO_HEADINGS);
}

export function fromMarkdown(text: string, naming: Naming): Reading {
  const draft = draftOfMarkdown(text);
  return draft.rows.length > 0
    ? fromDraft(draft, naming)
    : unreadable(
        "",
        "no criterion was found: write each as a list item («- Поздоровался (10)») or as a row of a table",
      );
}

/** A sheet of a workbook; cells as a library gives them: texts, numbers, dates, booleans, nothing. */
export interface Sheet {
  name: string;
  rows: readonly (readonly unknown[])[];
}

/** The first sheet that has criteria; people keep instructions and totals on the others. */
export function fromWorkbook(sheets: readonly Sheet[], naming: Naming): Reading {
  const drafts = sheets.flatMap((sheet) => {
    const draft = draftOfTable(rowsOf(sheet));
    return draft && draft.rows.length > 0 ? [{ sheet, draft }] : [];
  });
  const [first, ...others] = drafts;
  if (!first) return unreadable("", NO_HEADINGS);
  const draft: Draft = {
    ...first.draft,
    warnings: [
      ...first.draft.warnings,
      ...others.map(({ sheet }) => ({
        place: `sheet «${sheet.name}»`,
        message: `this sheet has criteria too and is not read: «${first.sheet.name}» comes first`,
      })),
    ],
  };
  return fromDraft(draft, naming);
}

function rowsOf({ rows }: Sheet): TableRow[] {
  return rows.map((cells, index) => ({ place: `row ${index + 1}`, cells: cells.map(textOfCell) }));
}

function textOfCell(cell: unknown): string {
  if (typeof cell === "string") return cell.trim();
  // Formulas leave 0.30000000000000004.
  if (typeof cell === "number") return String(Math.round(cell * 1e6) / 1e6);
  if (typeof cell === "boolean") return cell ? "да" : "нет";
  // A date of somebody's notes, or what Excel made of «10-5»; a number that is too large to be a date is none.
  const isDate = cell instanceof Date && !Number.isNaN(cell.getTime());
  return isDate ? cell.toISOString().slice(0, 10) : "";
}
