import { grammyPolling } from "../adapters/chat/grammy-polling.ts";
import type { Clock } from "../core/clock.ts";
import type { Config, Environment } from "../core/config.ts";
import type { ChatPolling } from "../core/ports/chat.ts";
import { ownMachine } from "./deps-own-machine.ts";
import { configure as configureRoot, once, root } from "./deps-root.ts";

/**
 * The composition root, the only place that knows the vendors. `deps-<function>.ts` gives one function its ports; everything is made on
 * first use and once per process, so a function needs only the variables of the vendors it talks to. A handler imports its own piece
 * alone, so that its bundle holds no driver of another; whoever runs all functions in one process finds them together here.
 */

export { openBot } from "./deps-bot.ts";
export { openHealth } from "./deps-health.ts";
export { openIngest } from "./deps-ingest.ts";
export { openMcp } from "./deps-mcp.ts";
export { openReport } from "./deps-report.ts";
export { openReview } from "./deps-review.ts";
export {
  base,
  closeDeps,
  conditionalWrites,
  type Queue,
  queueDefinitions,
  settingsOf,
  store,
} from "./deps-root.ts";
export { openSchedule } from "./deps-schedule.ts";
export { openScore } from "./deps-score.ts";
export { openSweep } from "./deps-sweep.ts";
export { openTranscribe } from "./deps-transcribe.ts";
export { openWebhook } from "./deps-webhook.ts";

/** Starts afresh with another environment or clock: for whoever runs the handlers outside Lambda. */
export function configure(options: { env: Environment; clock?: Clock }): Config {
  return configureRoot({ ...options, ownMachine });
}

/** Where no webhook brings them, updates of the bot are asked for; null when there is no bot. */
export function openChatPolling(): ChatPolling | null {
  const { telegram } = root().config;
  return telegram && once("chat-polling", () => grammyPolling(telegram));
}
