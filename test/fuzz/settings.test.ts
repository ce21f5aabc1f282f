import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callKey, settingsKey } from "../../core/bucket-layout.ts";
import { CallId, callIdOf, dayIn } from "../../core/call.ts";
import { callTypeByRules } from "../../core/call-type.ts";
import { callTypeRequest } from "../../core/call-type-question.ts";
import { KeywordCriterion } from "../../core/checklist.ts";
import { readConfig } from "../../core/config.ts";
import { nextDigestAt } from "../../core/digest-schedule.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { assertSafeKey } from "../../core/ports/store.ts";
import { readKeywords } from "../../core/score/keyword.ts";
import { readTurns } from "../../core/score/quotes.ts";
import { defaultSettings, Settings } from "../../core/settings.ts";
import { closeDeps, configure, settingsOf } from "../../functions/deps.ts";
import { turnsFrom } from "../core/score/transcripts.ts";
import { hostileString } from "./near-valid.ts";
import { bytesOf, nearValidText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const turns = turnsFrom("Добрый день! Компания «Север-Окна», меня зовут Анна.", "К: Сколько стоит окно?");
const introduces = KeywordCriterion.parse({ id: "x", text: "…", check: "keyword", phrases: [["{company}"]] });
const words = [
  ...[
    "Europe/Moscow",
    "europe/moscow",
    "UTC",
    "+03:00",
    "+0300",
    "Etc/GMT+12",
    "Mars/Phobos",
    "ru",
    "en",
    "RU",
    "24:00",
  ],
  ...["00:00", "23:59", "9:00", "unclear", "first-sale", "on", "off", "true", "20", "20.5", "0020", "off "],
];

/** The settings can be worked with: days, digests, questions to a model and phrases are made of them. */
async function assertUsable(settings: Settings): Promise<void> {
  expect(Settings.parse(settings)).toEqual(settings);
  const moment = new Date("2026-11-20T22:30:00Z");
  expect(dayIn(settings.timeZone, moment)).toMatch(/^2026-11-2[01]$/);
  expect(CallId.safeParse(callIdOf("bitrix24", "A.1", moment, settings.timeZone)).success).toBe(true);
  const next = nextDigestAt(settings, moment);
  // A company can do without digests.
  expect(next === null).toBe(settings.digests.length === 0);
  if (next) expect(next.getTime()).toBeGreaterThan(moment.getTime());
  const { instructions, schema } = callTypeRequest(turns, settings.callTypes);
  expect(instructions).not.toContain("[native code]");
  const kinds = (schema.json as { properties: { callType: { enum: string[] } } }).properties.callType.enum;
  expect(new Set(kinds).size).toBe(kinds.length);
  callTypeByRules({ turns } as Parameters<typeof callTypeByRules>[0], settings.callTypes);
  readKeywords(introduces, readTurns(turns), { agentName: "Анна", companyNames: settings.companyNames });
}

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fuzz-settings-"));
  await mkdir(join(directory, "bucket", "settings"), { recursive: true });
});
afterAll(() => {
  closeDeps();
  rmSync(directory, { recursive: true });
});

const whole = {
  ...defaultSettings,
  companyNames: ["Север-Окна", "ООО «Ромашка»"],
  minCallSec: 30,
  maskPersonalData: false,
};

it(
  "a tenant's settings are used, or refused by the name of their file",
  async () => {
    const { reach, missing } = endsReached();
    const examples = [whole, { timeZone: "Asia/Vladivostok" }, { digestAt: "08:30", locale: "en" }, {}];
    await fc.assert(
      fc.asyncProperty(bytesOf(nearValidText(examples, words)), async (bytes) => {
        await writeFile(join(directory, "bucket", "settings", "default.json"), bytes);
        configure({ env: { DATA_DIR: directory } });
        try {
          await assertUsable(await settingsOf("default"));
          reach("used");
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          expect(error.code).toBe("settings.malformed");
          expect(error.message).toContain("settings/default.json");
          reach("refused");
        }
      }),
      cases,
    );
    expect(missing("used", "refused")).toEqual([]);
  },
  timeoutMs,
);

const names = [
  ...readFileSync(join(import.meta.dirname, "..", "..", ".env.example"), "utf8").matchAll(
    /^(?:# )?([A-Z0-9_]+)=/gm,
  ),
].map(([, name = ""]) => name);
const good: Record<string, string> = {
  BITRIX24_WEBHOOK_URL: "https://demo.bitrix24.ru/rest/1/secret/",
  LLM_BASE_URL: "https://llm.example/v1",
  LLM_API_KEY: "sk-1",
  LLM_MODEL: "model-latest",
  SBER_OAUTH_CLIENT_ID: "id",
  SBER_OAUTH_CLIENT_SECRET: "secret",
  TELEGRAM_BOT_TOKEN: "1:token",
  TELEGRAM_CHAT_ID: "-100",
  AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9000",
  TIME_ZONE: "Asia/Vladivostok",
};
const addresses = [
  ...[
    "https://",
    "http://example.com",
    "http://127.0.0.1",
    "http://127.0.0.1.example.com",
    "http://[::1]:1",
    "ftp://x",
  ],
  ...[
    "https://user:pass@example.com",
    "https://example.com:99999",
    "https://пример.рф/x y",
    "http://localhost@evil.example",
  ],
];
const environment = fc
  .dictionary(
    fc.constantFrom(...names),
    fc.oneof(
      { weight: 2, arbitrary: hostileString([...words, ...addresses]) },
      hostileString().map((value) => `тайна-${value}`),
    ),
    { maxKeys: 4 },
  )
  .map((spoilt) => ({ ...good, ...spoilt }) as Record<string, string>);

it(
  "an environment is used, or refused by the name of the variable and never by its value",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(environment, async (env) => {
        const config = readConfig(env);
        const read: Partial<Record<string, unknown>> = {};
        for (const name of Object.keys(config)) {
          try {
            read[name] = config[name as keyof typeof config];
          } catch (error) {
            if (!(error instanceof ConfigurationError)) throw error;
            expect(names.some((variable) => error.message.includes(variable))).toBe(true);
            expect(error.message).not.toContain("тайна");
            reach(error.code);
          }
        }
        if (read.settings) await assertUsable(read.settings as Settings);
        if (typeof read.tenant === "string") {
          assertSafeKey(settingsKey(read.tenant));
          assertSafeKey(callKey(read.tenant, "20261120-upload-1"));
          reach("a tenant");
        }
      }),
      cases,
    );
    expect(missing("a tenant", "config.malformed", "config.missing")).toEqual([]);
  },
  timeoutMs,
);
