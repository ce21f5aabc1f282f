import * as z from "zod";

/** What of a scored call can be written into the CRM. */
export const WriteBack = z.enum(["comment", "transcript", "field"]);
export type WriteBack = z.infer<typeof WriteBack>;

/** The vendor's name for each kind: one that is refused pauses neither the others nor the reading of calls. */
export const writeBackVendor = {
  comment: "crm-comment",
  transcript: "crm-transcript",
  field: "crm-field",
} as const satisfies Record<WriteBack, string>;
