import { makeScoreFields } from "../../adapters/crm/bitrix24-score-field.ts";
import type { Config } from "../../core/config.ts";
import { textsFor } from "../../locales/index.ts";

/** Makes the field that scores are written to, in the portal of BITRIX24_WEBHOOK_URL. May be run again. */
export async function runCrmSetup(config: Config): Promise<void> {
  const label = { ru: textsFor("ru").crmComment.field, en: textsFor("en").crmComment.field };
  const { webhookUrl } = config.bitrix24;
  for (const { of, name, state } of await makeScoreFields({ webhookUrl }, label))
    console.log(`${name} of a ${of}: ${state}`);
  if (!config.bitrix24WriteBack.includes("field"))
    console.log("Scores are written to it once BITRIX24_WRITE_BACK holds field, or is all.");
}
