import * as z from "zod";
import { readBucket, readQueues } from "./config-cloud.ts";
import { ConfigurationError } from "./errors.ts";
import { defaultSettings, Settings } from "./settings.ts";
import { readListedHost } from "./url-gate.ts";
import { WriteBack } from "./write-back.ts";

/** The only file that knows the environment's variables. Each is read when it is needed, so a function asks only for its own. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value that says "we do not use this vendor". */
const OFF = "off";

const purposes = {
  BITRIX24_WEBHOOK_URL:
    "the portal's inbound webhook, https://<portal>/rest/<user>/<secret>/, to look up calls and fetch recordings",
  BITRIX24_APPLICATION_TOKEN: "the outbound webhook's token, to know the portal's events from forged ones",
  SBER_OAUTH_CLIENT_ID: "the client id of the SaluteSpeech project, to have recordings transcribed",
  SBER_OAUTH_CLIENT_SECRET: "the client secret of the SaluteSpeech project, to have recordings transcribed",
  LLM_BASE_URL:
    "the address of an OpenAI-compatible service, e.g. https://api.openai.com/v1, to judge semantic criteria (or off)",
  LLM_API_KEY: "the key for LLM_BASE_URL",
  LLM_MODEL: "the model to ask at LLM_BASE_URL",
  LLM_FALLBACK_BASE_URL:
    "the address of the service that is asked while the one of LLM_BASE_URL is down; set all three LLM_FALLBACK_… or none",
  LLM_FALLBACK_API_KEY: "the key for LLM_FALLBACK_BASE_URL; set all three LLM_FALLBACK_… or none",
  LLM_FALLBACK_MODEL: "the model to ask at LLM_FALLBACK_BASE_URL; set all three LLM_FALLBACK_… or none",
  TELEGRAM_BOT_TOKEN: "the bot's token from @BotFather, to send digests (or off)",
  TELEGRAM_CHAT_ID: "the chat that gets the digests",
} as const;

