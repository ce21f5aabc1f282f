import type { Clock } from "../../core/clock.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import type { Chat } from "../../core/ports/chat.ts";
import type { Llm } from "../../core/ports/llm.ts";
import type { Notifier } from "../../core/ports/notify.ts";
import type { Speech } from "../../core/ports/speech.ts";
import type { Store } from "../../core/ports/store.ts";
import type { ReviewPorts } from "../../core/review.ts";
import type { Settings } from "../../core/settings.ts";

export interface BotPorts extends ReviewPorts {
  store: Store;
  clock: Clock;
  tenant: string;
  /** What the messenger sends with each update; without it no update of the webhook is taken. */
  secret: string | undefined;
  /** The company's chat, whose members may ask about everybody. */
  ownChat: string | null;
  settingsOf(tenant: string): Promise<Settings>;
  index(): Promise<CallIndex>;
  /** Null when the company uses no messenger. */
  chat(): Promise<Chat | null>;
  notifier(): Promise<Notifier | null>;
  /** Null when there is no model: then rules alone read the questions. */
  llm(): Promise<Llm | null>;
  speech(): Promise<Speech>;
}
