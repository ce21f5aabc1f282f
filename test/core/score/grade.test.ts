import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Checklist, type Criterion, weightOf } from "../../../core/checklist.ts";
import { grade, pointsOf } from "../../../core/score/grade.ts";
import type { Verdict, VerdictValue } from "../../../core/scorecard.ts";

type Given = Partial<Criterion> & { verdict: VerdictValue; level?: string };

function gradeOf(given: Given[], settings: Partial<Checklist> = {}) {
  const checklist = Checklist.parse({
    id: "c",
    version: 1,
    name: "…",
    ...settings,
    criteria: given.map(({ verdict, level, ...criterion }, index) => ({
      id: `k${index}`,
      text: "…",
      check: "semantic",
      ...criterion,
    })),
  });
  const verdicts = checklist.criteria.map((criterion, index): Verdict => {
    const { verdict, level = null } = given[index]!;
    return {
      criterionId: criterion.id,
      check: criterion.check,
      verdict,
      level,
      points: pointsOf(criterion, verdict, level),
      weight: weightOf(criterion),
      evidence: [],
      comment: "",
      advice: null,
    };
  });
  return grade(checklist, verdicts);
}

const levels = [
  { id: "full", points: 1, text: "…" },
  { id: "most", points: 0.8, text: "…" },
  { id: "little", points: 0.2, text: "…" },
  { id: "none", points: 0, text: "…" },
];

describe("the percent", () => {
  it.each<[string, Given[], number | null]>([
    ["of everything met is 100", [{ verdict: "met" }, { verdict: "met" }], 100],
    ["of nothing met is 0", [{ verdict: "not_met" }], 0],
    ["of a part is the half", [{ verdict: "partly" }], 50],
    [
      "goes by the weights",
      [
        { verdict: "met", weight: 30 },
        { verdict: "not_met", weight: 10 },
      ],
      75,
    ],
    [
      "needs no weights that sum to anything",
      [
        { verdict: "met", weight: 7 },
        { verdict: "not_met", weight: 4.5 },
        { verdict: "partly", weight: 0.5 },
      ],
      60.4,
    ],
    ["has one decimal", [{ verdict: "met" }, { verdict: "not_met" }, { verdict: "not_met" }], 33.3],
    [
      "leaves out what does not apply",
      [
        { verdict: "met", weight: 1 },
        { verdict: "not_applicable", weight: 99 },
      ],
      100,
    ],
    [
      "leaves out what is uncertain",
      [
        { verdict: "not_met", weight: 1 },
        { verdict: "uncertain", weight: 99 },
      ],
      0,
    ],
    ["is unknown when nothing applies", [{ verdict: "not_applicable" }, { verdict: "uncertain" }], null],
    ["is unknown when what applies weighs nothing", [{ verdict: "met", weight: 0 }], null],
    [
      "goes by the level",
      [
        { verdict: "partly", level: "most", levels },
        { verdict: "partly", level: "little", levels },
      ],
      50,
    ],
    ["of one level", [{ verdict: "partly", level: "most", levels }], 80],
    ["counts a weight of 1 where none is named", [{ verdict: "met" }, { verdict: "not_met", weight: 3 }], 25],
  ])("%s", (_name, given, percent) => {
    expect(gradeOf(given)).toMatchObject({ percent, rawPercent: percent, autoFailedBy: null });
  });
});

