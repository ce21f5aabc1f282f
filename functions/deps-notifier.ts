import { telegram } from "../adapters/notify/telegram.ts";
import { rememberedChats } from "../core/remembered-chats.ts";
import { recipientLost } from "../events/recipient-lost.ts";
import { base, once, root } from "./deps-root.ts";
import { send, watched } from "./deps-watched.ts";

export async function notifier() {
  const { config, clock } = root();
  return once("notifier", () =>
    config.telegram ? watched("notify", telegram({ ...config.telegram, clock, chats: chats() })) : null,
  );
}

/** What is known of chats that have moved or were lost. */
function chats() {
  const { store, clock } = base();
  const { tenant } = root().config;
  return rememberedChats({ store, tenant, clock, announce: (lost) => send(recipientLost(tenant, lost)) });
}
