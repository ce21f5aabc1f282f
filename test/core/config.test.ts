import { describe, expect, it } from "vitest";
import { type Config, isLoopback, readConfig } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";

/** Everything that has no default. */
const complete = {
  BITRIX24_WEBHOOK_URL: "https://portal.bitrix24.ru/rest/1/hooksecret/",
  BITRIX24_APPLICATION_TOKEN: "apptoken",
  SBER_OAUTH_CLIENT_ID: "clientid",
  SBER_OAUTH_CLIENT_SECRET: "clientsecret",
  LLM_BASE_URL: "https://api.openai.com/v1",
  LLM_API_KEY: "llmkey",
  LLM_MODEL: "some-model",
  LLM_FALLBACK_BASE_URL: "https://fallback.example.com/v1",
  LLM_FALLBACK_API_KEY: "fallbackkey",
  LLM_FALLBACK_MODEL: "other-model",
  TELEGRAM_BOT_TOKEN: "123:bottoken",
  TELEGRAM_CHAT_ID: "-100200300",
};

const readers: Record<string, (config: Config) => unknown> = {
  port: (config) => config.port,
  tenant: (config) => config.tenant,
  sweep: (config) => config.sweepEverySec,
  settings: (config) => config.settings,
  bitrix24: (config) => config.bitrix24,
  writeBack: (config) => config.bitrix24WriteBack,
  saluteSpeech: (config) => config.saluteSpeech,
  llm: (config) => config.llm,
  llmFallback: (config) => config.llmFallback,
  telegram: (config) => config.telegram,
  s3: (config) => config.s3,
  sqs: (config) => config.sqs,
};

