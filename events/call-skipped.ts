import * as z from "zod";
import { defineEvent } from "./define.ts";

/** There was nothing to score, for a reason that digests count. */
export const CallSkipped = defineEvent({
  type: "call.skipped",
  version: 1,
  data: { code: z.string().min(1), stage: z.string().min(1) },
});
export type CallSkipped = ReturnType<typeof CallSkipped.create>;