type Required = keyof typeof purposes;

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: Environment) {
  const optional = (name: string): string | undefined => env[name]?.trim() || undefined;
  const required = (name: Required): string => {
    const value = optional(name);
    if (value === undefined)
      throw new ConfigurationError("config.missing", `${name} is missing: it is ${purposes[name]}`);
    return value;
  };
  const parsed = <T>(name: string, schema: z.ZodType<T>, fallback: string): T => {
    const result = schema.safeParse(optional(name) ?? fallback);
    if (result.success) return result.data;
    throw new ConfigurationError(
      "config.malformed",
      `${name} is malformed: ${result.error.issues[0]?.message}`,
    );
  };
  const wholeNumber = (name: string, fallback: number, least: number, most: number): number =>
    parsed(
      name,
      z.coerce
        .number(`a whole number is expected, e.g. ${fallback}`)
        .int(`a whole number is expected, e.g. ${fallback}`)
        .min(least, `at least ${least}`)
        .max(most, `at most ${most}`),
      String(fallback),
    );
  /** An address of a vendor: https, or http on this machine only, so that no key travels in the clear. */
  const address = (name: string, value: string): string => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
      throw new ConfigurationError(
        "config.malformed",
        `${name} is malformed: an address like https://… is expected`,
      );
    }
    if (url.protocol === "http:" && !isLoopback(url.hostname)) {
      throw new ConfigurationError(
        "config.malformed",
        `${name} must begin with https://: plain http is for this machine only`,
      );
    }
    return value;
  };
  const days = (name: string, least: number): number | null =>
    optional(name) === undefined ? null : wholeNumber(name, 90, least, 36_500);
  const optionalAddress = (name: string) => {
    const value = optional(name);
    return value === undefined ? undefined : address(name, value);
  };
  /** Hosts separated by commas, each as {@link readListedHost} wants it. */
  const hostList = (name: string): string[] => {
    const entries = (optional(name) ?? "").split(",").filter((entry) => entry.trim() !== "");
    return entries.map((entry, index) => {
      const read = readListedHost(entry);
      if ("pattern" in read) return read.pattern;
      const why =
        read.refused === "inner"
          ? "is not on the public internet, and from elsewhere no recording is fetched"
          : "is no host like pbx.example.com, *.example.com or pbx.example.com:8443 (without https:// and without a path)";
      throw new ConfigurationError("config.malformed", `${name} is malformed: entry ${index + 1} ${why}`);
    });
  };

  return {
    get port() {
      return wholeNumber("PORT", 3000, 0, 65535);
    },
    /** Undefined: every address of the machine. */
    get listenHost(): string | undefined {
      const host = optional("LISTEN_HOST");
      if (host === undefined || z.union([z.ipv4(), z.ipv6()]).safeParse(host).success) return host;
      throw new ConfigurationError(
        "config.malformed",
        "LISTEN_HOST is malformed: an address of this machine like 127.0.0.1 is expected",
      );
    },
    get dataDir() {
      return optional("DATA_DIR") ?? ".data";
    },
    get tenant() {
      return parsed(
        "TENANT",
        z.string().regex(/^(?!\.+$)[A-Za-z0-9._-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ - are expected"),
        "default",
      );
    },
    get sweepEverySec() {
      return wholeNumber("SWEEP_EVERY_SEC", 600, 10, 86_400);
    },
    get settings(): Settings {
      const { timeZone, locale, digestAt, minCallSec } = defaultSettings;
      return {
        ...defaultSettings,
        timeZone: parsed("TIME_ZONE", Settings.shape.timeZone, timeZone),
        locale: parsed("LOCALE", Settings.shape.locale, locale),
        digestAt: parsed("DIGEST_AT", Settings.shape.digestAt, digestAt),
        minCallSec: wholeNumber("MIN_CALL_SEC", minCallSec, 0, 86_400),
        retentionDays: days("RETENTION_DAYS", 1),
        audioRetentionDays: days("AUDIO_RETENTION_DAYS", 0),
      };
    },
    get bitrix24() {
      const hosts = hostList("BITRIX24_RECORDING_HOSTS");
      return {
        webhookUrl: address("BITRIX24_WEBHOOK_URL", required("BITRIX24_WEBHOOK_URL")),
        ...(hosts.length > 0 ? { allowedRecordingHosts: hosts } : {}),
      };
    },
    /** What of each scored call is written into the portal; nothing unless somebody asks for it. */
    get bitrix24WriteBack(): WriteBack[] {
      const words = (optional("BITRIX24_WRITE_BACK") ?? OFF).split(",").map((word) => word.trim());
      if (words.length === 1 && words[0] === OFF) return [];
      if (words.length === 1 && words[0] === "all") return [...WriteBack.options];
      const kinds = z.array(WriteBack).safeParse(words);
      if (kinds.success) return WriteBack.options.filter((kind) => kinds.data.includes(kind));
      throw new ConfigurationError(
        "config.malformed",
        "BITRIX24_WRITE_BACK is malformed: off, all, or some of comment, transcript and field with commas between them is expected",
      );
    },
    get bitrix24ApplicationToken() {
      return optional("BITRIX24_APPLICATION_TOKEN");
    },
    get saluteSpeech() {
      return {
        clientId: required("SBER_OAUTH_CLIENT_ID"),
        clientSecret: required("SBER_OAUTH_CLIENT_SECRET"),
        scope: this.saluteSpeechScope,
        ...present("oauthUrl", optionalAddress("SALUTESPEECH_OAUTH_URL")),
        ...present("apiUrl", optionalAddress("SALUTESPEECH_API_URL")),
      };
    },
    get saluteSpeechScope() {
      return optional("SALUTESPEECH_SCOPE") ?? "SALUTE_SPEECH_PERS";
    },
    get saluteSpeechCaFile() {
      return optional("SALUTESPEECH_CA_FILE");
    },
    /** Null when there is no model on purpose. */
    get llm() {
      if (optional("LLM_BASE_URL") === OFF) return null;
      return {
        baseUrl: address("LLM_BASE_URL", required("LLM_BASE_URL")),
        apiKey: required("LLM_API_KEY"),
        model: required("LLM_MODEL"),
      };
    },
    /** The model that is asked while the first is down; null when there is none. */
    get llmFallback() {
      const names = ["LLM_FALLBACK_BASE_URL", "LLM_FALLBACK_API_KEY", "LLM_FALLBACK_MODEL"];
      if (names.every((name) => optional(name) === undefined)) return null;
      return {
        baseUrl: address("LLM_FALLBACK_BASE_URL", required("LLM_FALLBACK_BASE_URL")),
        apiKey: required("LLM_FALLBACK_API_KEY"),
        model: required("LLM_FALLBACK_MODEL"),
      };
    },
    /** Whether the three variables of the model are there, for commands that can do without. */
    get hasLlm() {
      return (
        optional("LLM_BASE_URL") !== OFF &&
        ["LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"].every((name) => optional(name))
      );
    },
    /** Null when there is no Telegram on purpose. */
    get telegram() {
      if (optional("TELEGRAM_BOT_TOKEN") === OFF) return null;
      return {
        token: required("TELEGRAM_BOT_TOKEN"),
        chatId: required("TELEGRAM_CHAT_ID"),
        ...present("apiRoot", optionalAddress("TELEGRAM_API_ROOT")),
      };
    },
    /** What the messenger sends with every update; without it none is taken. */
    get telegramWebhookSecret() {
      const secret = optional("TELEGRAM_WEBHOOK_SECRET");
      if (secret === undefined || /^[A-Za-z0-9_-]{1,256}$/.test(secret)) return secret;
      throw new ConfigurationError(
        "config.malformed",
        "TELEGRAM_WEBHOOK_SECRET is malformed: 1 to 256 of A-Z a-z 0-9 _ - are expected",
      );
    },
    get adminToken() {
      return optional("ADMIN_TOKEN");
    },
    /** Undefined: the embedded bucket in DATA_DIR. */
    get s3() {
      return readBucket({ optional, optionalAddress, parsed });
    },
    /** Undefined: the embedded queues in DATA_DIR. */
    get sqs() {
      return readQueues({ optional, optionalAddress, parsed });
    },
  };
}

function present<Name extends string>(name: Name, value: string | undefined): { [key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: string });
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
