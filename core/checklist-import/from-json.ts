import * as z from "zod";
import { checklistMistakes, readChecklist } from "../checklist.ts";
import { type Path, type Position, parsePlaced } from "./json-places.ts";
import { unknownFields } from "./json-schema.ts";
import { type Finding, type Reading, unreadable } from "./reading.ts";
import { similarTo } from "./similar.ts";
import { warningsOn } from "./warnings.ts";

/** How the seed format calls what a checklist calls otherwise. */
const SEED_NAMES: Readonly<Record<string, string>> = {
  phrases: "keywords",
  stage: "category",
  check: "check_type",
  mandatory: "is_mandatory",
};
const SEED_FIELDS = ["checklist_id", "name", "criteria", "$schema"];
const SEED_CRITERION_FIELDS = ["criterion_id", "category", "text", "is_mandatory", "check_type", "keywords"];

/** Reads a checklist in this product's JSON or in the seed's, every remark with its line. */
export function fromJson(text: string, overrides: { id?: string; name?: string } = {}): Reading {
  const json = parsePlaced(text);
  if ("mistake" in json) return unreadable(placeAt(json.position), json.mistake);
  const isSeed =
    typeof json.value === "object" && json.value !== null && Object.hasOwn(json.value, "checklist_id");
  const pathIn = isSeed ? seedPath : (path: Path) => path;
  const placeOf = (path: Path) => placeAt(json.positionOf(pathIn(path)));
  const warnings: Finding[] = [
    ...json.repeated.map((path) => ({
      place: placeAt(json.positionOfKey(path)),
      message: `the field ${String(path.at(-1))} stands twice: the last one counts`,
    })),
    ...(isSeed ? unknownSeedFields(json.value) : unknownFields(json.value)).map(({ path, known }) => {
      const name = String(path.at(-1));
      const meant = similarTo(name, known);
      const hint = meant === undefined ? "" : `: did you mean «${meant}»?`;
      return { place: placeAt(json.positionOfKey(path)), message: `nobody reads the field «${name}»${hint}` };
    }),
  ];
  try {
    const checklist = readChecklist(overridden(json.value, overrides, isSeed));
    return { checklist, mistakes: [], warnings: [...warnings, ...warningsOn(checklist, placeOf)] };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const messages = checklistMistakes(error);
    const mistakes = error.issues.map(({ path }, index) => ({
      place: placeOf(path),
      message: messages[index] ?? "",
    }));
    return { checklist: undefined, mistakes, warnings };
  }
}

function overridden(value: unknown, { id, name }: { id?: string; name?: string }, isSeed: boolean): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return {
    ...value,
    ...(id === undefined ? {} : { [isSeed ? "checklist_id" : "id"]: id }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A mistake can be found before the seed is turned into a checklist or after; either way the author knows only the seed. */
function seedPath(path: Path): Path {
  const isCriterion = path[0] === "criteria";
  const names = path.map((part) => {
    if (part === "id") return isCriterion ? "criterion_id" : "checklist_id";
    return SEED_NAMES[String(part)] ?? part;
  });
  // Its keywords are one group.
  return path[2] === "phrases" ? [...names.slice(0, 3), ...names.slice(4)] : names;
}

function unknownSeedFields(value: unknown) {
  const criteria = (value as { criteria?: unknown }).criteria;
  const unknownIn = (object: unknown, path: (string | number)[], known: string[]) =>
    Object.keys(typeof object === "object" && object !== null ? object : {})
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: [...path, name], known }));
  return [
    ...unknownIn(value, [], SEED_FIELDS),
    ...(Array.isArray(criteria) ? criteria : []).flatMap((criterion: unknown, index) =>
      unknownIn(criterion, ["criteria", index], SEED_CRITERION_FIELDS),
    ),
  ];
}

function placeAt({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
}