function errorOf(env: Record<string, string | undefined>, reader: string): ConfigurationError {
  const config = readConfig({ ...complete, ...env });
  try {
    readers[reader]!(config);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  throw new Error("no error");
}

/** One sentence that begins with the variable and holds no value of the environment. */
function expectSentence(error: ConfigurationError, name: string, env: Record<string, string | undefined>) {
  expect(error.message.startsWith(`${name} `)).toBe(true);
  expect(error.message).not.toMatch(/\n|undefined|\[object/);
  for (const value of Object.values({ ...complete, ...env }))
    if (value && value.trim().length > 3) expect(error.message).not.toContain(value.trim());
}

it.each([
  ["BITRIX24_WEBHOOK_URL", "bitrix24"],
  ["SBER_OAUTH_CLIENT_ID", "saluteSpeech"],
  ["SBER_OAUTH_CLIENT_SECRET", "saluteSpeech"],
  ["LLM_BASE_URL", "llm"],
  ["LLM_API_KEY", "llm"],
  ["LLM_MODEL", "llm"],
  ["LLM_FALLBACK_BASE_URL", "llmFallback"],
  ["LLM_FALLBACK_API_KEY", "llmFallback"],
  ["LLM_FALLBACK_MODEL", "llmFallback"],
  ["TELEGRAM_BOT_TOKEN", "telegram"],
  ["TELEGRAM_CHAT_ID", "telegram"],
])("a missing %s is named with what it is for", (name, reader) => {
  for (const value of [undefined, "", "   "]) {
    const error = errorOf({ [name]: value }, reader);
    expect(error.code).toBe("config.missing");
    expect(error.message).toMatch(/ is missing: it is .{15,}/);
    expectSentence(error, name, { [name]: value });
  }
});

it.each([
  ["PORT", "port", "eighty"],
  ["PORT", "port", "-1"],
  ["PORT", "port", "65536"],
  ["PORT", "port", "30.5"],
  ["PORT", "port", "Infinity"],
  ["SWEEP_EVERY_SEC", "sweep", "5m"],
  ["SWEEP_EVERY_SEC", "sweep", "1"],
  ["TENANT", "tenant", "a/b"],
  ["TENANT", "tenant", "компания"],
  ["TENANT", "tenant", ".."],
  ["TENANT", "tenant", "."],
  ["TIME_ZONE", "settings", "Msk+2"],
  ["LOCALE", "settings", "deutsch"],
  ["DIGEST_AT", "settings", "7 pm"],
  ["DIGEST_AT", "settings", "24:00"],
  ["DIGEST_AT", "settings", "8:30"],
  ["MIN_CALL_SEC", "settings", "twenty"],
  ["MIN_CALL_SEC", "settings", "-20"],
  ["RETENTION_DAYS", "settings", "0"],
  ["RETENTION_DAYS", "settings", "90d"],
  ["AUDIO_RETENTION_DAYS", "settings", "-1"],
  ["BITRIX24_WEBHOOK_URL", "bitrix24", "portal.bitrix24.ru/rest/1/othersecret"],
  ["BITRIX24_WEBHOOK_URL", "bitrix24", "ftp://portal.bitrix24.ru/othersecret/"],
  ["SALUTESPEECH_API_URL", "saluteSpeech", "smartspeech"],
  ["SALUTESPEECH_OAUTH_URL", "saluteSpeech", "://"],
  ["LLM_BASE_URL", "llm", "api.openai.com"],
  ["LLM_FALLBACK_BASE_URL", "llmFallback", "api.deepseek.com"],
  ["TELEGRAM_API_ROOT", "telegram", "api.telegram.org"],
  ["AWS_ENDPOINT_URL_S3", "s3", "storage"],
  ["AWS_ENDPOINT_URL_SQS", "sqs", "queue"],
])("a malformed %s is named, its value is not: %s %s", (name, reader, value) => {
  const error = errorOf({ [name]: value }, reader);
  expect(error.code).toBe("config.malformed");
  expect(error.message).toMatch(/ is malformed: .{5,}/);
  expectSentence(error, name, { [name]: value });
});

describe("plain http", () => {
  const addresses: [name: string, reader: string][] = [
    ["BITRIX24_WEBHOOK_URL", "bitrix24"],
    ["SALUTESPEECH_API_URL", "saluteSpeech"],
    ["SALUTESPEECH_OAUTH_URL", "saluteSpeech"],
    ["LLM_BASE_URL", "llm"],
    ["LLM_FALLBACK_BASE_URL", "llmFallback"],
    ["TELEGRAM_API_ROOT", "telegram"],
    ["AWS_ENDPOINT_URL_S3", "s3"],
    ["AWS_ENDPOINT_URL_SQS", "sqs"],
  ];

  it.each(addresses)("is refused for %s", (name, reader) => {
    for (const value of [
      "http://vendor.example.com/x",
      "http://10.0.0.1/x",
      "http://127.0.0.1.example.com/x",
    ]) {
      const error = errorOf({ [name]: value }, reader);
      expect(error.message).toBe(`${name} must begin with https://: plain http is for this machine only`);
    }
  });

  it.each(addresses)("is taken on this machine for %s", (name, reader) => {
    for (const value of ["http://127.0.0.1:4000/x", "http://localhost:4000/x", "http://[::1]:4000/x"]) {
      expect(JSON.stringify(readers[reader]!(readConfig({ ...complete, [name]: value })))).toContain(value);
    }
  });

  it.each([
    ["localhost", true],
    ["127.0.0.1", true],
    ["127.8.9.10", true],
    ["[::1]", true],
    ["127.0.0.1.example.com", false],
    ["localhost.example.com", false],
    ["0.0.0.0", false],
    ["128.0.0.1", false],
  ])("%s is this machine: %s", (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});

it("an empty environment has every default", () => {
  const config = readConfig({});
  expect(config.port).toBe(3000);
  expect(config.dataDir).toBe(".data");
  expect(config.tenant).toBe("default");
  expect(config.sweepEverySec).toBe(600);
  expect(config.settings).toMatchObject({
    timeZone: "Europe/Moscow",
    locale: "ru",
    digestAt: "19:00",
    minCallSec: 20,
    agentChannel: 0,
  });
  expect(config.s3).toBeUndefined();
  expect(config.sqs).toBeUndefined();
  expect(config.adminToken).toBeUndefined();
  expect(config.bitrix24ApplicationToken).toBeUndefined();
  expect(config.saluteSpeechCaFile).toBeUndefined();
  expect(config.hasLlm).toBe(false);
});

it("an empty value is a missing one, and spaces around a value are not part of it", () => {
  const config = readConfig({ PORT: "", TENANT: "  ", LOCALE: " en ", ADMIN_TOKEN: " token\n" });
  expect(config.port).toBe(3000);
  expect(config.tenant).toBe("default");
  expect(config.settings.locale).toBe("en");
  expect(config.adminToken).toBe("token");
});

it("a part is asked for only what is its own", () => {
  const config = readConfig({ BITRIX24_WEBHOOK_URL: complete.BITRIX24_WEBHOOK_URL, PORT: "nonsense" });
  expect(config.bitrix24).toEqual({ webhookUrl: complete.BITRIX24_WEBHOOK_URL });
  expect(() => config.saluteSpeech).toThrow(/^SBER_OAUTH_CLIENT_ID is missing/);
  expect(() => config.port).toThrow(/^PORT is malformed/);
});

it("the vendors get what is set", () => {
  const config = readConfig({ ...complete, SALUTESPEECH_SCOPE: "SALUTE_SPEECH_CORP" });
  expect(config.saluteSpeech).toEqual({
    clientId: "clientid",
    clientSecret: "clientsecret",
    scope: "SALUTE_SPEECH_CORP",
  });
  expect(readConfig(complete).saluteSpeech.scope).toBe("SALUTE_SPEECH_PERS");
  expect(config.llm).toEqual({ baseUrl: complete.LLM_BASE_URL, apiKey: "llmkey", model: "some-model" });
  expect(config.hasLlm).toBe(true);
  expect(config.telegram).toEqual({ token: "123:bottoken", chatId: "-100200300" });
});

it("the model and Telegram can be left out on purpose", () => {
  const config = readConfig({
    LLM_BASE_URL: "off",
    LLM_API_KEY: "k",
    LLM_MODEL: "m",
    TELEGRAM_BOT_TOKEN: "off",
  });
  expect(config.llm).toBeNull();
  expect(config.hasLlm).toBe(false);
  expect(config.telegram).toBeNull();
});

it("a fallback model is there when its three variables are, and nobody misses it when none is", () => {
  expect(readConfig(complete).llmFallback).toEqual({
    baseUrl: "https://fallback.example.com/v1",
    apiKey: "fallbackkey",
    model: "other-model",
  });
  expect(readConfig({}).llmFallback).toBeNull();
  expect(readConfig({ LLM_FALLBACK_MODEL: " " }).llmFallback).toBeNull();
});

it.each([
  ["LLM_FALLBACK_BASE_URL", "https://fallback.example.com/v1", "LLM_FALLBACK_API_KEY"],
  ["LLM_FALLBACK_API_KEY", "fallbackkey", "LLM_FALLBACK_BASE_URL"],
  ["LLM_FALLBACK_MODEL", "other-model", "LLM_FALLBACK_BASE_URL"],
])("%s alone is half a fallback, and what is missing is named", (name, value, missing) => {
  expect(() => readConfig({ [name]: value }).llmFallback).toThrow(
    new RegExp(`^${missing} is missing: .* all three .* or none$`),
  );
});

describe("the hosts of recordings", () => {
  const hostsOf = (value: string) =>
    readConfig({ ...complete, BITRIX24_RECORDING_HOSTS: value }).bitrix24.allowedRecordingHosts;

  it("are a list with commas, each in one spelling", () => {
    expect(hostsOf("PBX.example.com, *.calls.example.net ,files.example.com:8443,")).toEqual([
      "pbx.example.com",
      "*.calls.example.net",
      "files.example.com:8443",
    ]);
  });

  it("are nobody's when none is listed", () => {
    for (const value of ["", " ", ","]) expect(hostsOf(value)).toBeUndefined();
  });

  it.each([
    ["pbx.example.com,https://files.example.com/x", "entry 2 is no host like pbx.example.com"],
    ["*", "entry 1 is no host like"],
    ["a.example.com,b.example.com,10.0.0.5", "entry 3 is not on the public internet"],
    ["localhost:9000", "entry 1 is not on the public internet"],
    ["*.com", "entry 1 is not on the public internet"],
  ])("%s: %s", (value, sentence) => {
    const env = { BITRIX24_RECORDING_HOSTS: value };
    const error = errorOf(env, "bitrix24");
    expect(error.message).toContain(`BITRIX24_RECORDING_HOSTS is malformed: ${sentence}`);
    expectSentence(error, "BITRIX24_RECORDING_HOSTS", env);
  });
});

it.each([
  ["AWS_SECRET_ACCESS_KEY", { AWS_ACCESS_KEY_ID: "keyid" }],
  ["AWS_ACCESS_KEY_ID", { AWS_SECRET_ACCESS_KEY: "keysecret" }],
  ["AWS_SECRET_ACCESS_KEY", { AWS_ACCESS_KEY_ID: "keyid", AWS_SECRET_ACCESS_KEY: " " }],
])("half a key is no key: %s is missing", (name, keys) => {
  for (const reader of ["s3", "sqs"]) {
    const env = {
      ...keys,
      AWS_ENDPOINT_URL_S3: "https://s3.cloud.ru",
      AWS_ENDPOINT_URL_SQS: "https://q.cloud.ru",
    };
    const error = errorOf(env, reader);
    expect(error.code).toBe("config.missing");
    expectSentence(error, name, env);
  }
});

it("an endpoint of S3 or SQS replaces the embedded one", () => {
  const endpoint = "https://s3.cloud.ru";
  expect(readConfig({ AWS_ENDPOINT_URL_S3: endpoint }).s3).toMatchObject({ endpoint });
  expect(readConfig({ AWS_ENDPOINT_URL_SQS: endpoint }).sqs).toMatchObject({ endpoint });
});

describe("BITRIX24_WRITE_BACK", () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    [" ", []],
    ["off", []],
    ["comment", ["comment"]],
    ["field, comment,field", ["comment", "field"]],
    ["all", ["comment", "transcript", "field"]],
  ])("of %j writes %j", (value, kinds) => {
    expect(readConfig({ BITRIX24_WRITE_BACK: value }).bitrix24WriteBack).toEqual(kinds);
  });

  it.each(["on", "comments", "comment,", "off,comment", "all,off"])(
    "of %j says what is expected",
    (value) => {
      const env = { BITRIX24_WRITE_BACK: value };
      expect(errorOf(env, "writeBack").message).toMatch(
        /^BITRIX24_WRITE_BACK is malformed: off, all, or some of /,
      );
    },
  );
});

it("keeps everything for good unless days are named, and no recording by AUDIO_RETENTION_DAYS=0", () => {
  const keptBy = (env: Record<string, string>) => {
    const { retentionDays, audioRetentionDays } = readConfig({ ...complete, ...env }).settings;
    return [retentionDays, audioRetentionDays];
  };
  expect(keptBy({})).toEqual([null, null]);
  expect(keptBy({ RETENTION_DAYS: "", AUDIO_RETENTION_DAYS: " " })).toEqual([null, null]);
  expect(keptBy({ RETENTION_DAYS: "90", AUDIO_RETENTION_DAYS: "0" })).toEqual([90, 0]);
});
