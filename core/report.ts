import * as z from "zod";
import { CallRow } from "./call-row.ts";
import { Evidence } from "./scorecard.ts";

/**
 * `reports/<tenant>/<period>/digest.json`: what a period was like. The message in the chat, the PDF, the Excel file and the answers of the bot
 * are all made of this, so that they cannot say different things. Percents have at most one decimal, shares go from 0 to 1.
 */

export const ReportPeriod = z.object({
  kind: z.enum(["day", "week", "month", "range"]),
  /** First and last day, both included, in the tenant's time zone. */
  from: z.iso.date(),
  to: z.iso.date(),
});
export type ReportPeriod = z.infer<typeof ReportPeriod>;

/** An average that says how far it can be trusted. */
export const Average = z.object({
  /** Null when nothing was judged. */
  percent: z.number().nullable(),
  /** Calls that it is the average of. */
  of: z.number().int(),
  /** Half the width of the interval in which the true average lies at 95 %; null for fewer than five calls. */
  margin: z.number().nullable(),
  /** Points more than in the period before; null where that one has nothing to compare with. */
  change: z.number().nullable(),
});
export type Average = z.infer<typeof Average>;

/** How a criterion was kept, over many calls. */
export const CriterionResult = z.object({
  checklistId: z.string(),
  criterionId: z.string(),
  text: z.string(),
  stage: z.string().nullable(),
  met: z.number().int(),
  partly: z.number().int(),
  notMet: z.number().int(),
  notApplicable: z.number().int(),
  uncertain: z.number().int(),
  /** Average points of the verdicts that count. */
  share: z.number().nullable(),
  /** Of the share, against the period before. */
  change: z.number().nullable(),
});
export type CriterionResult = z.infer<typeof CriterionResult>;

/** Something that was said in a call: enough to find and hear it. */
export const ReportQuote = z.object({ callId: z.string(), startedAt: z.string(), evidence: Evidence });
export type ReportQuote = z.infer<typeof ReportQuote>;

export const Practice = z.object({
  criterionId: z.string(),
  criterion: z.string(),
  /** In how many of how many calls it was missed. */
  missed: z.number().int(),
  of: z.number().int(),
  /** What to say instead, of the call that is quoted. */
  advice: z.string().nullable(),
  quote: ReportQuote.nullable(),
});
export type Practice = z.infer<typeof Practice>;

export const AgentResult = z.object({
  /** Null: calls without an agent, such as uploads. */
  id: z.string().nullable(),
  name: z.string().nullable(),
  departments: z.array(z.string()),
  calls: z.number().int(),
  scored: z.number().int(),
  passed: z.number().int(),
  needsReview: z.number().int(),
  autoFailed: z.number().int(),
  average: Average,
  /** Criterion ids with the greatest and the least share, of those judged in enough calls; null when there are none. */
  best: CriterionResult.nullable(),
  weakest: CriterionResult.nullable(),
  /** By criterion id, for the heat map. */
  shares: z.record(z.string(), z.number().nullable()),
  strengths: z.array(
    z.object({ criterionId: z.string(), criterion: z.string(), quote: ReportQuote.nullable() }),
  ),
  /** At most two: more is not practised. */
  practise: z.array(Practice),
});
export type AgentResult = z.infer<typeof AgentResult>;

export const Report = z.object({
  tenant: z.string(),
  period: ReportPeriod,
  /** What the changes are against; of the same length. */
  previous: ReportPeriod.nullable(),
  /** ISO 8601. */
  madeAt: z.string(),
  totals: z.object({
    calls: z.number().int(),
    scored: z.number().int(),
    skipped: z.number().int(),
    failed: z.number().int(),
    /** Not done yet: their recording or transcript is still to come. */
    inProgress: z.number().int(),
    passed: z.number().int(),
    needsReview: z.number().int(),
    /** Of which a person has decided a verdict otherwise. */
    overridden: z.number().int().default(0),
    autoFailed: z.number().int(),
    bands: z.object({ green: z.number().int(), yellow: z.number().int(), red: z.number().int() }),
    average: Average,
    /** Of the recorded conversations. */
    durationSec: z.number(),
  }),
  /** Every day of the period and enough before it to see a trend. */
  trend: z.array(
    z.object({
      day: z.iso.date(),
      calls: z.number().int(),
      scored: z.number().int(),
      averagePercent: z.number().nullable(),
    }),
  ),
  /** By name: ranking people on a handful of calls would be unfair. */
  agents: z.array(AgentResult),
  /** Whether everybody has calls enough to be compared. */
  comparable: z.boolean(),
  /** Most often missed first. */
  criteria: z.array(CriterionResult),
  /** At most three, worst first. */
  attention: z.array(CallRow),
  /** At most one. */
  best: z.array(CallRow),
  objections: z.array(
    z.object({
      category: z.string(),
      total: z.number().int(),
      handled: z.number().int(),
      partly: z.number().int(),
      unhandled: z.number().int(),
      ignored: z.number().int(),
    }),
  ),
  /** Objections that nobody answered, worst calls first, at most ten. */
  unhandled: z.array(
    z.object({
      callId: z.string(),
      startedAt: z.string(),
      agentName: z.string().nullable(),
      category: z.string(),
      quote: z.string().nullable(),
      startSec: z.number().nullable(),
    }),
  ),
  /** What was promised to clients, in the order of the calls, at most twenty. */
  nextSteps: z.array(
    z.object({
      callId: z.string(),
      startedAt: z.string(),
      agentName: z.string().nullable(),
      text: z.string(),
    }),
  ),
  /** Calls without a score by reason, most frequent first. */
  notScored: z.array(z.object({ code: z.string(), calls: z.number().int() })),
  cost: z.object({
    speechSec: z.number(),
    promptTokens: z.number(),
    completionTokens: z.number(),
    /** In the tenant's money, where prices are set; null where not. */
    money: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  }),
  /** Calls of earlier days that were finished after their own digest. */
  late: z.object({ calls: z.number().int(), averagePercent: z.number().nullable() }),
  /** Of a day: every call that it counts, so that the next one can tell which are new. Of longer periods empty. */
  callIds: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

/** So many calls of a person before an average says something about the person. */
export const ENOUGH_CALLS = 10;
