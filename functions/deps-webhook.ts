import { bitrix24Webhook } from "../adapters/crm/bitrix24-webhook.ts";
import { once, root, sender } from "./deps-root.ts";
import type { WebhookPorts } from "./ingest/webhook.ts";

/** Without the bucket: a portal waits for its answer, and a cold start of this function must be short. */
export const openWebhook = async (): Promise<WebhookPorts> => ({
  webhook: once("webhook", () =>
    bitrix24Webhook({ applicationToken: root().config.bitrix24ApplicationToken }),
  ),
  queue: sender(),
  clock: root().clock,
  tenant: root().config.tenant,
  // The notice is never repeated, so it must not wait for a bucket. Where the tenant's own settings say another time zone, ingest mends the id.
  settingsOf: async () => root().config.settings,
});
