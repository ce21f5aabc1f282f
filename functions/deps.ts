import { grammyPolling } from "../adapters/chat/grammy-polling.ts";
import { bitrix24CardUrl } from "../adapters/crm/bitrix24-portal.ts";
import { bitrix24Webhook } from "../adapters/crm/bitrix24-webhook.ts";
import { describeError } from "../core/describe-error.ts";
import type { ChatPolling } from "../core/ports/chat.ts";
import type { ReviewPorts } from "../core/review.ts";
import { scoreChanged } from "../events/score-changed.ts";
import type { BotPorts } from "./bot/ports.ts";
import { base, once, type Queue, queue, root, settingsOf } from "./deps-root.ts";
import {
  chat,
  crm,
  crmWriter,
  droppedRows,
  index,
  llm,
  notifier,
  recognitionsAtOnce,
  send,
  speech,
} from "./deps-vendors.ts";
import type { IngestPorts } from "./ingest/stage.ts";
import type { SweepPorts } from "./ingest/sweep.ts";
import type { WebhookPorts } from "./ingest/webhook.ts";
import type { McpPorts } from "./mcp/ports.ts";
import type { ReportPorts } from "./report/stage.ts";
import type { ScorePorts } from "./score/stage.ts";
import type { TranscribePorts } from "./transcribe/stage.ts";

/**
 * The composition root: the only file that knows the vendors. Each `open…` gives one function its ports; everything is made on
 * first use and once per process, so a function needs only the variables of the vendors it talks to.
 */

export {
  base,
  closeDeps,
  configure,
  type Queue,
  queueDefinitions,
  queuePrefix,
  settingsOf,
} from "./deps-root.ts";

export const openIngest = async (): Promise<IngestPorts & { queue: Queue }> => ({
  ...base(),
  crm,
  settingsOf,
});
export const openTranscribe = async (): Promise<TranscribePorts & { queue: Queue }> => ({
  ...base(),
  speech,
  slots: recognitionsAtOnce(),
  settingsOf,
});
export const openScore = async (): Promise<ScorePorts & { queue: Queue }> => ({ ...base(), llm, settingsOf });
export const openReport = async (): Promise<ReportPorts & { queue: Queue }> => ({
  ...base(),
  notifier,
  settingsOf,
  index,
  upkeep: index,
  writeBack: { kinds: root().config.bitrix24WriteBack, writer: crmWriter },
  cardUrl: (card) => bitrix24CardUrl(root().config.bitrix24.webhookUrl, card),
});
export const openSweep = async (): Promise<SweepPorts> => ({
  ...base(),
  tenant: root().config.tenant,
  everySec: root().config.sweepEverySec,
  crm,
  takeDroppedRows: () => {
    const dropped = droppedRows();
    const { count } = dropped;
    dropped.count = 0;
    return count;
  },
  settingsOf,
});
export const openReview = async (): Promise<ReviewPorts> => ({
  ...base(),
  announce: (changed) => send(scoreChanged(changed)),
});
export const openWebhook = async (): Promise<WebhookPorts> => ({
  webhook: once("webhook", () =>
    bitrix24Webhook({ applicationToken: root().config.bitrix24ApplicationToken }),
  ),
  queue: queue(),
  clock: root().clock,
  tenant: root().config.tenant,
  // The notice is never repeated, so it must not wait for a bucket that is down or settings that are broken.
  settingsOf: (tenant) => settingsOf(tenant).catch(() => root().config.settings),
});
export const openBot = async (): Promise<BotPorts> => {
  const { store, clock, announce } = await openReview();
  const { config } = root();
  const { tenant, telegram, telegramWebhookSecret: secret } = config;
  const ownChat = telegram?.chatId ?? null;
  return { store, clock, tenant, secret, ownChat, settingsOf, index, chat, notifier, llm, speech, announce };
};
export const openMcp = async (): Promise<McpPorts> => {
  const { tenant, adminToken } = root().config;
  return { ...(await openReview()), ...base(), tenant, adminToken, settingsOf, index, crm, llm, onFailure };
};

/** Nothing of what was asked or found, and not on standard output, where a protocol may run. */
function onFailure(tool: string, error: unknown): void {
  const line = { level: "ERROR", message: "mcp failed", tool, ...describeError(error) };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** Where no webhook brings them, updates of the bot are asked for; null when there is no bot. */
export function openChatPolling(): ChatPolling | null {
  const { telegram } = root().config;
  return telegram && once("chat-polling", () => grammyPolling(telegram));
}
