import * as z from "zod";
import type { AppealMade as Made } from "../core/review.ts";
import { defineEvent } from "./define.ts";

/** Somebody does not agree with a verdict, and a supervisor is to decide. What was said stands in the call's folder. */
export const AppealMade = defineEvent({
  type: "appeal.made",
  version: 1,
  data: {
    criterionId: z.string().min(1),
    /** ISO 8601; tells this appeal from a later one against the same verdict. */
    appealedAt: z.iso.datetime(),
  },
});
export type AppealMade = ReturnType<typeof AppealMade.create>;

export function appealMade({ tenant, callId, criterionId, appealedAt }: Made): AppealMade {
  return AppealMade.create({
    tenant,
    subject: callId,
    time: new Date(appealedAt),
    distinct: `${criterionId}:${appealedAt}`,
    data: { criterionId, appealedAt },
  });
}
