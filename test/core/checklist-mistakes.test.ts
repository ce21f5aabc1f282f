import { expect, it } from "vitest";
import * as z from "zod";
import { checklistMistakes, readChecklist } from "../../core/checklist.ts";
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
  ["a weight whose sum is no number", changeCriterion(1, { weight: 1e308 }), "criteria[1].weight"],
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
