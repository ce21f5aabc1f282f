import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bitrix24 } from "../adapters/crm/bitrix24.ts";
import { bitrix24Webhook } from "../adapters/crm/bitrix24-webhook.ts";
import { openAiCompatible } from "../adapters/llm/openai-compatible.ts";
import { telegram } from "../adapters/notify/telegram.ts";
import { type SqliteQueue, sqliteQueue } from "../adapters/queue/sqlite.ts";
import { sqsQueue } from "../adapters/queue/sqs.ts";
import { saluteSpeech } from "../adapters/speech/salutespeech.ts";
import { filesStore } from "../adapters/store/files.ts";
import { s3Store } from "../adapters/store/s3.ts";
import { settingsKey } from "../core/bucket-layout.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { type Config, type Environment, readConfig } from "../core/config.ts";
import { ConfigurationError } from "../core/errors.ts";
import type { QueueAdmin, QueueReceiver, QueueSender } from "../core/ports/queue.ts";
import type { Store } from "../core/ports/store.ts";
import { type Settings, SettingsOverride } from "../core/settings.ts";
import { readText } from "../core/store-json.ts";
import { pipeline, stageNames, visibilitySec } from "../events/pipeline.ts";
import type { IngestPorts } from "./ingest/stage.ts";
import type { WebhookPorts } from "./ingest/webhook.ts";
import type { ReportPorts } from "./report/stage.ts";
import type { ScorePorts } from "./score/stage.ts";
import type { TranscribePorts } from "./transcribe/stage.ts";

/**
 * The composition root: the only file that knows the vendors. Each `open…` gives one function its ports; everything is made on
 * first use and once per process, so a function needs only the variables of the vendors it talks to.
 */

export type Queue = QueueSender & QueueReceiver & QueueAdmin;

interface Root {
  config: Config;
  clock: Clock;
}

let root: Root = { config: readConfig(process.env), clock: systemClock };
let made = new Map<string, unknown>();

/** Starts afresh with another environment or clock: for whoever runs the handlers outside Lambda. */
export function configure(options: { env: Environment; clock?: Clock }): Config {
  closeDeps();
  root = { config: readConfig(options.env), clock: options.clock ?? systemClock };
  return root.config;
}

/** Closes what must be closed; the next use opens it again. */
export function closeDeps(): void {
  (made.get("queue") as Partial<SqliteQueue> | undefined)?.close?.();
  made = new Map();
}

export const openIngest = async (): Promise<IngestPorts & { queue: Queue }> => ({
  ...base(),
  crm,
  settingsOf,
});
export const openTranscribe = async (): Promise<TranscribePorts & { queue: Queue }> => ({
  ...base(),
  speech,
  settingsOf,
});
export const openScore = async (): Promise<ScorePorts & { queue: Queue }> => ({ ...base(), llm, settingsOf });
export const openReport = async (): Promise<ReportPorts & { queue: Queue }> => ({
  ...base(),
  notifier,
  settingsOf,
});
export const openWebhook = async (): Promise<WebhookPorts> => ({
  webhook: once("webhook", () => bitrix24Webhook({ applicationToken: root.config.bitrix24ApplicationToken })),
  queue: queue(),
  clock: root.clock,
  tenant: root.config.tenant,
  // The notice is never repeated, so it must not wait for a bucket that is down or settings that are broken.
  settingsOf: (tenant) => settingsOf(tenant).catch(() => root.config.settings),
});

export function base(): { store: Store; queue: Queue; clock: Clock } {
  return { store: store(), queue: queue(), clock: root.clock };
}

function store(): Store {
  const { config } = root;
  return once("store", () =>
    config.s3 ? s3Store(config.s3) : filesStore({ directory: join(config.dataDir, "bucket") }),
  );
}

function queue(): Queue {
  const { config, clock } = root;
  return once("queue", () =>
    config.sqs
      ? sqsQueue({ ...config.sqs, queues: queueDefinitions, namePrefix: queuePrefix })
      : sqliteQueue({ file: join(config.dataDir, "queues.sqlite"), clock, queues: queueDefinitions }),
  );
}

export const queuePrefix = "call-quality-";
export const queueDefinitions = stageNames.map((name) => ({
  name,
  visibilitySec: visibilitySec(name),
  maxReceiveCount: pipeline[name].maxReceiveCount,
}));

async function crm() {
  return once("crm", () => bitrix24({ ...root.config.bitrix24, clock: root.clock }));
}

async function speech() {
  const { config, clock } = root;
  const caPem = await readCaFile(config.saluteSpeechCaFile);
  return once("speech", () =>
    saluteSpeech({
      ...config.saluteSpeech,
      ...(caPem === undefined ? {} : { caPem }),
      language: config.settings.locale,
      clock,
    }),
  );
}

async function readCaFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, "utf8").catch(() => {
    throw new ConfigurationError(
      "config.malformed",
      "SALUTESPEECH_CA_FILE names a file that cannot be read: run `npx cqa fetch-ca` or correct the path",
    );
  });
}

async function llm() {
  const { config, clock } = root;
  return once("llm", () => (config.llm ? openAiCompatible({ ...config.llm, clock }) : null));
}

async function notifier() {
  const { config, clock } = root;
  return once("notifier", () => (config.telegram ? telegram({ ...config.telegram, clock }) : null));
}

const SETTINGS_CACHE_MS = 30_000;

/** The environment's settings with the tenant's own over them, read again every half minute. */
async function settingsOf(tenant: string): Promise<Settings> {
  const cached = made.get(`settings/${tenant}`) as { at: number; settings: Settings } | undefined;
  if (cached && Date.now() - cached.at < SETTINGS_CACHE_MS) return cached.settings;
  const text = await readText(store(), settingsKey(tenant));
  const settings = { ...root.config.settings, ...(text === undefined ? {} : readOverride(tenant, text)) };
  made.set(`settings/${tenant}`, { at: Date.now(), settings });
  return settings;
}

function readOverride(tenant: string, text: string): Partial<Settings> {
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

export { settingsOf };

function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}
