import * as z from "zod";
import { endOfHour } from "../core/alerts.ts";
import { defineEvent } from "./define.ts";

/** There were more alerts in an hour than are sent one by one: the others come together at its end. Its subject is the hour. */
export const AlertsBundled = defineEvent({
  type: "alerts.bundled",
  version: 1,
  data: {
    /** Of UTC: `2026-11-20T15`. */
    hour: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/),
  },
});
export type AlertsBundled = ReturnType<typeof AlertsBundled.create>;

/** To be handled when the hour is over. */
export function alertsBundled(tenant: string, hour: string): AlertsBundled {
  const time = endOfHour(hour);
  return {
    ...AlertsBundled.create({ tenant, subject: hour, time, data: { hour } }),
    notbefore: time.toISOString(),
  };
}
