import type { FaultTable } from "./row.ts";

/** Between these two lines of docs/reliability.md stands what {@link tablesAsMarkdown} writes. */
export const BEGIN = "<!-- faults: written by scripts/make-fault-table.ts -->";
export const END = "<!-- /faults -->";

export function tablesAsMarkdown(tables: readonly FaultTable[]): string {
  const count = tables.reduce((sum, { rows }) => sum + rows.length, 0);
  const sections = tables
    .map(({ vendor, rows }) =>
      [
        `### ${vendor}`,
        "",
        "| fault | stage | what becomes of the call |",
        "|---|---|---|",
        ...rows.map(({ fault, stage, outcome }) => `| ${cell(fault)} | ${stage} | ${cell(outcome)} |`),
      ].join("\n"),
    )
    .join("\n\n");
  return `${count} faults.\n\n${sections}`;
}

/** The page with its tables as they are now; undefined when the two lines are not there. */
export function withTables(page: string, tables: readonly FaultTable[]): string | undefined {
  const [before, rest] = split(page, BEGIN);
  const [, after] = split(rest ?? "", END);
  if (rest === undefined || after === undefined) return undefined;
  return `${before}${BEGIN}\n\n${tablesAsMarkdown(tables)}\n\n${END}${after}`;
}

function split(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
