import * as z from "zod";
import type { AppealDecided as Decided } from "../core/review.ts";
import { defineEvent } from "./define.ts";

/** A supervisor has decided an appeal, and whoever waits for it is to hear of it. What was decided stands in the call's folder. */
export const AppealDecided = defineEvent({
  type: "appeal.decided",
  version: 1,
  data: {
    criterionId: z.string().min(1),
    /** ISO 8601; which appeal, of several against the same verdict. */
    appealedAt: z.iso.datetime(),
  },
});
export type AppealDecided = ReturnType<typeof AppealDecided.create>;

export function appealDecided({ tenant, callId, criterionId, appealedAt, at }: Decided): AppealDecided {
  return AppealDecided.create({
    tenant,
    subject: callId,
    time: at,
    distinct: `${criterionId}:${appealedAt}`,
    data: { criterionId, appealedAt },
  });
}
