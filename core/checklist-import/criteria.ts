import {
  type Check,
  readCheck,
  readFlag,
  readLimit,
  readLimits,
  readMetricName,
  readPhrases,
  readSeconds,
  readSpeaker,
  readWeight,
  rounded,
  type Weight,
} from "./cells.ts";
import type { Column } from "./columns.ts";
import { cellPlace, type Draft, type DraftRow } from "./draft.ts";
import type { Finding } from "./reading.ts";
import { idGiver } from "./transliterate.ts";

const NOTHING_OF_IT = { ru: "Этого не было.", en: "None of this was heard." } as const;
const WEIGHT_HINT =
  "a weight is a number like 10, 0,5 or 10-5-0; mark what matters most in a column «Критично» or «Обязательный»";

export interface Understood {
  /** Not checked yet: the schema says what is missing. */
  criteria: Record<string, unknown>[];
  mistakes: Finding[];
  warnings: Finding[];
}

/** Turns the rows of a draft into criteria. What no cell says is left to the defaults of a checklist. */
export function criteriaOf(draft: Draft, language: "ru" | "en"): Understood {
  const mistakes: Finding[] = [];
  const warnings: Finding[] = [];
  const giveId = idGiver(draft.rows.flatMap((row) => row.cells.get("id") ?? []));
  const criteria = draft.rows.map((row, index) => {
    const remark = (list: Finding[]) => (column: Column, message: string) =>
      list.push({ place: cellPlace(draft, row, column), message });
    return criterionOf({ draft, row, language, mistake: remark(mistakes), warn: remark(warnings) }, (text) =>
      giveId(text, `criterion-${index + 1}`),
    );
  });
  return { criteria: sharesAsPercent(criteria), mistakes, warnings };
}

interface Context {
  draft: Draft;
  row: DraftRow;
  language: "ru" | "en";
  mistake(column: Column, message: string): void;
  warn(column: Column, message: string): void;
}

function criterionOf(context: Context, giveId: (text: string) => string): Record<string, unknown> {
  const { row, mistake } = context;
  const cell = (column: Column) => row.cells.get(column);
  const text = cell("text") ?? "";
  if (text === "") mistake("text", "a criterion needs a text");
  const weight = weightOfRow(context);
  const check = checkOf(context);
  const isDeduction = (weight?.weight ?? 0) < 0;
  if (isDeduction)
    context.warn(
      "weight",
      "a deduction: it became something prohibited, whose points are lost when it is heard",
    );
  const isProhibited = flag(context, "prohibited") || isDeduction;
  const isAutoFail = flag(context, "autoFail");
  // «Грубил клиенту» marked as critical alone would fail every polite call.
  if (isAutoFail && !isProhibited && !context.draft.headings.has("prohibited"))
    context.warn(
      "autoFail",
      "every call without it fails; if the text names what must not be heard, mark it in a column «Запрещено»",
    );
  const notApplicable = cell("notApplicable");
  return defined({
    id: cell("id") ?? giveId(text),
    stage: cell("stage"),
    text,
    check,
    weight: weight && Math.abs(weight.weight),
    polarity: isProhibited ? "prohibited" : undefined,
    mandatory: flag(context, "mandatory") || undefined,
    autoFail: isAutoFail || undefined,
    guidance: cell("guidance"),
    // «да» or «—» says no more than what holds for every criterion.
    notApplicable:
      notApplicable !== undefined && readFlag(notApplicable) === undefined ? notApplicable : undefined,
    speaker: speakerOf(context, check),
    ...(check === "keyword" ? keywordFields(context) : {}),
    ...(check === "semantic" ? { levels: levelsOf(context, weight, text) } : {}),
    ...(check === "metric" ? { metric: metricOf(context, text) } : {}),
  });
}

function weightOfRow({ draft, row, mistake, warn }: Context): Weight | undefined {
  const cell = row.cells.get("weight");
  if (cell === undefined) {
    const isApart = row.cells.has("autoFail");
    if (draft.headings.has("weight") && !isApart) warn("text", "no weight: it counts as 1");
    return undefined;
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(cell)) {
    mistake("weight", "Excel made a date of this cell: format it as text and type it again");
    return undefined;
  }
  const weight = readWeight(cell);
  if (!weight) mistake("weight", `«${shortened(cell)}» is no weight: ${WEIGHT_HINT}`);
  return weight;
}

function checkOf({ row, mistake }: Context): Check {
  const guessed = row.cells.has("phrases") ? "keyword" : row.cells.has("metric") ? "metric" : "semantic";
  const cell = row.cells.get("check");
  if (cell === undefined) return guessed;
  const check = readCheck(cell);
  if (check === undefined)
    mistake("check", `«${shortened(cell)}» is no way to check: write «ключевые слова», «смысл» or «метрика»`);
  return check ?? guessed;
}

