import * as z from "zod";
import { defineEvent } from "./define.ts";

/** A recording cannot be fetched with the rights that we have: somebody is asked to send it in. */
export const RecordingRequested = defineEvent({
  type: "recording.requested",
  version: 1,
  data: {
    /** Why, e.g. `crm.recording_forbidden`. */
    code: z.string().min(1),
  },
});
export type RecordingRequested = ReturnType<typeof RecordingRequested.create>;
