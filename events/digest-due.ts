import * as z from "zod";
import { ReportPeriod } from "../core/report.ts";
import { dayPeriod, periodName } from "../core/report-period.ts";
import { defineEvent } from "./define.ts";

const Version1 = z.object({ day: z.iso.date() });

/** A digest is to be sent. Its subject is the name of the period. */
export const DigestDue = defineEvent({
  type: "digest.due",
  version: 2,
  data: ReportPeriod.shape,
  upcast: { 1: (data) => dayPeriod(Version1.parse(data).day) },
});
export type DigestDue = ReturnType<typeof DigestDue.create>;

export function digestDue(due: { tenant: string; period: ReportPeriod; time: Date }): DigestDue {
  const { tenant, period, time } = due;
  return DigestDue.create({ tenant, subject: periodName(period), time, data: period });
}
