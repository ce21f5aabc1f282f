import * as z from "zod";
import { VendorName } from "../core/vendor-health.ts";
import { defineEvent } from "./define.ts";

/** A vendor whose trouble was announced answers again. */
export const VendorRecovered = defineEvent({
  type: "vendor.recovered",
  version: 1,
  data: { vendor: VendorName, since: z.iso.datetime() },
});
export type VendorRecovered = ReturnType<typeof VendorRecovered.create>;
