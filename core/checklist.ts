import * as z from "zod";
import { Direction } from "./call.ts";
import { MetricName } from "./score/metrics.ts";
import { unknownPlaceholders } from "./score/phrase.ts";
import { tokenize } from "./score/text.ts";

const Id = z
  .string()
  .regex(/^[\p{L}\p{N}._-]{1,64}$/u, "an id is 1 to 64 letters, digits, dots, dashes or underscores");

function eachIdOnce(list: readonly { id: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, { id }] of list.entries()) {
    if (seen.has(id))
      context.addIssue({ code: "custom", path: [index, "id"], message: `the id ${id} stands twice` });
    seen.add(id);
  }
}

const Points = z.number().min(0).max(1);

/** Counted from the first speech on the recording, since some exchanges pad its start with noise. */
const Within = z.object({
  firstSec: z.number().positive().optional(),
  lastSec: z.number().positive().optional(),
});

/** Far above what anybody means, and far below where a sum of weights is no number any more. */
const MAX_WEIGHT = 1_000_000;

const CriterionBase = z.object({
  id: Id,
  /** Part of the conversation, for grouping in reports. */
  stage: z.string().optional(),
  /** What the agent has to do, or must not do. */
  text: z.string().min(1),
  /** Default: 1; 0 for an automatic failure, which stands apart from the sum. */
  weight: z.number().nonnegative().max(MAX_WEIGHT).optional(),
  /** `prohibited`: the text names something that must not be heard. */
  polarity: z.enum(["required", "prohibited"]).default("required"),
  /** A call that does not meet it is not passed, whatever the sum says. */
  mandatory: z.boolean().default(false),
  /** Caps the score at the checklist's `autoFailPercent`. */
  autoFail: z.boolean().default(false),
  /** What counts and what does not, for whoever judges; reports show `text` alone. */
  guidance: z.string().optional(),
  /** When the criterion does not apply and leaves the sum. */
  notApplicable: z.string().optional(),
});

/**
 * Words in their order, of which each may stand in any form. `{name}` is any common first name, `{agent}` the first or last name of this call's
 * agent (where the CRM names none: any first name), `{company}` one of the setting `companyNames` (where there is none: «компания …», «{name} из
 * …», and a group that has nothing but `{company}` phrases is not asked for). `^` before the phrase: it opens a clause («^до завтра» is not in
 * «держу до завтра»). `$` behind it: a sentence or the turn ends there («откуда я знаю$» is not in «откуда я знаю этот номер»).
 */
const Phrase = z
  .string()
  .refine((phrase) => tokenize(phrase).length > 0, "a phrase needs at least one word")
  .refine(
    (phrase) => unknownPlaceholders(phrase).length === 0,
    "of words in braces only {agent}, {name} and {company} are known",
  );

export const KeywordCriterion = CriterionBase.extend({
  check: z.literal("keyword"),
  /** Every group must be heard, any phrase of a group will do; word forms match. */
  phrases: z.array(z.array(Phrase).min(1)).min(1),
  speaker: z.enum(["agent", "client", "any"]).default("agent"),
  within: Within.optional(),
});
export type KeywordCriterion = z.infer<typeof KeywordCriterion>;

export const SemanticCriterion = CriterionBase.extend({
  check: z.literal("semantic"),
  /** From best to worst. */
  levels: z
    .array(z.object({ id: Id, points: Points, text: z.string().min(1) }))
    .min(2)
    .superRefine(eachIdOnce)
    .optional(),
  /** Whose words prove it: at least one quote must be theirs. */
  speaker: z.enum(["agent", "client", "any"]).default("agent"),
});
export type SemanticCriterion = z.infer<typeof SemanticCriterion>;

export const MetricCriterion = CriterionBase.extend({
  check: z.literal("metric"),
  metric: z
    .object({ name: MetricName, min: z.number().optional(), max: z.number().optional() })
    .refine(
      (metric) => metric.min !== undefined || metric.max !== undefined,
      "a metric needs min, max or both",
    )
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, "min is above max"),
});
export type MetricCriterion = z.infer<typeof MetricCriterion>;

