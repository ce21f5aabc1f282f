import { join } from "node:path";
import type { DuckDbCallIndex } from "../adapters/index/duckdb.ts";
import type { SqliteQueue, SqliteQueueOptions } from "../adapters/queue/sqlite.ts";
import { sqsQueue } from "../adapters/queue/sqs.ts";
import type { SqsProtocol } from "../adapters/queue/sqs-connection.ts";
import { type SqsQueueOptions, sqsSender } from "../adapters/queue/sqs-sender.ts";
import type { FilesStoreOptions } from "../adapters/store/files.ts";
import { s3Store } from "../adapters/store/s3.ts";
import { settingsKey } from "../core/bucket-layout.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { type Config, type Environment, readConfig } from "../core/config.ts";
import { ConfigurationError } from "../core/errors.ts";
import type { QueueAdmin, QueueReceiver, QueueSender } from "../core/ports/queue.ts";
import type { ConditionalWrites, HostConditions, Store } from "../core/ports/store.ts";
import { readSettingsOverride, type Settings } from "../core/settings.ts";
import { readText } from "../core/store-json.ts";
import { probeConditionalWrites } from "../core/store-probe.ts";
import { pipeline, stageNames, visibilitySec } from "../events/pipeline.ts";

/** The ground of the composition root: environment, clock, bucket, queues and settings, each made on first use and once per process. */

export type Queue = QueueSender & QueueReceiver & QueueAdmin;

/**
 * What stands in for a cloud's bucket and queues on a machine of one's own, and what its queues may need. A function in AWS is made without: it would
 * lose what it keeps on its own disk, and its bundle would carry all this for nothing.
 */
export interface OwnMachine {
  store(options: FilesStoreOptions): Store;
  queue(options: SqliteQueueOptions): Queue;
  queryProtocol: SqsProtocol;
}

interface Root {
  config: Config;
  clock: Clock;
  ownMachine?: OwnMachine | undefined;
}

let current: Root = { config: readConfig(process.env), clock: systemClock };
let made = new Map<string, unknown>();

/** What everything is made from at the moment. */
export const root = (): Readonly<Root> => current;

/** Starts afresh with another environment or clock. Whoever runs the handlers outside Lambda has the `configure` of deps.ts, with all of a machine's own. */
export function configure(options: { env: Environment; clock?: Clock; ownMachine?: OwnMachine }): Config {
  closeDeps();
  const { env, clock = systemClock, ownMachine } = options;
  current = { config: readConfig(env), clock, ownMachine };
  return current.config;
}

function onOwnMachine(otherwise: string): OwnMachine {
  if (current.ownMachine) return current.ownMachine;
  throw new ConfigurationError("config.missing", otherwise);
}

/** Closes what must be closed; the next use opens it again. */
export function closeDeps(): void {
  (made.get("queue") as Partial<SqliteQueue> | undefined)?.close?.();
  // Nothing waits for it: whoever asks next opens an index of its own.
  void (made.get("index") as DuckDbCallIndex | undefined)?.close().catch(() => undefined);
  made = new Map();
}

export function base(): { store: Store; queue: Queue; clock: Clock } {
  return { store: store(), queue: queue(), clock: current.clock };
}

export function store(): Store {
  const { config } = current;
  return once("store", () =>
    config.s3
      ? s3Store(config.s3)
      : onOwnMachine("AWS_ENDPOINT_URL_S3 is missing: it is where the bucket is").store({
          directory: join(config.dataDir, "bucket"),
        }),
  );
}

/** What becomes of the conditions of writes; the bucket is asked once per process. */
export function conditionalWrites(): Promise<ConditionalWrites> {
  const kept = store() as Store & Partial<HostConditions>;
  if (kept.conditionalWrites) return kept.conditionalWrites();
  const asked = once("conditional-writes", () => probeConditionalWrites(kept));
  // A failure is not remembered.
  asked.catch(() => made.delete("conditional-writes"));
  return asked;
}

export function queue(): Queue {
  const sqs = sqsOptions();
  return sqs ? once("sqs", () => sqsQueue(sqs)) : embeddedQueue();
}

/** For whoever does nothing but send. */
export function sender(): QueueSender {
  const sqs = sqsOptions();
  return sqs ? once("sqs-sender", () => sqsSender(sqs)) : embeddedQueue();
}

function sqsOptions(): SqsQueueOptions | undefined {
  const { sqs } = current.config;
  if (!sqs) return undefined;
  const protocol =
    sqs.protocol === "json"
      ? sqs.protocol
      : onOwnMachine("SQS_PROTOCOL is query, but functions in AWS speak json").queryProtocol;
  return { ...sqs, protocol, queues: queueDefinitions };
}

function embeddedQueue(): Queue {
  const { config, clock } = current;
  return once("queue", () =>
    onOwnMachine("AWS_ENDPOINT_URL_SQS is missing: it is where the queues are").queue({
      file: join(config.dataDir, "queues.sqlite"),
      clock,
      queues: queueDefinitions,
    }),
  );
}

export const queueDefinitions = stageNames.map((name) => ({
  name,
  visibilitySec: visibilitySec(name),
  maxReceiveCount: pipeline[name].maxReceiveCount,
}));

const SETTINGS_CACHE_MS = 30_000;

/** The environment's settings with the tenant's own over them, read again every half minute. */
export async function settingsOf(tenant: string): Promise<Settings> {
  const cached = made.get(`settings/${tenant}`) as { at: number; settings: Settings } | undefined;
  const nowMs = current.clock.now().getTime();
  if (cached && nowMs - cached.at < SETTINGS_CACHE_MS) return cached.settings;
  const text = await readText(store(), settingsKey(tenant));
  const settings = {
    ...current.config.settings,
    ...(text === undefined ? {} : readSettingsOverride(tenant, text)),
  };
  made.set(`settings/${tenant}`, { at: nowMs, settings });
  return settings;
}

/** The same thing for everybody, made when it is first asked for. */
export function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}
