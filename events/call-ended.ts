import * as z from "zod";
import { Direction } from "../core/call.ts";
import { defineEvent } from "./define.ts";

/**
 * A call is over. What the CRM's notice did not say is null and looked up later.
 * Of an upload: audio stands under `uploads/`.
 */
export const CallEnded = defineEvent({
  type: "call.ended",
  version: 1,
  data: {
    source: z.enum(["bitrix24", "upload"]),
    /** The CRM's own id; of an upload: the fingerprint under which its key is kept, since a file's name can be a person's. */
    nativeId: z.string().min(1),
    startedAt: z.string().nullable(),
    durationSec: z.number().nullable(),
    direction: Direction.nullable(),
    kind: z.enum(["client", "internal", "info"]).nullable(),
    missed: z.boolean().nullable(),
    agentId: z.string().nullable(),
    /** A person has sent in the recording of this call: the fingerprint under which the file's key is kept. */
    sentIn: z.string().optional(),
  },
});
export type CallEnded = ReturnType<typeof CallEnded.create>;