export const Criterion = z.discriminatedUnion("check", [
  KeywordCriterion,
  SemanticCriterion,
  MetricCriterion,
]);
export type Criterion = z.infer<typeof Criterion>;

/** Which calls a checklist is for; an empty list or a missing field means any. */
const AppliesToFields = z.object({
  callTypes: z.array(z.string()).default([]),
  directions: z.array(Direction).default([]),
  agents: z.array(z.string()).default([]),
  departments: z.array(z.string()).default([]),
  lines: z.array(z.string()).default([]),
  minDurationSec: z.number().nonnegative().optional(),
  maxDurationSec: z.number().positive().optional(),
});
const AppliesTo = AppliesToFields.refine(
  ({ minDurationSec = 0, maxDurationSec = Number.POSITIVE_INFINITY }) => minDurationSec <= maxDurationSec,
  "minDurationSec is above maxDurationSec, so no call fits",
);

const Percent = z.number().min(0).max(100);

export const Checklist = z.object({
  id: z.string().regex(/^(?!\.+$)[A-Za-z0-9._-]{1,64}$/, "a checklist id is 1 to 64 of A-Z a-z 0-9 . _ -"),
  version: z.number().int().positive(),
  name: z.string().min(1),
  language: z.enum(["ru", "en"]).default("ru"),
  status: z.enum(["draft", "published"]).default("draft"),
  appliesTo: AppliesTo.default(() => AppliesTo.parse({})),
  bands: z
    .object({ green: Percent, yellow: Percent })
    .refine(({ green, yellow }) => yellow <= green, "yellow is above green")
    .default({ green: 80, yellow: 60 }),
  passPercent: Percent.default(60),
  alertBelowPercent: Percent.default(40),
  autoFailPercent: Percent.default(0),
  criteria: z.array(Criterion).min(1, "a checklist needs at least one criterion").superRefine(eachIdOnce),
});
export type Checklist = z.infer<typeof Checklist>;

export function weightOf(criterion: Criterion): number {
  return criterion.weight ?? (criterion.autoFail ? 0 : 1);
}

/** The format of the system that this project grew from. */
const SeedChecklist = z.object({
  checklist_id: z.union([z.string(), z.number()]).transform(String),
  name: z.string().nullish(),
  criteria: z.array(
    z
      .object({
        criterion_id: z.union([z.string(), z.number()]).transform(String),
        category: z.string().nullish(),
        text: z.string(),
        is_mandatory: z.boolean().nullish(),
        check_type: z.enum(["keyword", "semantic"]),
        keywords: z.array(Phrase).nullish(),
      })
      .refine(({ check_type, keywords }) => check_type === "semantic" || keywords?.length, {
        path: ["keywords"],
        message: "a keyword criterion needs at least one keyword",
      }),
  ),
});

function fromSeed(seed: z.infer<typeof SeedChecklist>): unknown {
  return {
    id: seed.checklist_id,
    version: 1,
    name: seed.name ?? seed.checklist_id,
    status: "published",
    criteria: seed.criteria.map((criterion) => ({
      id: criterion.criterion_id,
      stage: criterion.category ?? undefined,
      text: criterion.text,
      mandatory: criterion.is_mandatory ?? false,
      check: criterion.check_type,
      ...(criterion.check_type === "keyword" ? { phrases: [criterion.keywords ?? []] } : {}),
    })),
  };
}

/**
 * Reads a checklist in this product's format or in the seed's.
 * @throws z.ZodError that names the place of every mistake
 */
export function readChecklist(json: unknown): Checklist {
  const isSeed = typeof json === "object" && json !== null && Object.hasOwn(json, "checklist_id");
  return Checklist.parse(isSeed ? fromSeed(SeedChecklist.parse(json)) : json);
}

/** Every mistake of a checklist as `criteria[2].weight: what is wrong`. */
export function checklistMistakes(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const path = issue.path
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
      .join("");
    return `${path.replace(/^\./, "") || "checklist"}: ${issue.message}`;
  });
}
