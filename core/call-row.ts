import * as z from "zod";
import { Direction, dayOfCall } from "./call.ts";
import { Evidence, Objection, VerdictValue } from "./scorecard.ts";

/** How one criterion of the call was judged; quotes and comments stay in the scorecard. */
export const CallRowCriterion = z.object({
  id: z.string(),
  text: z.string(),
  stage: z.string().nullable(),
  verdict: VerdictValue,
  /** Null when the verdict does not count. */
  points: z.number().nullable(),
  weight: z.number(),
});
export type CallRowCriterion = z.infer<typeof CallRowCriterion>;

export const CallRowObjection = z.object({
  category: z.string(),
  handling: Objection.shape.handling,
  quote: z.string().nullable(),
  startSec: z.number().nullable(),
});
export type CallRowObjection = z.infer<typeof CallRowObjection>;

const unknownCost = { speechSec: null, promptTokens: null, completionTokens: null };

/**
 * One call as search and digests read it: no phone, no transcript, one telling quote. What has a default was added later:
 * rows that were written before are read as well.
 */
export const CallRow = z.object({
  callId: z.string(),
  startedAt: z.string(),
  durationSec: z.number().nullable(),
  direction: Direction.nullable(),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  departments: z.array(z.string()).default([]),
  /** The company's own number, as the CRM names it. */
  line: z.string().nullable().default(null),
  title: z.string().nullable(),
  status: z.enum(["scored", "skipped", "failed"]),
  /** Why there is no score. */
  code: z.string().nullable(),
  checklistId: z.string().nullable(),
  checklistVersion: z.number().nullable(),
  checklistName: z.string().nullable().default(null),
  callType: z.string().nullable().default(null),
  percent: z.number().nullable(),
  rawPercent: z.number().nullable().default(null),
  passed: z.boolean().nullable(),
  needsReview: z.boolean(),
  /** How many of its verdicts a person has decided otherwise than the program. */
  overridden: z.number().int().default(0),
  band: z.enum(["green", "yellow", "red"]).nullable(),
  autoFailed: z.boolean(),
  /** What the criterion asks that failed the call as a whole. */
  autoFailedBy: z.string().nullable().default(null),
  criteria: z.array(CallRowCriterion).default([]),
  /** The violation, or else the dearest criterion that was not met, with what was said where something was. */
  worst: z.object({ criterion: z.string(), evidence: Evidence.nullable() }).nullable(),
  /** The dearest criterion that was met with a quote. */
  best: z.object({ criterion: z.string(), evidence: Evidence }).nullable(),
  objections: z.array(CallRowObjection).default([]),
  nextStep: z.object({ agreed: z.boolean(), text: z.string().nullable() }).nullable().default(null),
  summary: z.string().nullable().default(null),
  clientNeed: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
  /** What the call used up at the vendors; null where that is not known. Speech is paid for by channel. */
  cost: z
    .object({
      speechSec: z.number().nullable(),
      promptTokens: z.number().nullable(),
      completionTokens: z.number().nullable(),
    })
    .default(unknownCost),
  agentTalkShare: z.number().nullable().default(null),
});
export type CallRow = z.infer<typeof CallRow>;

/** When the call began, in milliseconds; where nobody can read what was written there, the midnight of its day. */
export function startedMs({ startedAt, callId }: Pick<CallRow, "startedAt" | "callId">): number {
  const ms = Date.parse(startedAt);
  if (!Number.isNaN(ms)) return ms;
  const midnight = Date.parse(`${dayOfCall(callId)}T00:00:00Z`);
  return Number.isNaN(midnight) ? 0 : midnight;
}

/** Between two texts of a call, so that nothing is found across them. */
const BORDER = "\n";

/** Everything of a call that a text is looked for in, made comparable by {@link comparableText}. */
export function searchTextOf(row: CallRow): string {
  const texts = [
    row.agentName,
    row.title,
    row.summary,
    row.clientNeed,
    row.nextStep?.text,
    row.worst?.evidence?.quote,
    row.best?.evidence.quote,
    ...row.objections.map(({ quote }) => quote),
  ];
  const distinct = new Set(texts.flatMap((text) => (text ? [comparableText(text)] : [])));
  return [...distinct].filter((text) => text !== "").join(BORDER);
}

/** Equal for texts that people take for the same: upper and lower case, «ё» and «е», one blank and several. */
export function comparableText(text: string): string {
  return text.normalize("NFC").toLowerCase().replaceAll("ё", "е").replaceAll(/\s+/gu, " ").trim();
}