describe("an automatic failure", () => {
  const rude = (verdict: VerdictValue): Given => ({
    id: "rude",
    polarity: "prohibited",
    autoFail: true,
    verdict,
  });

  it("that was heard caps the percent, keeps the sum visible and names the criterion", () => {
    expect(gradeOf([{ verdict: "met" }, rude("not_met")])).toEqual({
      percent: 0,
      rawPercent: 100,
      passed: false,
      autoFailedBy: "rude",
    });
    expect(gradeOf([{ verdict: "met" }, rude("not_met")], { autoFailPercent: 30 })).toMatchObject({
      percent: 30,
      rawPercent: 100,
    });
  });

  it("does not raise a lower percent to the cap", () => {
    expect(gradeOf([{ verdict: "not_met" }, rude("not_met")], { autoFailPercent: 30 })).toMatchObject({
      percent: 0,
      rawPercent: 0,
    });
  });

  it("stands where nothing else could be judged", () => {
    expect(gradeOf([{ verdict: "uncertain" }, rude("not_met")], { autoFailPercent: 10 })).toEqual({
      percent: 10,
      rawPercent: null,
      passed: false,
      autoFailedBy: "rude",
    });
  });

  it.each(["met", "uncertain", "not_applicable"] as const)("that is %s changes nothing", (verdict) => {
    expect(gradeOf([{ verdict: "met" }, rude(verdict)])).toEqual({
      percent: 100,
      rawPercent: 100,
      passed: true,
      autoFailedBy: null,
    });
  });

  it("stands apart from the sum unless it has a weight of its own", () => {
    expect(gradeOf([{ verdict: "not_met" }, rude("met")])).toMatchObject({ rawPercent: 0 });
    expect(gradeOf([{ verdict: "not_met" }, { ...rude("met"), weight: 1 }])).toMatchObject({
      rawPercent: 50,
    });
  });

  it("of two is named by the first in the checklist", () => {
    const second = { ...rude("not_met"), id: "lied" };
    expect(gradeOf([rude("not_met"), second])).toMatchObject({ autoFailedBy: "rude" });
    expect(gradeOf([second, rude("not_met")])).toMatchObject({ autoFailedBy: "lied" });
  });

  it("is never passed, even where the cap lies above the pass mark", () => {
    expect(gradeOf([{ verdict: "met" }, rude("not_met")], { autoFailPercent: 70 })).toMatchObject({
      percent: 70,
      passed: false,
    });
  });
});

describe("a call is passed", () => {
  it.each([
    [60, true],
    [60.1, false],
    [0, true],
  ])("from %i percent on", (passPercent, passed) => {
    expect(
      gradeOf(
        [
          { verdict: "met", weight: 6 },
          { verdict: "not_met", weight: 4 },
        ],
        { passPercent },
      ),
    ).toMatchObject({ percent: 60, passed });
  });

  it.each([
    ["not_met", false],
    ["partly", true],
    ["uncertain", true],
    ["not_applicable", true],
    ["met", true],
  ] as const)("with a mandatory criterion that is %s: %s", (verdict, passed) => {
    expect(
      gradeOf([
        { verdict: "met", weight: 99 },
        { verdict, mandatory: true },
      ]),
    ).toMatchObject({ passed });
  });

  it("never when nothing could be judged", () => {
    expect(gradeOf([{ verdict: "uncertain" }], { passPercent: 0 })).toMatchObject({
      percent: null,
      passed: false,
    });
  });
});

it("a level that the criterion does not have is no points", () => {
  const criterion = Checklist.parse({
    id: "c",
    version: 1,
    name: "…",
    criteria: [{ id: "k", text: "…", check: "semantic", levels }],
  }).criteria[0]!;
  expect(pointsOf(criterion, "met", "other")).toBeNull();
  expect(pointsOf(criterion, "uncertain", "full")).toBeNull();
});

it("whatever the verdicts, percents lie between 0 and 100 and the cap never helps", () => {
  const verdict = fc.constantFrom<VerdictValue>("met", "partly", "not_met", "not_applicable", "uncertain");
  const weight = fc.double({ min: 0, max: 1e6, noNaN: true });
  const given = fc.array(fc.record({ verdict, weight, autoFail: fc.boolean(), mandatory: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(given, fc.integer({ min: 0, max: 100 }), (list, autoFailPercent) => {
      const { percent, rawPercent, passed, autoFailedBy } = gradeOf(list, { autoFailPercent });
      for (const value of [percent, rawPercent]) {
        if (value === null) continue;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
        expect(Math.round(value * 10) / 10).toBe(value);
      }
      if (rawPercent !== null) expect(percent).toBeLessThanOrEqual(rawPercent);
      if (autoFailedBy !== null) {
        expect(percent).toBeLessThanOrEqual(autoFailPercent);
        expect(passed).toBe(false);
      }
    }),
  );
});
