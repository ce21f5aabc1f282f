import { WriteBack } from "../core/write-back.ts";
import { defineEvent } from "./define.ts";

/** A scored call stands in the index; one thing of it is to be written into the CRM. */
export const WritebackDue = defineEvent({
  type: "writeback.due",
  version: 1,
  data: { what: WriteBack },
});
export type WritebackDue = ReturnType<typeof WritebackDue.create>;
