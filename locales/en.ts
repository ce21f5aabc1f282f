import { bot } from "./bot.en.ts";
import { documentsEn } from "./documents.en.ts";
import { mcp } from "./mcp.en.ts";
import { messagesEn } from "./messages.en.ts";
import type { Texts } from "./ru.ts";
import { spreadsheetEn } from "./spreadsheet.en.ts";
import { verdictEn } from "./verdict.en.ts";

/** Every text a customer reads, in English. */
export const en: Texts = {
  ...messagesEn,
  verdict: verdictEn,
  bot,
  mcp,
  documents: documentsEn,
  spreadsheet: spreadsheetEn,
};
