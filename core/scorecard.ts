import * as z from "zod";
import { Metrics } from "./score/metrics.ts";
import { Speaker } from "./transcript.ts";

/** Always about the agent's duty: for a prohibited criterion `not_met` means that the violation was heard. */
export const VerdictValue = z.enum(["met", "partly", "not_met", "not_applicable", "uncertain"]);
export type VerdictValue = z.infer<typeof VerdictValue>;

/** A quote that stands word for word in the turn, and the seconds at which it was said. */
export const Evidence = z.object({
  turn: z.number().int().nonnegative(),
  speaker: Speaker,
  startSec: z.number(),
  endSec: z.number(),
  quote: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

export const PersonRole = z.enum(["agent", "supervisor"]);
export type PersonRole = z.infer<typeof PersonRole>;

/**
 * What the program had said of a criterion before a person decided otherwise, and who that was. In the bucket no verdict carries it: there the
 * scorecard stays as it was made, and people's decisions stand beside it (appeal.ts).
 */
export const Overridden = z.object({
  verdict: VerdictValue,
  level: z.string().nullable(),
  points: z.number().nullable(),
  evidence: z.array(Evidence),
  comment: z.string(),
  by: PersonRole,
  /** Null where whoever decided gave no name. */
  name: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
});
export type Overridden = z.infer<typeof Overridden>;

export const Verdict = z.object({
  criterionId: z.string(),
  check: z.enum(["keyword", "semantic", "metric"]),
  verdict: VerdictValue,
  /** Id of the level, where the criterion has levels. */
  level: z.string().nullable().default(null),
  /** Null when the verdict does not count. */
  points: z.number().min(0).max(1).nullable(),
  weight: z.number().nonnegative(),
  evidence: z.array(Evidence),
  comment: z.string(),
  advice: z.string().nullable(),
  /** A person's verdict carries no quote; its comment says why. */
  overridden: Overridden.optional(),
});
export type Verdict = z.infer<typeof Verdict>;

export const Objection = z.object({
  category: z.string(),
  handling: z.enum(["handled", "partly", "unhandled", "ignored"]),
  evidence: z.array(Evidence),
});
export type Objection = z.infer<typeof Objection>;

/** What the model was asked and what it cost; null when no model was asked. */
export const ModelUse = z.object({
  name: z.string(),
  promptHash: z.string(),
  promptTokens: z.number().nullable(),
  cachedTokens: z.number().nullable(),
  completionTokens: z.number().nullable(),
  attempts: z.number().int().positive(),
  /** Why some of its verdicts are uncertain: it refused, was cut, answered nonsense, quoted what was not said. */
  problems: z
    .array(z.enum(["refused", "cut", "unreadable", "incomplete", "quote_refused", "not_configured"]))
    .default([]),
});
export type ModelUse = z.infer<typeof ModelUse>;

/** `scorecard/<checklistId>@<version>.json`. Percents have at most one decimal. */
export const Scorecard = z.object({
  callId: z.string(),
  tenant: z.string(),
  checklist: z.object({ id: z.string(), version: z.number().int(), hash: z.string(), name: z.string() }),
  /** From the list in the settings, or "unclear". */
  callType: z.string(),
  /** Null when nothing could be judged. */
  percent: z.number().nullable(),
  rawPercent: z.number().nullable(),
  passed: z.boolean(),
  autoFailedBy: z.string().nullable(),
  needsReview: z.boolean(),
  verdicts: z.array(Verdict),
  metrics: Metrics,
  summary: z.string().nullable(),
  clientNeed: z.string().nullable(),
  objections: z.array(Objection),
  nextStep: z.object({ agreed: z.boolean(), text: z.string().nullable() }).nullable(),
  advice: z.array(z.string()),
  /** What each piece of advice is about, in the same order. */
  adviceEvidence: z.array(Evidence).default([]),
  model: ModelUse.nullable(),
});
export type Scorecard = z.infer<typeof Scorecard>;

export const UNCLEAR_CALL_TYPE = "unclear";
