import type { textsFor } from "../../locales/index.ts";
import type { Session } from "./ports.ts";

/** How the short texts say what the data beside them say for programs: numbers and reasons in the company's language, times by its clock. */

type Texts = ReturnType<typeof textsFor>;

export function scoreShown(percent: number | null, { mcp, number }: Texts): string {
  return mcp.score(percent === null ? null : number(percent));
}

/** Why there is no score. A code that has no words yet stands for itself. */
export function reasonShown(code: string, { outcomes }: Texts): string {
  return Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : code;
}

/** «2026-11-19 15:10»: with its year and without a zone, so that nobody reckons with it once more. */
export function momentShown(at: string, { settings }: Pick<Session, "settings">): string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: settings.timeZone,
  });
  return format.format(new Date(at));
}
