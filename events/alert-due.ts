import * as z from "zod";
import { defineEvent } from "./define.ts";

/** A call was scored so badly that somebody is to hear of it at once. */
export const AlertDue = defineEvent({
  type: "alert.due",
  version: 1,
  data: { scorecardKey: z.string().min(1) },
});
export type AlertDue = ReturnType<typeof AlertDue.create>;
