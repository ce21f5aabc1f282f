import * as z from "zod";
import { Checklist } from "../checklist.ts";

/** What an editor shows for a field; one text for a name wherever it stands. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  version: "Counts up. A version that was used is never changed: `cqa checklist import` makes the next one.",
  name: "As reports show it.",
  status: "Only a published checklist judges calls.",
  appliesTo: "Which calls it is for; an empty list means any.",
  bands: "From how many percent on a call is green, and from how many yellow.",
  passPercent: "A call under it is not passed.",
  alertBelowPercent: "A call under it is reported at once.",
  autoFailPercent: "Where a failed `autoFail` criterion caps the score.",
  stage: "Part of the conversation, for grouping in reports.",
  text: "What is to be heard, in words that the agent reads too.",
  weight: "Share in the sum. Weights need not sum to anything. Default: 1; 0 with `autoFail`.",
  polarity: "`prohibited`: the text names something that must not be heard.",
  mandatory: "A call that does not meet it is not passed, whatever the sum says.",
  autoFail: "Caps the score at `autoFailPercent` of the checklist.",
  guidance: "What counts and what does not, for whoever judges; reports show `text` alone.",
  notApplicable: "When the criterion does not apply and leaves the sum.",
  check: "keyword: rules; semantic: the language model; metric: figures of the talk.",
  phrases: "Every group must be heard, any phrase of a group will do; word forms match.",
  within: "Only the first or the last seconds of speech count.",
  levels: "From best to worst; points from 0 to 1.",
};

/** Ids of criteria for tools that build patterns without Unicode's classes: looser, never stricter. */
const PORTABLE_ID = "^[A-Za-z0-9._\\u0080-\\uffff-]{1,64}$";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The schema that editors complete and underline by. Stricter than reading: a field that nobody reads is underlined. */
export function checklistJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(Checklist, {
    io: "input",
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern?.includes("\\p{")) jsonSchema.pattern = PORTABLE_ID;
      if (jsonSchema.type !== "object") return;
      jsonSchema.additionalProperties = false;
      for (const [name, property] of Object.entries(jsonSchema.properties ?? {})) {
        const description = DESCRIPTIONS[name];
        if (description !== undefined && typeof property === "object") property.description = description;
      }
    },
  });
  return {
    ...schema,
    title: "Checklist of Call Quality Analyst",
    properties: {
      $schema: { type: "string", description: "Where this schema lies, for editors." },
      ...schema.properties,
    },
  };
}

export interface UnknownField {
  path: (string | number)[];
  /** Fields that may stand there. */
  known: string[];
}

/** Every field of a value that the schema does not know. What the schema refuses for another reason is not its matter. */
export function unknownFields(value: unknown, schema: JsonSchema = checklistJsonSchema()): UnknownField[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (typeof items !== "object" || Array.isArray(items)) return [];
    return value.flatMap((item, index) => under(index, unknownFields(item, items as JsonSchema)));
  }
  if (typeof value !== "object" || value === null) return [];
  const fields: [string, unknown][] = Object.entries(value);
  const { properties } = variantFor(fields, schema);
  if (properties === undefined) return [];
  return fields.flatMap(([name, field]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) return [{ path: [name], known: Object.keys(properties) }];
    return under(name, unknownFields(field, property as JsonSchema));
  });
}

function under(part: string | number, found: UnknownField[]): UnknownField[] {
  return found.map(({ path, known }) => ({ path: [part, ...path], known }));
}

/** Of several kinds of criteria the one that the value says it is. */
function variantFor(fields: readonly [string, unknown][], schema: JsonSchema): JsonSchema {
  return (
    (schema.oneOf as JsonSchema[] | undefined)?.find((variant) =>
      fields.some(([name, field]) => {
        const property = variant.properties?.[name];
        return typeof property === "object" && property.const !== undefined && property.const === field;
      }),
    ) ?? schema
  );
}
