import { messagesEn } from "./messages.en.ts";
import { type MessageTexts, messagesRu } from "./messages.ru.ts";

export type { MessageTexts };

/** In a file of its own: a bundle with split chunks loads together what one file imports. */
export function messageTextsFor(locale: "ru" | "en"): MessageTexts {
  return locale === "ru" ? messagesRu : messagesEn;
}
