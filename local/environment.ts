import { existsSync, readFileSync } from "node:fs";
import type { Environment } from "../core/config.ts";
import { ConfigurationError } from "../core/errors.ts";

/** The variables that are passwords, whole or in part. `<name>_FILE` names a file that holds the value, as Docker, Kubernetes and systemd hand secrets over. */
export const secretNames = [
  "BITRIX24_WEBHOOK_URL",
  "BITRIX24_APPLICATION_TOKEN",
  "SBER_OAUTH_CLIENT_SECRET",
  "LLM_API_KEY",
  "LLM_FALLBACK_API_KEY",
  "TELEGRAM_BOT_TOKEN",
  "TELEGRAM_WEBHOOK_SECRET",
  "ADMIN_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
] as const;

/** Far more than any of them has; somebody named the wrong file. */
const MAX_SECRET_LENGTH = 16_384;

/**
 * The process's variables with those of `.env` under them, secrets out of files among them. Such a file is read when its variable is asked
 * for, so that a command which needs no secret runs for a person who may not read them; a copy of the object reads them all.
 * What comes out of a file never becomes a variable of the process, where child processes and crash reports would find it.
 *
 * @throws ConfigurationError, at once or when a variable is asked for, that names the variable and says what to do
 */
export function loadEnvironment(): Environment {
  loadDotEnv();
  return withSecretFiles(process.env);
}

function loadDotEnv(): void {
  if (!existsSync(".env")) return;
  try {
    process.loadEnvFile(".env");
  } catch {
    throw new ConfigurationError(
      "config.unreadable_file",
      ".env cannot be read: give the user who starts this the right to read it, or remove it",
    );
  }
}

export function withSecretFiles(given: Environment): Environment {
  const environment: Record<string, string | undefined> = { ...given };
  for (const name of secretNames) {
    const file = given[`${name}_FILE`]?.trim();
    if (!file) continue;
    if (given[name]?.trim())
      throw new ConfigurationError(
        "config.given_twice",
        `${name} and ${name}_FILE are both set: keep one of them`,
      );
    let value: string | undefined;
    Object.defineProperty(environment, name, {
      enumerable: true,
      get: () => {
        value ??= readSecret(name, file);
        return value;
      },
    });
  }
  return environment;
}

function readSecret(name: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new ConfigurationError(
      "config.unreadable_file",
      `${name}_FILE names a file that cannot be read: correct the path, or give the user who runs this the right to read it`,
    );
  }
  // Editors leave a byte order mark in front and a line break behind.
  const value = text.replace(/^\ufeff/, "").trim();
  if (value === "" || value.length > MAX_SECRET_LENGTH || /[\r\n\0]/.test(value))
    throw new ConfigurationError(
      "config.malformed",
      `${name}_FILE names a file that does not hold one line with the value of ${name}: correct the file or the path`,
    );
  return value;
}
