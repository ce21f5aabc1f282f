import * as z from "zod";
import { VendorName } from "../core/vendor-health.ts";
import { defineEvent } from "./define.ts";

/** A vendor refuses us or has been down for a while: its stage waits, and somebody should know. */
export const VendorPaused = defineEvent({
  type: "vendor.paused",
  version: 1,
  data: {
    vendor: VendorName,
    /** An own error's code. */
    code: z.string().min(1),
    /** ISO 8601; tells this trouble from the next one. */
    since: z.iso.datetime(),
  },
});
export type VendorPaused = ReturnType<typeof VendorPaused.create>;
