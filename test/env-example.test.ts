import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Config, readConfig } from "../core/config.ts";

const text = await readFile(join(import.meta.dirname, "..", ".env.example"), "utf8");
const explained = variables(text);

/** Every required variable, and those that bring others with them. */
const filled = {
  BITRIX24_WEBHOOK_URL: "https://portal.example/rest/1/secret/",
  SBER_OAUTH_CLIENT_ID: "id",
  SBER_OAUTH_CLIENT_SECRET: "secret",
  LLM_BASE_URL: "https://model.example/v1",
  LLM_API_KEY: "key",
  LLM_MODEL: "model",
  TELEGRAM_BOT_TOKEN: "token",
  TELEGRAM_CHAT_ID: "chat",
  AWS_ENDPOINT_URL_S3: "https://s3.example",
  AWS_ENDPOINT_URL_SQS: "https://sqs.example",
};

test(".env.example names exactly the variables that the configuration reads", () => {
  expect([...explained.keys()].sort()).toEqual([...variablesRead()].sort());
});

test(".env.example says what each variable is for", () => {
  const lines = text.split("\n");
  for (const name of explained.keys()) {
    const at = lines.findIndex((line) => assignment(line)?.name === name);
    const block = lines.slice(lines.lastIndexOf("", at) + 1, at);
    expect(block.some(isExplanation), `${name} has no comment above it`).toBe(true);
  }
});

test("no variable stands in .env.example twice", () => {
  const names = text.split("\n").flatMap((line) => assignment(line)?.name ?? []);
  expect(names).toEqual([...new Set(names)]);
});

test("the defaults that .env.example shows are those of the code", () => {
  const shown = [
    "TENANT",
    "TIME_ZONE",
    "LOCALE",
    "DIGEST_AT",
    "MIN_CALL_SEC",
    "PORT",
    "DATA_DIR",
    "SWEEP_EVERY_SEC",
    "BITRIX24_WRITE_BACK",
    "SALUTESPEECH_SCOPE",
    "BUCKET",
    "AWS_REGION",
  ].map((name) => [name, explained.get(name)]);
  expect(shown.filter(([, value]) => !value)).toEqual([]);
  expect(everything(readConfig({ ...filled, ...Object.fromEntries(shown) }))).toEqual(
    everything(readConfig(filled)),
  );
});

/** Names of variables that any part of the configuration asks the environment for. */
function variablesRead(): Set<string> {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(filled, {
    get: (target, name: string) => {
      names.add(name);
      return target[name];
    },
  });
  everything(readConfig(env));
  return names;
}

/** Reads every part of the configuration, since each is read when it is needed. */
function everything(config: Config): object {
  return { ...config };
}

/** `NAME=value` and `# NAME=value` alike; the value of a commented line is what it shows. */
function variables(part: string): Map<string, string> {
  return new Map(
    part.split("\n").flatMap((line) => {
      const found = assignment(line);
      return found ? [[found.name, found.value] as const] : [];
    }),
  );
}

function assignment(line: string): { name: string; value: string } | undefined {
  const [, name, value] = /^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
}

function isExplanation(line: string): boolean {
  return line.startsWith("# ") && !assignment(line);
}
