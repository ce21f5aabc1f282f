import * as z from "zod";
import { defineEvent } from "./define.ts";

/** Nobody can be reached in a chat any more. Its subject is made of the chat's id. */
export const RecipientLost = defineEvent({
  type: "recipient.lost",
  version: 1,
  data: {
    /** ISO 8601; tells this loss from the next one. */
    since: z.iso.datetime(),
  },
});
export type RecipientLost = ReturnType<typeof RecipientLost.create>;

export function recipientLost(tenant: string, { ref, since }: { ref: string; since: string }): RecipientLost {
  return RecipientLost.create({
    tenant,
    subject: ref,
    time: new Date(since),
    distinct: since,
    data: { since },
  });
}
