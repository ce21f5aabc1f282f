import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { fromJson } from "../../../core/checklist-import/from-json.ts";
import { parsePlaced } from "../../../core/checklist-import/json-places.ts";
import { checklistJsonSchema, unknownFields } from "../../../core/checklist-import/json-schema.ts";
import { designChecklist } from "../design-checklist.ts";

const checklists = join(import.meta.dirname, "..", "..", "..", "checklists");
const published = JSON.parse(readFileSync(join(checklists, "checklist.schema.json"), "utf8"));
const samples = ["ru", "en"].flatMap((language) =>
  readdirSync(join(checklists, language)).map((name) => join(checklists, language, name)),
);

const text = (value: unknown) => JSON.stringify(value, null, 2);
const lines = (...parts: string[]) => parts.join("\n");

describe("a mistake in JSON", () => {
  it.each([
    [
      "a comma too many",
      lines("{", '  "id": "x",', "}"),
      "line 2, column 12",
      /comma before a closing bracket/,
    ],
    ["a comma too few", lines("{", '  "id": "x"', '  "version": 1', "}"), "line 3, column 3", /a comma/],
    ["quotes of a word processor", "{ “id”: 1 }", "line 1, column 3", /straight double quotes/],
    ["single quotes", "{ 'id': 1 }", "line 1, column 3", /straight double quotes/],
    ["a comment", lines("{", "  // ours", '  "id": 1 }'), "line 2, column 3", /no comments/],
    ["a text over two lines", '{ "id": "one\ntwo" }', "line 1, column 9", /line break/],
    ["an end in the middle", '{ "id": ', "line 1, column 9", /the file ends where a value is expected/],
    ["an empty file", "", "line 1, column 1", /the file ends/],
    ["something after the end", "{} {}", "line 1, column 4", /the end of the file/],
    ["a number with a comma", '{ "weight": 0,5 }', "line 1, column 15", /name of a field/],
    ["nothing but brackets", "[".repeat(100_000), "line 1, column 66", /too deeply/],
  ])("is told with its place: %s", (_name, json, place, message) => {
    const { checklist, mistakes } = fromJson(json);
    expect(checklist).toBeUndefined();
    expect(mistakes).toEqual([{ place, message: expect.stringMatching(message) }]);
  });

  it("counts lines of Windows, too", () => {
    expect(fromJson('{\r\n  "id": "x",\r\n}').mistakes[0]?.place).toBe("line 2, column 12");
  });
});

