import * as z from "zod";

/**
 * Every way a call can end without a scorecard. `skipped`: there was nothing to score, as expected.
 * `failed`: there was something, and it could not be scored.
 */
export const outcomes = {
  "call.missed": "skipped",
  "call.too_short": "skipped",
  "call.internal": "skipped",
  "call.info": "skipped",
  "call.expired": "skipped",
  "call.voicemail": "skipped",
  "call.menu": "skipped",
  "call.wrong_number": "skipped",
  "call.unknown": "failed",
  "call.type_unclear": "failed",
  "recording.absent": "skipped",
  "recording.empty": "failed",
  "recording.not_audio": "failed",
  "recording.unsupported_format": "failed",
  "recording.truncated": "failed",
  "recording.too_large": "failed",
  "recording.url_refused": "failed",
  "speech.rejected_audio": "failed",
  "speech.undecodable": "failed",
  "speech.task_failed": "failed",
  "speech.task_lost": "failed",
  "speech.timed_out": "failed",
  "transcript.no_speech": "skipped",
  "transcript.bad_audio": "skipped",
  "checklist.none": "skipped",
  "checklist.invalid": "failed",
  "llm.input_too_long": "failed",
} as const satisfies Record<string, "skipped" | "failed">;

export type OutcomeCode = keyof typeof outcomes;

/** Codes come from adapters too, so one that is not in the list is a failure with its own name. */
export function outcomeKind(code: string): "skipped" | "failed" {
  return Object.hasOwn(outcomes, code) ? outcomes[code as OutcomeCode] : "failed";
}

/** `outcome.json` */
export const Outcome = z.object({
  callId: z.string(),
  tenant: z.string(),
  kind: z.enum(["skipped", "failed"]),
  code: z.string(),
  stage: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type Outcome = z.infer<typeof Outcome>;
