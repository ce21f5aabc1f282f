import { LEAST_JUDGEMENTS, type Report, type Row } from "./evaluate-report.ts";

/** One part of the report, before it is laid out for a terminal or as Markdown. */
type Block = { heading: string } | { lines: string[] } | { table: string[][]; numbersFrom: number };

const SHOWN_DISAGREEMENTS = 10;
const SHOWN_QUOTE_LENGTH = 70;

export function asText(report: Report): string {
  const parts = blocksOf(report, SHOWN_DISAGREEMENTS, SHOWN_QUOTE_LENGTH).map((block) => {
    if ("heading" in block) return block.heading;
    return "lines" in block ? block.lines.join("\n") : textTable(block.table, block.numbersFrom);
  });
  return parts.join("\n\n");
}

export function asMarkdown(report: Report): string {
  const parts = blocksOf(report).map((block) => {
    if ("heading" in block) return `## ${block.heading}`;
    return "lines" in block
      ? block.lines.map(escaped).join("\n\n")
      : markdownTable(block.table, block.numbersFrom);
  });
  return `# Agreement with people\n\n${parts.join("\n\n")}\n`;
}

function blocksOf(
  report: Report,
  most = Number.POSITIVE_INFINITY,
  quoteLength = Number.POSITIVE_INFINITY,
): Block[] {
  const { checklists, overall, disagreements } = report;
  const shown = disagreements.slice(0, most);
  return [
    ...checklists.flatMap(({ id, version, language, calls, criteria }): Block[] => [
      { heading: `${id}, version ${version}, ${language}: ${calls} ${calls === 1 ? "call" : "calls"}` },
      rowTable("criterion", criteria),
    ]),
    { heading: "All together" },
    rowTable("criteria", overall),
    { lines: [...quoteLines(report), ...costLines(report), ...remarkLines(report)] },
    { heading: disagreementHeading(shown.length, disagreements.length) },
    ...(shown.length === 0 ? [] : [disagreementTable(shown, quoteLength)]),
    ...gateBlocks(report),
  ];
}

function rowTable(title: string, rows: readonly Row[]): Block {
  const head = [title, "check", "n", "agree", "κ", "uncertain", "same turn", "tokens", "time"];
  const body = rows.map((row) => [
    row.name,
    row.check ?? "",
    String(row.n),
    percent(row.exact),
    row.kappa === null ? "—" : row.kappa.toFixed(2),
    percent(row.uncertain),
    percent(row.evidenceTurn.share),
    row.tokens === null ? "—" : String(Math.round(row.tokens)),
    duration(row.timeMs),
  ]);
  return { table: [head, ...body], numbersFrom: 2 };
}

function disagreementHeading(shown: number, all: number): string {
  if (all === 0) return "No disagreements";
  return shown < all ? `The ${shown} worst of ${all} disagreements` : "Disagreements, the worst first";
}

function disagreementTable(list: Report["disagreements"], quoteLength: number): Block {
  const body = list.map(({ call, criterion, label, verdict, quote, labelledText }) => [
    call,
    criterion,
    label.turn === null ? label.verdict : `${label.verdict}, turn ${label.turn}`,
    verdict,
    clipped(quote ?? (labelledText === null ? "—" : `none; labelled: ${labelledText}`), quoteLength),
  ]);
  return { table: [["call", "criterion", "label", "verdict", "quote"], ...body], numbersFrom: 5 };
}

function quoteLines({ quotes }: Report): string[] {
  if (quotes.n === 0) return ["Quotes: none."];
  const stand = quotes.n - quotes.refuted.length;
  return [
    `Quotes: ${stand} of ${quotes.n} stand letter for letter in their turn at their seconds (${percent(quotes.share)}).`,
    ...quotes.refuted.map(({ call, criterion, quote }) => `Not said so: ${call}, ${criterion}: ${quote}`),
  ];
}

function costLines({ model }: Report): string[] {
  if (!model) return [];
  const { name, requests, promptTokens, cachedTokens, completionTokens } = model;
  const count = (tokens: number | null) => (tokens === null ? "an unknown number of" : String(tokens));
  return [
    `Model: ${name}, ${requests} requests, ${count(promptTokens)} prompt tokens (${count(cachedTokens)} cached), ` +
      `${count(completionTokens)} answer tokens. A request's tokens and time are shared out evenly among its criteria.`,
  ];
}

function remarkLines({ remarks, notJudged, checklists }: Report): string[] {
  const one = checklists.flatMap(({ id, language, criteria }) =>
    criteria.filter((row) => row.labelsAllEqual).map((row) => `${id} (${language}) ${row.name}`),
  );
  return [
    ...remarks,
    ...notJudged.map(({ call, check, code }) => `Not judged: ${check} criteria of ${call}, ${code}.`),
    ...(one.length === 0 ? [] : [`Every label is the same, so κ can only be 1 or 0: ${one.join(", ")}.`]),
  ];
}

function gateBlocks({ gate }: Report): Block[] {
  if (!gate) return [];
  const { minKappa, under } = gate;
  const scope = `all, and every criterion with at least ${LEAST_JUDGEMENTS} judgements`;
  if (under.length === 0) return [{ heading: `No κ is under ${minKappa} (${scope})` }];
  return [{ heading: `κ under ${minKappa} (${scope})` }, { lines: under }];
}

export function textTable(table: readonly string[][], numbersFrom: number): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? "").length)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function markdownTable([head = [], ...body]: readonly string[][], numbersFrom: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map((_, column) => (column < numbersFrom ? "---" : "---:"))),
    ...body.map((cells) => line(cells.map(escaped))),
  ].join("\n");
}

/** What was said shows as it was said, whatever it looks like. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, "\\$&").replaceAll(/\s+/g, " ");
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

function percent(share: number | null): string {
  return share === null ? "—" : `${Math.round(share * 100)} %`;
}

function duration(ms: number | null): string {
  if (ms === null) return "—";
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
