import * as z from "zod";
import { ConfigurationError } from "./errors.ts";

export const Locale = z.enum(["ru", "en"]);
export type Locale = z.infer<typeof Locale>;

const TimeZone = z.string().refine(isTimeZone, "not a time zone of the IANA database, e.g. Europe/Moscow");
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day as HH:MM, e.g. 19:00");

/** What the vendors ask, to say in a digest what it cost. */
export const Prices = z.object({
  /** ISO 4217, e.g. RUB. */
  currency: z.string().regex(/^[A-Z]{3}$/, "a currency as three letters, e.g. RUB"),
  /** A minute of recognised speech; each channel of a recording is a minute of its own. */
  speechMinute: z.number().nonnegative(),
  /** A million tokens of the questions to the model, and of its answers. */
  promptTokens: z.number().nonnegative(),
  completionTokens: z.number().nonnegative(),
});
export type Prices = z.infer<typeof Prices>;

/** What a tenant can set for itself. Secrets and vendors' addresses are never among it. */
export const Settings = z.object({
  timeZone: TimeZone,
  locale: Locale,
  /** When digests are sent, in the tenant's time zone. Before noon: about the day before. */
  digestAt: TimeOfDay,
  /** Which: of every day, on Mondays of the week that has ended, on the 1st of the month that has ended. */
  digests: z.array(z.enum(["day", "week", "month"])),
  /** Null: the digest tells minutes and tokens alone. */
  prices: Prices.nullable(),
  /** Whether charts, PDF and Excel come after a digest's text. */
  digestFiles: z.boolean(),
  /** Alerts about single calls in an hour; those above it come together at the end of the hour. */
  alertsPerHour: z.number().int().nonnegative(),
  /** Shorter calls are skipped. */
  minCallSec: z.number().nonnegative(),
  /** On stereo recordings: the channel of the agent. */
  agentChannel: z.number().int().nonnegative(),
  /** The kinds of call that the company knows; one that stands twice would never be clearer than itself. */
  callTypes: z
    .array(z.string().min(1))
    .min(1)
    .transform((types) => [...new Set(types)]),
  /** How the company calls itself on the phone; `{company}` in a checklist's phrases stands for any of them. */
  companyNames: z.array(z.string().regex(/\p{L}/u, "a company's name has letters")),
  /** Phones, cards, e-mails, passports, INN and SNILS are masked before a text goes to the model. */
  maskPersonalData: z.boolean(),
  /** Days for which recordings, transcripts, quotes and clients' phones are kept; null: for good. */
  retentionDays: z.number().int().min(1).max(36_500).nullable(),
  /** Days for which recordings are kept, where that is not so long. 0: until the call is scored. */
  audioRetentionDays: z.number().int().min(0).max(36_500).nullable(),
  /** Chats besides the company's own that may ask the bot about everybody: a person's number or a group's. */
  chats: z.array(z.string().regex(/^-?\d{1,16}$/, "a chat is a number")),
  /** Which agent a person of the messenger is, by the person's number; he asks the bot about his own calls. */
  agents: z.record(z.string().regex(/^\d{1,16}$/, "a person is a number"), z.string().min(1)),
});
export type Settings = z.infer<typeof Settings>;

const defaultCallTypes = ["first-sale", "repeat-sale", "booking", "support", "secretary", "wrong-number"];

/** Where neither the environment nor the tenant says anything else. */
export const defaultSettings: Settings = {
  timeZone: "Europe/Moscow",
  locale: "ru",
  digestAt: "19:00",
  digests: ["day", "week"],
  prices: null,
  digestFiles: true,
  alertsPerHour: 10,
  minCallSec: 20,
  agentChannel: 0,
  callTypes: defaultCallTypes,
  companyNames: [],
  maskPersonalData: true,
  retentionDays: null,
  audioRetentionDays: null,
  chats: [],
  agents: {},
};

/** `settings/<tenant>.json` overrides the environment, field by field. */
export const SettingsOverride = Settings.partial();
export type SettingsOverride = z.infer<typeof SettingsOverride>;

/** @throws ConfigurationError that names the object, and nothing in it */
export function readSettingsOverride(tenant: string, text: string): Partial<Settings> {
  try {
    const override = SettingsOverride.parse(JSON.parse(text));
    return Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined));
  } catch {
    throw new ConfigurationError(
      "settings.malformed",
      `settings/${tenant}.json in the bucket is malformed: correct it or remove it`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
