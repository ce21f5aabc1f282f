/** Which variables of the environment (.env.example) go to the functions, by who needs them. */

export const variablesOf = {
  webhookToken: ["BITRIX24_APPLICATION_TOKEN"],
  crm: ["BITRIX24_WEBHOOK_URL", "BITRIX24_RECORDING_HOSTS"],
  crmWriteBack: ["BITRIX24_WRITE_BACK"],
  speech: [
    "SBER_OAUTH_CLIENT_ID",
    "SBER_OAUTH_CLIENT_SECRET",
    "SALUTESPEECH_SCOPE",
    "SALUTESPEECH_OAUTH_URL",
    "SALUTESPEECH_API_URL",
    "SALUTESPEECH_CA_FILE",
  ],
  llm: [
    "LLM_BASE_URL",
    "LLM_API_KEY",
    "LLM_MODEL",
    "LLM_FALLBACK_BASE_URL",
    "LLM_FALLBACK_API_KEY",
    "LLM_FALLBACK_MODEL",
  ],
  telegram: ["TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "TELEGRAM_API_ROOT"],
  telegramWebhook: ["TELEGRAM_WEBHOOK_SECRET"],
  adminToken: ["ADMIN_TOKEN"],
  sweep: ["SWEEP_EVERY_SEC"],
} as const;

export type VariableGroup = keyof typeof variablesOf;

/** The company's, for every function. */
export const companyVariables = [
  "TENANT",
  "TIME_ZONE",
  "LOCALE",
  "DIGEST_AT",
  "MIN_CALL_SEC",
  "RETENTION_DAYS",
  "AUDIO_RETENTION_DAYS",
] as const;

export type Variable = (typeof variablesOf)[VariableGroup][number] | (typeof companyVariables)[number];

interface SecretPolicy {
  /** As `sst secret set` wants it. */
  name: string;
  /** Does without; the deployment stops when another is not set. */
  optional?: true;
}

/** What is a password, or tells a stranger something: kept by `sst secret set`, encrypted, never read from a file of this folder. */
export const secretVariables = {
  BITRIX24_WEBHOOK_URL: { name: "Bitrix24WebhookUrl" },
  BITRIX24_APPLICATION_TOKEN: { name: "Bitrix24ApplicationToken" },
  SBER_OAUTH_CLIENT_ID: { name: "SberOauthClientId" },
  SBER_OAUTH_CLIENT_SECRET: { name: "SberOauthClientSecret" },
  // Without a model there is no key: LLM_BASE_URL=off.
  LLM_API_KEY: { name: "LlmApiKey", optional: true },
  LLM_FALLBACK_API_KEY: { name: "LlmFallbackApiKey", optional: true },
  // "off" does without Telegram, and then there is no chat.
  TELEGRAM_BOT_TOKEN: { name: "TelegramBotToken" },
  TELEGRAM_CHAT_ID: { name: "TelegramChatId", optional: true },
  TELEGRAM_WEBHOOK_SECRET: { name: "TelegramWebhookSecret", optional: true },
  ADMIN_TOKEN: { name: "AdminToken", optional: true },
} as const satisfies Partial<Record<Variable, SecretPolicy>>;

export type SecretVariable = keyof typeof secretVariables;
/** Read from the environment of `sst deploy`, which reads .env by itself. */
export type PlainVariable = Exclude<Variable, SecretVariable>;

export const isSecret = (variable: Variable): variable is SecretVariable => variable in secretVariables;
