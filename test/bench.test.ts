import { describe, expect, it } from "vitest";
import { type PartName, parts, tinySizes } from "../bench/parts.ts";
import { table } from "../bench/table.ts";

/** The bench starts processes of its own and waits for the disk. */
const TIMEOUT_MS = 60_000;

const NUMBER = /^\+?-?\d+(\.\d+)?$/;
const RATIO = /^\d+\.\d\d \(\d+\.\d\d–\d+\.\d\d\)$/;

const lines: Record<PartName, { count: number; besideFloor: number; goals: number }> = {
  pipeline: { count: 3, besideFloor: 3, goals: 2 },
  webhook: { count: 6, besideFloor: 6, goals: 2 },
  memory: { count: 5, besideFloor: 0, goals: 1 },
  score: { count: 3, besideFloor: 0, goals: 1 },
  documents: { count: 4, besideFloor: 1, goals: 1 },
  index: { count: 15, besideFloor: 0, goals: 4 },
};

describe("the bench", () => {
  it.each(Object.keys(parts) as PartName[])("still measures: %s", { timeout: TIMEOUT_MS }, async (part) => {
    const { rows } = await parts[part](tinySizes);
    const [headings = "", rule = "", ...printed] = table(rows).split("\n");
    expect(headings.trim().split(/ {2,}/)).toEqual(["what", "measured", "floor", "ratio (spread)", "goal"]);
    expect(rule).toMatch(/^─[─ ]+─$/);
    expect(printed).toHaveLength(lines[part].count);
    expect(printed[0]).toMatch(new RegExp(`^${part} `));

    const cells = printed.map((line) => line.replace(part, " ").trim().split(/ {2,}/));
    for (const [, measured] of cells) expect(measured).toMatch(NUMBER);
    const withRatio = cells.filter((row) => row.some((cell) => RATIO.test(cell)));
    expect(withRatio).toHaveLength(lines[part].besideFloor);
    for (const [, , floor] of withRatio) expect(floor).toMatch(NUMBER);
    const withGoal = cells.filter((row) => ["met", "MISSED"].includes(row.at(-1) ?? ""));
    expect(withGoal).toHaveLength(lines[part].goals);
  });
});
