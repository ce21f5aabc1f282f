import * as z from "zod";
import { defineEvent } from "./define.ts";

/** The recogniser works on it. Comes back to its own queue until the task is done or too old. */
export const TranscriptionStarted = defineEvent({
  type: "transcription.started",
  version: 1,
  data: { recordingKey: z.string().min(1), taskId: z.string().min(1) },
});
export type TranscriptionStarted = ReturnType<typeof TranscriptionStarted.create>;
