import { grammyChat } from "../adapters/chat/grammy.ts";
import type { BotPorts } from "./bot/ports.ts";
import { index } from "./deps-index.ts";
import { llm } from "./deps-llm.ts";
import { notifier } from "./deps-notifier.ts";
import { openReview } from "./deps-review.ts";
import { once, root, settingsOf } from "./deps-root.ts";
import { speech } from "./deps-speech.ts";

export const openBot = async (): Promise<BotPorts> => {
  const review = await openReview();
  const { config } = root();
  const { tenant, telegram, telegramWebhookSecret: secret } = config;
  const ownChat = telegram?.chatId ?? null;
  return { ...review, tenant, secret, ownChat, settingsOf, index, chat, notifier, llm, speech };
};

/** Not watched: whoever has asked waits, and hears at once that it did not work. */
async function chat() {
  const { telegram } = root().config;
  return telegram && once("chat", () => grammyChat(telegram));
}
