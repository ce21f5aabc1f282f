import * as z from "zod";
import { defineEvent } from "./define.ts";

/** The recording lies in the bucket. */
export const RecordingStored = defineEvent({
  type: "recording.stored",
  version: 1,
  data: { recordingKey: z.string().min(1) },
});
export type RecordingStored = ReturnType<typeof RecordingStored.create>;
