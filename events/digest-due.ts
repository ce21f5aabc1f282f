import * as z from "zod";
import { defineEvent } from "./define.ts";

/** A digest is to be sent. */
export const DigestDue = defineEvent({
  type: "digest.due",
  version: 1,
  data: { day: z.iso.date() },
});
export type DigestDue = ReturnType<typeof DigestDue.create>;
