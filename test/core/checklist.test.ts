import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { checklistMistakes, readChecklist, weightOf } from "../../core/checklist.ts";
import { designChecklist as design } from "./design-checklist.ts";

function mistakesOf(json: unknown): string[] {
  try {
    readChecklist(json);
  } catch (error) {
    if (error instanceof z.ZodError) return checklistMistakes(error);
    throw error;
  }
  return [];
}

describe("a checklist", () => {
  it("of the documentation is read as it stands", () => {
    const checklist = readChecklist(design);
    expect(checklist).toMatchObject(design);
    expect(checklist.criteria.map(weightOf)).toEqual([10, 20, 0, 5]);
  });

  it("needs little more than its criteria", () => {
    expect(
      readChecklist({
        id: "short",
        version: 1,
        name: "Короткий",
        criteria: [{ id: "k", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]] }],
      }),
    ).toEqual({
      id: "short",
      version: 1,
      name: "Короткий",
      language: "ru",
      status: "draft",
      appliesTo: { callTypes: [], directions: [], agents: [], departments: [], lines: [] },
      bands: { green: 80, yellow: 60 },
      passPercent: 60,
      alertBelowPercent: 40,
      autoFailPercent: 0,
      criteria: [
        {
          id: "k",
          text: "Поздоровался",
          check: "keyword",
          phrases: [["добрый день"]],
          speaker: "agent",
          polarity: "required",
          mandatory: false,
          autoFail: false,
        },
      ],
    });
  });

  it("reads the same after it was written", () => {
    const checklist = readChecklist(design);
    expect(readChecklist(JSON.parse(JSON.stringify(checklist)))).toEqual(checklist);
  });

  it.each(
    ["ru", "en"].flatMap((language) => {
      const folder = new URL(`../../checklists/${language}/`, import.meta.url);
      try {
        return readdirSync(folder).map((name) => [`${language}/${name}`, new URL(name, folder)] as const);
      } catch {
        return [];
      }
    }),
  )("of the samples is read: %s", (_name, file) => {
    expect(mistakesOf(JSON.parse(readFileSync(file, "utf8")))).toEqual([]);
  });
});

describe("the format that this project grew from", () => {
  const seed = {
    checklist_id: "sales_v1",
    name: "Продажи",
    criteria: [
      {
        criterion_id: "c1",
        category: "Приветствие",
        text: "Поздоровался",
        is_mandatory: true,
        check_type: "keyword",
        keywords: ["добрый день", "здравствуйте"],
      },
      { criterion_id: 2, text: "Выяснил потребность", check_type: "semantic" },
      {
        criterion_id: "c3",
        category: null,
        text: "Подытожил",
        is_mandatory: null,
        check_type: "semantic",
        keywords: [],
      },
    ],
  };

  it("is read", () => {
    const checklist = readChecklist(seed);
    expect(checklist).toMatchObject({ id: "sales_v1", version: 1, name: "Продажи", status: "published" });
    expect(checklist.criteria).toMatchObject([
      {
        id: "c1",
        stage: "Приветствие",
        text: "Поздоровался",
        mandatory: true,
        check: "keyword",
        phrases: [["добрый день", "здравствуйте"]],
        speaker: "agent",
      },
      { id: "2", check: "semantic", mandatory: false },
      { id: "c3", check: "semantic", mandatory: false },
    ]);
    expect(checklist.criteria.map(weightOf)).toEqual([1, 1, 1]);
  });

  it("is read with numbers for ids and without a name", () => {
    expect(readChecklist({ ...seed, checklist_id: 7, name: undefined })).toMatchObject({
      id: "7",
      name: "7",
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a keyword criterion without keywords", { check_type: "keyword", keywords: [] }, "criteria[0].keywords"],
    [
      "a keyword criterion that names none",
      { check_type: "keyword", keywords: undefined },
      "criteria[0].keywords",
    ],
    ["a keyword without a word", { keywords: ["добрый день", "…"] }, "criteria[0].keywords[1]"],
    ["a check that is none", { check_type: "regex" }, "criteria[0].check_type"],
    ["no text", { text: undefined }, "criteria[0].text"],
    ["an empty text", { text: "" }, "criteria[0].text"],
    ["a flag that is a word", { is_mandatory: "yes" }, "criteria[0].is_mandatory"],
  ])("names the place of %s in its own words", (_name, change, place) => {
    const json = { ...seed, criteria: [{ ...seed.criteria[0], ...change }] };
    expect(mistakesOf(json).map((mistake) => mistake.split(":")[0])).toEqual([place]);
  });
});
