import * as z from "zod";
import { defineEvent } from "./define.ts";

/** The call could not be scored, for a reason that lies in the call and that digests count. */
export const CallFailed = defineEvent({
  type: "call.failed",
  version: 1,
  data: { code: z.string().min(1), stage: z.string().min(1) },
});
export type CallFailed = ReturnType<typeof CallFailed.create>;
