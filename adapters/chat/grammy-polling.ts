import { VendorError } from "../../core/errors.ts";
import type { ChatPolling } from "../../core/ports/chat.ts";
import { type GrammyOptions, grammyApi, translated } from "./grammy-client.ts";

/** How long Telegram holds a request back while nothing happens. */
const WAIT_SEC = 25;

/** Telegram asked for updates (Bot API, getUpdates). grammY's own loop is not used: it removes a webhook without a word. */
export function grammyPolling(options: GrammyOptions & { waitSec?: number }): ChatPolling {
  const { waitSec = WAIT_SEC } = options;
  const api = grammyApi(options, waitSec + 10);
  return {
    async hasWebhook() {
      try {
        const info: { url?: unknown } = await api.getWebhookInfo();
        return typeof info.url === "string" && info.url !== "";
      } catch (error) {
        throw translated(error);
      }
    },

    async next(after, signal) {
      let updates: unknown;
      try {
        updates = await api.getUpdates(
          {
            ...(after === null ? {} : { offset: after + 1 }),
            timeout: waitSec,
            // Sticky at Telegram: a list that was set for something else before would hold.
            allowed_updates: ["message", "callback_query"],
          },
          signal as Parameters<typeof api.getUpdates>[1],
        );
      } catch (error) {
        if (signal.aborted) return [];
        throw translated(error);
      }
      if (!Array.isArray(updates))
        throw new VendorError(
          "chat.no_updates",
          "what answers as Telegram has no updates: check TELEGRAM_API_ROOT",
        );
      return updates.flatMap((update: unknown) => {
        const id = (update as { update_id?: unknown } | null)?.update_id;
        return typeof id === "number" && Number.isSafeInteger(id)
          ? [{ id, update: JSON.stringify(update) }]
          : [];
      });
    },
  };
}
