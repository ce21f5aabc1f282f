import * as z from "zod";
import { Direction } from "./call.ts";
import { Evidence } from "./scorecard.ts";

/** One call as search and digests read it: no phone, no transcript, one telling quote. */
export const CallRow = z.object({
  callId: z.string(),
  startedAt: z.string(),
  durationSec: z.number().nullable(),
  direction: Direction.nullable(),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  title: z.string().nullable(),
  status: z.enum(["scored", "skipped", "failed"]),
  /** Why there is no score. */
  code: z.string().nullable(),
  checklistId: z.string().nullable(),
  checklistVersion: z.number().nullable(),
  percent: z.number().nullable(),
  passed: z.boolean().nullable(),
  needsReview: z.boolean(),
  band: z.enum(["green", "yellow", "red"]).nullable(),
  autoFailed: z.boolean(),
  /** The violation, or else the dearest criterion that was not met, with what was said where something was. */
  worst: z.object({ criterion: z.string(), evidence: Evidence.nullable() }).nullable(),
  /** The dearest criterion that was met with a quote. */
  best: z.object({ criterion: z.string(), evidence: Evidence }).nullable(),
});
export type CallRow = z.infer<typeof CallRow>;
