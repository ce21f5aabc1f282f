import * as z from "zod";
import { defineEvent } from "./define.ts";

/** The transcript lies in the bucket. */
export const CallTranscribed = defineEvent({
  type: "call.transcribed",
  version: 1,
  data: { transcriptKey: z.string().min(1) },
});
export type CallTranscribed = ReturnType<typeof CallTranscribed.create>;
