import { existsSync } from "node:fs";
import { companyVariables, isSecret, type PlainVariable, secretVariables, variablesOf } from "./variables.ts";

/** What `sst deploy` is told by its environment, and what it refuses to begin with. Nothing else under stacks/ reads the environment. */

export interface Settings {
  variables: Readonly<Partial<Record<PlainVariable, string>>>;
  sweepEverySec: number;
  /** Undefined: calls are kept until somebody deletes them. */
  retentionDays: number | undefined;
  audioRetentionDays: number | undefined;
  /** Who gets the alarms; they have to confirm it once. */
  alarmEmail: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `npx cqa fetch-ca` puts it. It is laid beside the bundle under the same path. */
export const CERTIFICATE_FILE = "certs/russian-trusted-root-ca.pem";

const DEFAULT_SWEEP_SEC = 600;

/** @throws Error in one sentence, before anything is made */
export function readSettings(env: Environment): Settings {
  const optional = (name: string) => env[name]?.trim() || undefined;
  const wholeNumber = (name: string, least: number, most: number): number | undefined => {
    const text = optional(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Error(`${name} is malformed: a whole number from ${least} to ${most} is expected`);
  };
  refuseIncomplete(optional);
  return {
    variables: {
      ...plainVariables(optional),
      // Deployed, it lies where the deployment has laid it.
      SALUTESPEECH_CA_FILE: CERTIFICATE_FILE,
    },
    // A schedule of AWS counts whole minutes.
    sweepEverySec: wholeNumber("SWEEP_EVERY_SEC", 60, 86_400) ?? DEFAULT_SWEEP_SEC,
    retentionDays: wholeNumber("RETENTION_DAYS", 1, 36_500),
    audioRetentionDays: wholeNumber("AUDIO_RETENTION_DAYS", 0, 36_500),
    alarmEmail: optional("ALARM_EMAIL"),
  };
}

function plainVariables(optional: (name: string) => string | undefined) {
  const names = [...companyVariables, ...Object.values(variablesOf).flat()].filter((name) => !isSecret(name));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = optional(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** What would only be noticed by the first call otherwise. */
function refuseIncomplete(optional: (name: string) => string | undefined): void {
  const secret = (name: keyof typeof secretVariables) => optional(`SST_SECRET_${secretVariables[name].name}`);
  const set = (name: keyof typeof secretVariables) => `npx sst secret set ${secretVariables[name].name}`;

  if (!existsSync(CERTIFICATE_FILE))
    throw new Error(
      `${CERTIFICATE_FILE} is missing, without which SaluteSpeech cannot be asked: run \`npx cqa fetch-ca\``,
    );
  const model = optional("LLM_BASE_URL");
  if (model === undefined)
    throw new Error("LLM_BASE_URL is missing: put the model's address into .env, or off to do without");
  if (model !== "off" && optional("LLM_MODEL") === undefined)
    throw new Error("LLM_MODEL is missing: put the name of the model to ask at LLM_BASE_URL into .env");
  if (model !== "off" && secret("LLM_API_KEY") === undefined)
    throw new Error(`LLM_API_KEY is missing: run \`${set("LLM_API_KEY")}\``);
  const fallback = [
    optional("LLM_FALLBACK_BASE_URL"),
    optional("LLM_FALLBACK_MODEL"),
    secret("LLM_FALLBACK_API_KEY"),
  ].filter((value) => value !== undefined);
  if (fallback.length === 1 || fallback.length === 2)
    throw new Error(
      `a fallback model needs LLM_FALLBACK_BASE_URL and LLM_FALLBACK_MODEL in .env and \`${set("LLM_FALLBACK_API_KEY")}\`: give all three or none`,
    );
  const bot = secret("TELEGRAM_BOT_TOKEN");
  if (bot !== undefined && bot !== "off" && secret("TELEGRAM_CHAT_ID") === undefined)
    throw new Error(`TELEGRAM_CHAT_ID is missing: run \`${set("TELEGRAM_CHAT_ID")}\``);
}
