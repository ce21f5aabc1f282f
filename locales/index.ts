import { en } from "./en.ts";
import { ru, type Texts } from "./ru.ts";
import { verdictEn } from "./verdict.en.ts";
import { type VerdictTexts, verdictRu } from "./verdict.ru.ts";

export type { Texts };

export function textsFor(locale: "ru" | "en"): Texts {
  return locale === "ru" ? ru : en;
}

/** Of all texts those that stand in a scorecard: whoever asks for no others loads no others. */
export function verdictTextsFor(locale: "ru" | "en"): VerdictTexts {
  return locale === "ru" ? verdictRu : verdictEn;
}
