import * as z from "zod";
import { checklistMistakes, readChecklist } from "../checklist.ts";
import type { Column } from "./columns.ts";
import { criteriaOf } from "./criteria.ts";
import { cellPlace, type Draft } from "./draft.ts";
import type { Path } from "./json-places.ts";
import { type Finding, type Reading, unreadable } from "./reading.ts";
import { slugOf } from "./transliterate.ts";
import { warningsOn } from "./warnings.ts";

export interface Naming {
  id?: string | undefined;
  /** Beats a name that stands in the file. */
  name?: string | undefined;
  /** Where neither is given: the file's own name without its extension. */
  fileName: string;
}

/** The column behind a field of a criterion. */
const COLUMNS: Readonly<Record<string, Column>> = {
  id: "id",
  stage: "stage",
  text: "text",
  weight: "weight",
  check: "check",
  phrases: "phrases",
  speaker: "speaker",
  within: "firstSec",
  levels: "full",
  metric: "metric",
  guidance: "guidance",
  notApplicable: "notApplicable",
};

/** A checklist of what a table or a list says, every remark with the row and the column as its author calls them. */
export function fromDraft(draft: Draft, naming: Naming): Reading {
  if (draft.rows.length === 0) return unreadable("", "there are headings and no criterion under them");
  const name = naming.name ?? draft.name ?? naming.fileName;
  const language = languageOf(draft);
  const { criteria, ...found } = criteriaOf(draft, language);
  const mistakes: Finding[] = [...draft.mistakes, ...found.mistakes];
  const warnings: Finding[] = [...draft.warnings, ...found.warnings];
  const placeOf = (path: Path): string => {
    const [list, index, field] = path;
    const row = list === "criteria" && typeof index === "number" ? draft.rows[index] : undefined;
    if (!row) return "";
    const column = typeof field === "string" ? COLUMNS[field] : undefined;
    return column === undefined ? row.place : cellPlace(draft, row, column);
  };
  const known = new Set(mistakes.map(({ place }) => place));
  try {
    const checklist = readChecklist({
      id: naming.id ?? (slugOf(name) || "checklist"),
      version: 1,
      name,
      language,
      criteria,
    });
    warnings.push(...warningsOn(checklist, placeOf));
    return { checklist: mistakes.length === 0 ? checklist : undefined, mistakes, warnings };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const messages = checklistMistakes(error);
    for (const [index, { path }] of error.issues.entries()) {
      const place = placeOf(path);
      // A cell that was not understood has been told in words of the sheet already.
      if (place === "" || !known.has(place)) mistakes.push({ place, message: messages[index] ?? "" });
    }
    return { checklist: undefined, mistakes, warnings };
  }
}

function languageOf({ rows }: Draft): "ru" | "en" {
  const text = rows.map(({ cells }) => cells.get("text") ?? "").join(" ");
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/\p{Script=Latin}/gu) > count(/\p{Script=Cyrillic}/gu) ? "en" : "ru";
}
