import type { Ratio } from "./statistics.ts";

/** One line of the table. */
export interface Row {
  part: string;
  what: string;
  measured: string;
  /** The same work with nothing of ours in it; null where there is no such thing. */
  floor: string | null;
  ratio: Ratio | null;
  goal: { text: string; met: boolean } | null;
}

const HEADINGS = ["", "what", "measured", "floor", "ratio (spread)", "goal", ""];

export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ part, what, measured, floor, ratio, goal }, index) => [
    rows[index - 1]?.part === part ? "" : part,
    what,
    measured,
    floor ?? "",
    ratio ? `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})` : "",
    goal?.text ?? "",
    goal ? (goal.met ? "met" : "MISSED") : "",
  ]);
  return aligned([HEADINGS, ...cells], (column) => column < 2 || column > 4);
}

/** Lines of the same number of cells, the headings first: text to the left, figures to the right. */
export function aligned(
  lines: readonly (readonly string[])[],
  isText: (column: number) => boolean = (column) => column === 0,
): string {
  const columns = lines[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_value, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  );
  const printed = lines.map((line) =>
    line
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  printed.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  return printed.join("\n");
}

/** Three figures that mean something, whatever the size. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
