import * as z from "zod";
import { ConfigurationError, VendorError } from "../../core/errors.ts";
import { rows, Text } from "./bitrix24-call.ts";
import { SCORE_FIELD } from "./bitrix24-card.ts";
import { type Bitrix24RestOptions, bitrix24Rest } from "./bitrix24-rest.ts";

const OWNERS = { deal: "CRM_DEAL", lead: "CRM_LEAD" } as const;

export interface MadeField {
  of: keyof typeof OWNERS;
  name: string;
  state: "made" | "was there";
}

const Fields = z.object({ fields: rows(z.object({ ENTITYID: Text, FIELDNAME: Text, USERTYPEID: Text })) });

/** Makes the user field of the score for deals and leads, where it is not there yet: for an administrator, once. */
export async function makeScoreFields(
  options: Bitrix24RestOptions,
  label: { ru: string; en: string },
): Promise<MadeField[]> {
  const rest = bitrix24Rest(options);

  // Every refusal of these methods has an empty code (Bitrix24 docs, userfieldconfig-add).
  async function ask(method: string, parameters: object): Promise<unknown> {
    const reply = await rest.call(method, { moduleId: "crm", ...parameters }, [""]);
    if (reply) return reply.result;
    throw new ConfigurationError(
      "crm.setup_refused",
      `Bitrix24 refused ${method}: tick "crm" and "userfieldconfig" for the webhook in BITRIX24_WEBHOOK_URL, and let its owner be an administrator of the portal while this runs`,
    );
  }

  const filter = { fieldName: SCORE_FIELD };
  const listed = Fields.safeParse(
    await ask("userfieldconfig.list", { select: { 0: "*" }, filter, start: 0 }),
  );
  if (!listed.success)
    throw new VendorError("crm.unreadable_reply", "Bitrix24 listed its fields in an unknown shape");
  const made: MadeField[] = [];
  for (const [of, entityId] of Object.entries(OWNERS) as [keyof typeof OWNERS, string][]) {
    const known = listed.data.fields.find(
      ({ ENTITYID, FIELDNAME }) => ENTITYID === entityId && FIELDNAME === SCORE_FIELD,
    );
    if (known && known.USERTYPEID !== "integer" && known.USERTYPEID !== "double")
      throw new ConfigurationError(
        "crm.field_of_other_type",
        `the field ${SCORE_FIELD} of a ${of} is no number: remove it in the portal and run this again`,
      );
    if (!known) {
      const field = {
        entityId,
        fieldName: SCORE_FIELD,
        userTypeId: "integer",
        multiple: "N",
        mandatory: "N",
        showFilter: "I",
        showInList: "Y",
        editFormLabel: label,
        listColumnLabel: label,
        listFilterLabel: label,
      };
      await ask("userfieldconfig.add", { field });
    }
    made.push({ of, name: SCORE_FIELD, state: known ? "was there" : "made" });
  }
  return made;
}
