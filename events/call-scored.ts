import * as z from "zod";
import { defineEvent } from "./define.ts";

/** The scorecard lies in the bucket. */
export const CallScored = defineEvent({
  type: "call.scored",
  version: 1,
  data: { scorecardKey: z.string().min(1), checklistId: z.string(), checklistVersion: z.number().int() },
});
export type CallScored = ReturnType<typeof CallScored.create>;
