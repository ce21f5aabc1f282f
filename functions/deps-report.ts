import { bitrix24CardUrl } from "../adapters/crm/bitrix24-portal.ts";
import { bitrix24Writer } from "../adapters/crm/bitrix24-writer.ts";
import { writeBackVendor } from "../core/write-back.ts";
import { crmPace } from "./deps-crm-pace.ts";
import { index } from "./deps-index.ts";
import { notifier } from "./deps-notifier.ts";
import { base, once, type Queue, root, settingsOf } from "./deps-root.ts";
import { watched } from "./deps-watched.ts";
import type { ReportPorts } from "./report/stage.ts";

export const openReport = async (): Promise<ReportPorts & { queue: Queue }> => ({
  ...base(),
  notifier,
  settingsOf,
  index,
  upkeep: index,
  writeBack: { kinds: root().config.bitrix24WriteBack, writer: crmWriter },
  cardUrl: (card) => bitrix24CardUrl(root().config.bitrix24.webhookUrl, card),
});

/** The rights to write are given kind by kind, so each is watched by itself. */
const crmWriter: NonNullable<ReportPorts["writeBack"]>["writer"] = async (what) => {
  const options = { webhookUrl: root().config.bitrix24.webhookUrl, clock: root().clock, pace: crmPace() };
  return once(`crm-writer/${what}`, () => watched(writeBackVendor[what], bitrix24Writer(options)));
};