it("reads the same values as JSON.parse, a field called __proto__ included", () => {
  const json = '{"__proto__": {"a": [1, -2.5e3, "\\u0416\\n", null, true]}, "b": {}, "c": []}';
  const parsed = parsePlaced(json);
  expect("value" in parsed && JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(json)));
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

it("takes and refuses what JSON.parse takes and refuses", () => {
  const pieces = fc.constantFrom(..."{}[],:", '"a"', "1", "-", "null", " ", "\n", '"', "\\", "0.5e3");
  const anything = fc.oneof(
    fc.json(),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(anything, (json) => {
      const parsed = parsePlaced(json);
      try {
        const value = JSON.parse(json);
        expect(parsed).toMatchObject({ repeated: expect.any(Array) });
        expect("value" in parsed && JSON.stringify(parsed.value)).toBe(JSON.stringify(value));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        expect(parsed).toMatchObject({ mistake: expect.any(String) });
      }
    }),
    { numRuns: 500 },
  );
});

describe("what is wrong with a checklist", () => {
  it("is told at the line of the value, or of what it is missing in", () => {
    const json = lines(
      '{ "id": "x", "version": 0, "name": "Тест",',
      '  "criteria": [',
      '    { "id": "a", "text": "Текст", "check": "keyword", "phrases": [["да"],',
      '      ["?!"]] },',
      '    { "id": "b", "check": "semantic" } ] }',
    );
    expect(fromJson(json).mistakes.map(({ place, message }) => [place, message.split(":")[0]])).toEqual([
      ["line 1, column 25", "version"],
      ["line 4, column 8", "criteria[0].phrases[1][0]"],
      ["line 5, column 5", "criteria[1].text"],
    ]);
  });

  it("is told in the names of the seed's format where that is what was written", () => {
    const json = lines(
      '{ "checklist_id": "моя",',
      '  "criteria": [ { "criterion_id": "a b", "text": "Текст", "check_type": "keyword",',
      '    "keywords": ["да"] } ] }',
    );
    expect(fromJson(json).mistakes.map(({ place }) => place)).toEqual([
      "line 1, column 19",
      "line 2, column 35",
    ]);
  });
});

describe("a warning", () => {
  const warningsOn = (patch: Record<string, unknown>, criterion: Record<string, unknown> = {}) => {
    const [first, ...others] = designChecklist.criteria;
    const json = { ...designChecklist, criteria: [{ ...first, ...criterion }, ...others], ...patch };
    const { checklist, warnings } = fromJson(text(json));
    expect(checklist).toBeDefined();
    return warnings.map(({ message }) => message);
  };

  it("is not given on the design's own example or on a sample", () => {
    expect(fromJson(text(designChecklist)).warnings).toEqual([]);
    for (const sample of samples) expect(fromJson(readFileSync(sample, "utf8")).mistakes).toEqual([]);
  });

  it("names a field that nobody reads and the one that was meant", () => {
    const json = text(designChecklist).replace('"firstSec"', '"fristSec"').replace('"weight"', '"weigth"');
    expect(fromJson(json).warnings).toEqual([
      {
        place: "line 44, column 9",
        message: expect.stringContaining("«fristSec»: did you mean «firstSec»?"),
      },
      { place: "line 46, column 7", message: expect.stringContaining("«weigth»: did you mean «weight»?") },
    ]);
  });

  it("knows a field only on the kind of criterion that has it", () => {
    expect(warningsOn({}, { levels: [] })).toEqual(["nobody reads the field «levels»"]);
  });

  it("says that a field stands twice", () => {
    const json = text(designChecklist).replace('"weight": 10', '"weight": 10, "weight": 20');
    const { checklist, warnings } = fromJson(json);
    expect(checklist?.criteria[0]?.weight).toBe(20);
    expect(warnings.map(({ message }) => message)).toEqual([
      "the field weight stands twice: the last one counts",
    ]);
  });

  it.each([
    ["phrases of one letter", {}, { phrases: [["да, а", "а"]] }, "«а» has only words of one letter"],
    [
      "groups that look like alternatives",
      {},
      { phrases: [["а1"], ["б1"], ["в1"], ["г1"], ["д1"]] },
      "wants all of 5",
    ],
    [
      "weights that are all 0",
      { criteria: [{ id: "a", text: "Т", check: "keyword", phrases: [["да"]], weight: 0 }] },
      {},
      "every weight is 0",
    ],
    [
      "a duty without levels",
      { criteria: [{ id: "a", text: "Выяснил", check: "semantic" }] },
      {},
      "«Выяснил» is semantic and has no levels",
    ],
  ])("is given on %s", (_name, patch, criterion, message) => {
    expect(warningsOn(patch, criterion)).toEqual([expect.stringContaining(message)]);
  });
});

describe("the schema for editors", () => {
  it("is what `node scripts/make-checklist-schema.ts` makes now", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(checklistJsonSchema())));
  });

  it.each(samples)("fits the sample %s", (sample) => {
    const json = { $schema: "../checklist.schema.json", ...JSON.parse(readFileSync(sample, "utf8")) };
    expect(z.fromJSONSchema(published).safeParse(json).error?.issues ?? []).toEqual([]);
    expect(unknownFields(json)).toEqual([]);
  });

  it("refuses what is misspelt or missing", () => {
    const schema = z.fromJSONSchema(published);
    expect(schema.safeParse({ ...designChecklist, pasPercent: 60 }).success).toBe(false);
    expect(schema.safeParse({ ...designChecklist, criteria: [] }).success).toBe(false);
  });

  it("may be named in a checklist", () => {
    const { checklist, warnings } = fromJson(
      text({ $schema: "../checklist.schema.json", ...designChecklist }),
    );
    expect(warnings).toEqual([]);
    expect(checklist).not.toHaveProperty("$schema");
  });
});
