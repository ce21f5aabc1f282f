import { bot } from "./bot.ru.ts";
import { documentsRu } from "./documents.ru.ts";
import { mcp } from "./mcp.ru.ts";
import { messagesRu } from "./messages.ru.ts";
import { spreadsheetRu } from "./spreadsheet.ru.ts";
import { verdictRu } from "./verdict.ru.ts";

/** Every text a customer reads, in Russian. `en.ts` must have the same shape, or the project does not compile. */
export const ru = {
  ...messagesRu,
  verdict: verdictRu,
  bot,
  mcp,
  documents: documentsRu,
  spreadsheet: spreadsheetRu,
};

export type Texts = typeof ru;
