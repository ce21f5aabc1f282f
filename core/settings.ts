import * as z from "zod";

export const Locale = z.enum(["ru", "en"]);
export type Locale = z.infer<typeof Locale>;

const TimeZone = z.string().refine(isTimeZone, "not a time zone of the IANA database, e.g. Europe/Moscow");
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day as HH:MM, e.g. 19:00");

/** What a tenant can set for itself. Secrets and vendors' addresses are never among it. */
export const Settings = z.object({
  timeZone: TimeZone,
  locale: Locale,
  /** When the digest of the day is sent, in the tenant's time zone. */
  digestAt: TimeOfDay,
  /** Shorter calls are skipped. */
  minCallSec: z.number().nonnegative(),
  /** On stereo recordings: the channel of the agent. */
  agentChannel: z.number().int().nonnegative(),
  /** The kinds of call that the company knows. */
  callTypes: z.array(z.string().min(1)).min(1),
  /** How the company calls itself on the phone; `{company}` in a checklist's phrases stands for any of them. */
  companyNames: z.array(z.string().regex(/\p{L}/u, "a company's name has letters")),
  /** Phones, cards, e-mails, passports, INN and SNILS are masked before a text goes to the model. */
  maskPersonalData: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

const defaultCallTypes = ["first-sale", "repeat-sale", "booking", "support", "secretary", "wrong-number"];

/** Where neither the environment nor the tenant says anything else. */
export const defaultSettings: Settings = {
  timeZone: "Europe/Moscow",
  locale: "ru",
  digestAt: "19:00",
  minCallSec: 20,
  agentChannel: 0,
  callTypes: defaultCallTypes,
  companyNames: [],
  maskPersonalData: true,
};

/** `settings/<tenant>.json` overrides the environment, field by field. */
export const SettingsOverride = Settings.partial();
export type SettingsOverride = z.infer<typeof SettingsOverride>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
