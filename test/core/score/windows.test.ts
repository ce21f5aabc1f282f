import { describe, expect, it } from "vitest";
import { SemanticCriterion } from "../../../core/checklist.ts";
import { halves, joinVerdicts } from "../../../core/score/windows.ts";
import type { Verdict, VerdictValue } from "../../../core/scorecard.ts";

const numbers = (count: number) => Array.from({ length: count }, (_value, index) => index);

describe("a conversation that is too long for the model", () => {
  it.each([16, 17, 31, 100, 1501])(
    "of %i turns becomes two shorter parts that overlap and lose nothing",
    (count) => {
      const parts = halves(numbers(count));
      const [first = [], second = []] = parts ?? [];
      expect(first.length).toBeLessThan(count);
      expect(second.length).toBeLessThan(count);
      expect([...new Set([...first, ...second])]).toEqual(numbers(count));
      expect(first.filter((turn) => second.includes(turn)).length).toBeGreaterThanOrEqual(8);
      expect(first[0]).toBe(0);
      expect(second.at(-1)).toBe(count - 1);
    },
  );

  it("is split in its middle, with four turns of each half in the other", () => {
    expect(halves(numbers(40))).toEqual([numbers(24), numbers(40).slice(16)]);
    expect(halves(numbers(17))).toEqual([numbers(13), numbers(17).slice(5)]);
  });

  it("is not split any more below sixteen turns", () => {
    expect(halves(numbers(15))).toBeUndefined();
    expect(halves([])).toBeUndefined();
  });
});

const criterion = (polarity: "required" | "prohibited") =>
  SemanticCriterion.parse({ id: "c", text: "…", check: "semantic", polarity });

const part = (verdict: VerdictValue, points: number | null = null): Verdict => ({
  criterionId: "c",
  check: "semantic",
  verdict,
  level: null,
  points,
  weight: 1,
  evidence: [],
  comment: verdict,
  advice: null,
});

describe("the verdict on the whole", () => {
  it.each<[VerdictValue[], VerdictValue]>([
    [["not_met", "met"], "met"],
    [["uncertain", "met"], "met"],
    [["partly", "met"], "met"],
    [["partly", "not_met"], "partly"],
    [["partly", "uncertain"], "partly"],
    [["not_met", "uncertain"], "uncertain"],
    [["not_applicable", "uncertain"], "uncertain"],
    [["not_applicable", "not_met"], "not_met"],
    [["not_applicable", "not_applicable"], "not_applicable"],
    [["not_applicable", "met", "not_met"], "met"],
    [["not_met", "not_met"], "not_met"],
  ])("of %j on a duty is %s", (parts, whole) => {
    for (const order of [parts, parts.toReversed()]) {
      expect(
        joinVerdicts(
          criterion("required"),
          order.map((verdict) => part(verdict)),
        ).verdict,
      ).toBe(whole);
    }
  });

  it.each<[VerdictValue[], VerdictValue]>([
    [["met", "not_met"], "not_met"],
    [["partly", "not_met"], "not_met"],
    [["partly", "met"], "partly"],
    [["partly", "uncertain"], "partly"],
    [["uncertain", "not_met"], "not_met"],
    [["uncertain", "met"], "uncertain"],
    [["not_applicable", "uncertain"], "uncertain"],
    [["met", "not_applicable"], "met"],
    [["met", "met"], "met"],
  ])("of %j on something prohibited is %s", (parts, whole) => {
    for (const order of [parts, parts.toReversed()]) {
      expect(
        joinVerdicts(
          criterion("prohibited"),
          order.map((verdict) => part(verdict)),
        ).verdict,
      ).toBe(whole);
    }
  });

  it("is the better of two levels that are both partly done", () => {
    const parts = [part("partly", 0.3), part("partly", 0.7), part("partly", 0.5)];
    expect(joinVerdicts(criterion("required"), parts).points).toBe(0.7);
  });

  it("needs a part", () => {
    expect(() => joinVerdicts(criterion("required"), [])).toThrow(RangeError);
  });
});
