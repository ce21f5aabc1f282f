import { en } from "./en.ts";
import { ru, type Texts } from "./ru.ts";

export type { Texts };

export function textsFor(locale: "ru" | "en"): Texts {
  return locale === "ru" ? ru : en;
}
