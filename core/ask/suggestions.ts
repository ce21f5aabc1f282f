import type { Unclear } from "./asked.ts";

/** Longer sentences are not worth a button. */
const MAX_LENGTH = 60;
const PERIODS = {
  ru: ["за сегодня", "за вчера", "за неделю", "за месяц"],
  en: ["today", "yesterday", "last 7 days", "this month"],
};
const WISHES = {
  ru: ["сводка", "худшие звонки", "лучшие звонки"],
  en: ["digest", "worst calls", "best calls"],
};
const STARTERS = {
  ru: ["сводка за вчера", "худшие звонки за вчера", "помощь"],
  en: ["digest yesterday", "worst calls yesterday", "help"],
};

/** The sentence once more with what it lacks, in the language in which it was typed; each is understood when it is sent back. */
export function suggestionsFor(
  text: string,
  missing: Unclear["missing"],
  hasPeriod: boolean,
  locale?: "ru" | "en",
): string[] {
  const typedIn = /[а-яё]/i.test(text) || !/[a-z]/i.test(text) ? "ru" : "en";
  const language = locale ?? typedIn;
  const isShort = text.length <= MAX_LENGTH;
  if (missing === "period" && isShort)
    return PERIODS[language].map((period) => `${text.replace(/[\s.!?,]+$/, "")} ${period}`);
  if (missing === "intent" && hasPeriod && isShort) return WISHES[language].map((wish) => `${wish} ${text}`);
  return STARTERS[language];
}
