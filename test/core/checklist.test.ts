import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { checklistMistakes, readChecklist, weightOf } from "../../core/checklist.ts";

const design = {
  id: "first-sale",
  version: 3,
  name: "Первая продажа",
  language: "ru",
  status: "published",
  appliesTo: {
    callTypes: ["first-sale"],
    directions: ["incoming", "outgoing"],
    agents: [],
    departments: [],
    lines: [],
    minDurationSec: 30,
  },
  bands: { green: 80, yellow: 60 },
  passPercent: 60,
  alertBelowPercent: 40,
  autoFailPercent: 0,
  criteria: [
    {
      id: "greeting",
      stage: "Контакт",
      text: "Поздоровался и назвал себя и компанию",
      check: "keyword",
      phrases: [["добрый день", "здравствуйте"], ["меня зовут"]],
      speaker: "agent",
      within: { firstSec: 30 },
      weight: 10,
    },
    {
      id: "needs",
      stage: "Потребность",
      text: "Выяснил задачу клиента",
      check: "semantic",
      weight: 20,
      levels: [
        { id: "full", points: 1, text: "…" },
        { id: "partly", points: 0.5, text: "…" },
        { id: "none", points: 0, text: "…" },
      ],
    },
    { id: "rude", text: "Грубил клиенту", check: "semantic", polarity: "prohibited", autoFail: true },
    {
      id: "listens",
      text: "Дал клиенту говорить",
      check: "metric",
      metric: { name: "agentTalkShare", max: 0.65 },
      weight: 5,
    },
  ],
};

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

const change = (patch: Record<string, unknown>) => ({ ...design, ...patch });
const changeCriterion = (index: number, patch: Record<string, unknown>) =>
  change({
    criteria: design.criteria.map((criterion, at) => (at === index ? { ...criterion, ...patch } : criterion)),
  });
const levels = [
  { id: "full", points: 1, text: "…" },
  { id: "full", points: 0, text: "…" },
];

it.each<[string, unknown, string]>([
  ["nothing", null, "checklist"],
  ["a list", [], "checklist"],
  ["no id", change({ id: undefined }), "id"],
  ["an id that is no key of the bucket", change({ id: "a/b" }), "id"],
  ["an id in Cyrillic", change({ id: "продажа" }), "id"],
  ["version 0", change({ version: 0 }), "version"],
  ["half a version", change({ version: 1.5 }), "version"],
  ["a version in words", change({ version: "3" }), "version"],
  ["an empty name", change({ name: "" }), "name"],
  ["a language without texts", change({ language: "de" }), "language"],
  ["a status that is none", change({ status: "ready" }), "status"],
  ["a direction that is none", change({ appliesTo: { directions: ["in"] } }), "appliesTo.directions[0]"],
  [
    "lengths that no call has",
    change({ appliesTo: { minDurationSec: 60, maxDurationSec: 30 } }),
    "appliesTo",
  ],
  ["bands the wrong way round", change({ bands: { green: 50, yellow: 60 } }), "bands"],
  ["a band above 100", change({ bands: { green: 180, yellow: 60 } }), "bands.green"],
  ["a pass mark below 0", change({ passPercent: -1 }), "passPercent"],
  ["no criteria", change({ criteria: [] }), "criteria"],
  ["an id that stands twice", changeCriterion(1, { id: "greeting" }), "criteria[1].id"],
  ["an id with a space", changeCriterion(0, { id: "the greeting" }), "criteria[0].id"],
  ["a check that is none", changeCriterion(0, { check: "regex" }), "criteria[0].check"],
  ["no phrases", changeCriterion(0, { phrases: undefined }), "criteria[0].phrases"],
  ["an empty list of groups", changeCriterion(0, { phrases: [] }), "criteria[0].phrases"],
  ["an empty group", changeCriterion(0, { phrases: [["да"], []] }), "criteria[0].phrases[1]"],
  ["phrases without groups", changeCriterion(0, { phrases: ["добрый день"] }), "criteria[0].phrases[0]"],
  ["a phrase without words", changeCriterion(0, { phrases: [["да", "?!"]] }), "criteria[0].phrases[0][1]"],
  ["a speaker that is none", changeCriterion(0, { speaker: "manager" }), "criteria[0].speaker"],
  ["a window of no length", changeCriterion(0, { within: { firstSec: 0 } }), "criteria[0].within.firstSec"],
  ["a negative weight", changeCriterion(1, { weight: -5 }), "criteria[1].weight"],
  ["an empty text", changeCriterion(1, { text: "" }), "criteria[1].text"],
  ["one level", changeCriterion(1, { levels: levels.slice(1) }), "criteria[1].levels"],
  ["a level that stands twice", changeCriterion(1, { levels }), "criteria[1].levels[1].id"],
  [
    "points above 1",
    changeCriterion(1, {
      levels: [
        { ...levels[0], points: 2 },
        { ...levels[1], id: "none" },
      ],
    }),
    "criteria[1].levels[0].points",
  ],
  [
    "a metric without limits",
    changeCriterion(3, { metric: { name: "agentTalkShare" } }),
    "criteria[3].metric",
  ],
  [
    "limits the wrong way round",
    changeCriterion(3, { metric: { name: "agentTalkShare", min: 2, max: 1 } }),
    "criteria[3].metric",
  ],
  [
    "a metric that nobody measures",
    changeCriterion(3, { metric: { name: "mood", max: 1 } }),
    "criteria[3].metric.name",
  ],
])("names the place of a mistake: %s", (_name, json, place) => {
  const mistakes = mistakesOf(json);
  expect(mistakes.map((mistake) => mistake.slice(0, mistake.indexOf(":")))).toEqual([place]);
  expect(mistakes[0]!.slice(place.length + 2)).not.toBe("");
});

it("names every mistake at once", () => {
  expect(mistakesOf(change({ id: "a/b", version: 0, criteria: [{ id: "k" }] }))).toHaveLength(3);
});