function flag({ row, mistake }: Context, column: "mandatory" | "prohibited" | "autoFail"): boolean {
  const cell = row.cells.get(column);
  if (cell === undefined) return false;
  const value = readFlag(cell);
  if (value === undefined) mistake(column, `«${shortened(cell)}» is neither «да» nor «нет»`);
  return value ?? false;
}

function speakerOf({ row, mistake, warn }: Context, check: Check): string | undefined {
  const cell = row.cells.get("speaker");
  if (cell === undefined) return undefined;
  if (check === "metric") {
    warn("speaker", "a metric says itself whose talk it measures, so this is not read");
    return undefined;
  }
  const speaker = readSpeaker(cell);
  if (speaker === undefined)
    mistake("speaker", `«${shortened(cell)}» is nobody on the phone: write «менеджер», «клиент» or «любой»`);
  return speaker;
}

function keywordFields(context: Context): Record<string, unknown> {
  const { draft, row, mistake, warn } = context;
  const { phrases, partedByComma } = readPhrases(row.cells.get("phrases") ?? "");
  if (phrases.length === 0)
    mistake("phrases", "a criterion checked by keywords needs phrases: «добрый день; здравствуйте»");
  if (partedByComma)
    warn("phrases", "the phrases are parted by commas, so any of them will do; write «;» to be sure");
  for (const column of ["full", "partly", "none"] as const) {
    if (row.cells.has(column) && readFlag(row.cells.get(column) ?? "") === undefined)
      warn(column, "levels are for criteria checked by meaning, so this is not read");
  }
  const seconds = (column: "firstSec" | "lastSec") => {
    const cell = row.cells.get(column);
    if (cell === undefined) return undefined;
    const value = readSeconds(cell, draft.headings.get(column) ?? "");
    if (value === undefined) mistake(column, `«${shortened(cell)}» is no number of seconds`);
    return value ?? undefined;
  };
  const within = defined({ firstSec: seconds("firstSec"), lastSec: seconds("lastSec") });
  return { phrases, ...(Object.keys(within).length > 0 ? { within } : {}) };
}

function levelsOf({ row, language }: Context, weight: Weight | undefined, text: string): unknown {
  const described = (column: "full" | "partly" | "none") => {
    const cell = row.cells.get(column);
    return cell !== undefined && /\p{L}{2}/u.test(cell) && readFlag(cell) === undefined ? cell : undefined;
  };
  const [full, partly, none] = [described("full"), described("partly"), described("none")];
  if (full === undefined && partly === undefined && none === undefined) return undefined;
  return [
    { id: "full", points: 1, text: full ?? text },
    ...(partly === undefined ? [] : [{ id: "partly", points: weight?.partly ?? 0.5, text: partly }]),
    { id: "none", points: 0, text: none ?? NOTHING_OF_IT[language] },
  ];
}

function metricOf({ row, mistake }: Context, text: string): unknown {
  const column: Column = row.cells.has("metric") ? "metric" : row.cells.has("phrases") ? "phrases" : "text";
  const cell = row.cells.get(column) ?? text;
  const name = readMetricName(cell) ?? readMetricName(text);
  if (name === undefined) {
    mistake(
      column,
      `«${shortened(cell)}» is no figure that is measured: see docs/checklists.md for their names`,
    );
    return undefined;
  }
  const limit = (limitColumn: "metricMin" | "metricMax") => {
    const limitCell = row.cells.get(limitColumn);
    return limitCell === undefined ? undefined : readLimit(limitCell, name);
  };
  const metric = {
    name,
    ...readLimits(cell, name),
    ...defined({ min: limit("metricMin"), max: limit("metricMax") }),
  };
  if (Object.keys(metric).length === 1)
    mistake(column, `${name} needs a limit: «не больше 65 %» or «от 100 до 160»`);
  return metric;
}

/** Excel keeps «10 %» as 0.1. A sum of 1 over several criteria is a hundred percent. */
function sharesAsPercent(criteria: Record<string, unknown>[]): Record<string, unknown>[] {
  const weights = criteria.flatMap(({ weight }) => (typeof weight === "number" ? [weight] : []));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length < 3 || Math.abs(sum - 1) > 0.005 || weights.some((weight) => weight === 1))
    return criteria;
  return criteria.map((criterion) =>
    typeof criterion.weight === "number"
      ? { ...criterion, weight: rounded(criterion.weight * 100) }
      : criterion,
  );
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function shortened(cell: string): string {
  const line = cell.replaceAll(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
