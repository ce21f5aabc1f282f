import type { Clock } from "../core/clock.ts";
import type { Config, Environment } from "../core/config.ts";
import { describeError } from "../core/describe-error.ts";
import { nextDigestAt } from "../core/digest-schedule.ts";
import { describeConditionalWrites } from "../core/store-probe.ts";
import { pipeline, stageNames, visibilitySec } from "../events/pipeline.ts";
import { handler as bot } from "../functions/bot/handler.ts";
import { takeUpdate } from "../functions/bot/take-update.ts";
import {
  base,
  closeDeps,
  conditionalWrites,
  configure,
  openBot,
  openChatPolling,
  openScore,
  openTranscribe,
  settingsOf,
} from "../functions/deps.ts";
import { handler as health } from "../functions/health/handler.ts";
import { handler as ingest } from "../functions/ingest/handler.ts";
import { handler as sweep } from "../functions/ingest/sweep-handler.ts";
import { handler as webhook } from "../functions/ingest/webhook-handler.ts";
import { handler as mcp } from "../functions/mcp/handler.ts";
import { handler as report } from "../functions/report/handler.ts";
import { handler as schedule } from "../functions/report/schedule-handler.ts";
import { handler as score } from "../functions/score/handler.ts";
import { handler as transcribe } from "../functions/transcribe/handler.ts";
import { serveHttp } from "./http.ts";
import { startPump } from "./pump.ts";
import { startSchedule } from "./schedule.ts";
import { seedChecklists } from "./seed-checklists.ts";
import { openStorage, type Storage } from "./storage.ts";
import { startSweepLoop } from "./sweep-loop.ts";
import { startTelegramPolling } from "./telegram-polling.ts";
import { bucketPace, folderPace, watchUploads } from "./watch-uploads.ts";

const handlers = { ingest, transcribe, score, report };

/** One JSON line about the service itself, never about a call. */
export type ServiceLog = (line: Record<string, unknown>) => void;

export interface Service {
  port: number;
  stop(): Promise<void>;
}

const GRACE_SEC = 25;

/**
 * Plays AWS on one machine: the deployed handlers behind pumps, a watcher of uploads, a schedule, the sweep and an HTTP server.
 *
 * @throws ConfigurationError with one sentence when a variable is missing or malformed
 */
export async function startService(options: {
  env: Environment;
  clock?: Clock;
  log: ServiceLog;
}): Promise<Service> {
  const config = configure(options);
  await assertComplete(config);
  const storage = await openStorage(config);
  try {
    return await run(config, storage, options.log);
  } catch (error) {
    closeDeps();
    storage.release();
    throw error;
  }
}

async function run(config: Config, storage: Storage, log: ServiceLog): Promise<Service> {
  const { store, queue, clock } = base();
  const { tenant } = config;
  const settings = await settingsOf(tenant);
  const writes = describeConditionalWrites(await conditionalWrites());
  const seeded = await seedChecklists(store, tenant, settings.locale);

  const onError = (stage: string, error: unknown) =>
    log({ level: "ERROR", message: "the service stumbled and goes on", stage, error: nameOf(error) });
  // First, because a port can be taken; a call that comes in before the pumps run waits on its queue.
  const http = await serveHttp({
    port: config.port,
    host: config.listenHost,
    routes: { "/webhooks/bitrix24": webhook, "/webhooks/telegram": bot, "/mcp": mcp, "/health": health },
  });
  const pumps = stageNames.map((stage) =>
    startPump({
      stage,
      policy: pipeline[stage],
      visibilitySec: visibilitySec(stage),
      handler: handlers[stage],
      queue,
      clock,
      onError,
    }),
  );
  const watcher = watchUploads({
    store,
    queue,
    tenant,
    ...(config.s3 ? bucketPace : folderPace),
    onError: (error) => onError("uploads", error),
  });
  const digests = startSchedule({
    run: () => schedule(),
    settingsOf: () => settingsOf(tenant),
    onError: (error) => onError("schedule", error),
  });
  const sweeps = startSweepLoop({
    everySec: config.sweepEverySec,
    clock,
    sweep: (signal) => sweep(undefined, { signal }),
  });
  const chat = startBot(config, log, onError);
  log({
    level: "INFO",
    message: "the service runs",
    port: http.port,
    bucket: config.s3 ? "s3" : "files",
    queues: config.sqs ? "sqs" : "sqlite",
    conditional_writes: writes.state,
    ...(writes.meaning && { conditional_writes_mean: writes.meaning }),
    messages_given_back: storage.givenBack,
    sample_checklists_added: seeded,
    webhook_token: config.bitrix24ApplicationToken
      ? "set"
      : "missing: every webhook is refused until BITRIX24_APPLICATION_TOKEN is set",
    next_digest_at: nextDigestAt(settings, new Date())?.toISOString() ?? null,
  });

  return {
    port: http.port,
    async stop() {
      await Promise.all([
        digests.stop(),
        http.close(GRACE_SEC),
        watcher.stop(),
        sweeps.stop(),
        chat?.stop(),
        ...pumps.map((pump) => pump.stop(GRACE_SEC)),
      ]);
      closeDeps();
      storage.release();
      log({ level: "INFO", message: "the service has stopped" });
    },
  };
}

/** With a secret Telegram posts the updates; without one they are asked for. */
function startBot(config: Config, log: ServiceLog, onError: (stage: string, error: unknown) => void) {
  const polling = config.telegramWebhookSecret === undefined ? openChatPolling() : null;
  if (!polling) return undefined;
  return startTelegramPolling({
    polling,
    take: async (update) => takeUpdate(update, await openBot()),
    say: (state, error) => log(botLine(state, error)),
    onError: (error) => onError("bot", error),
  });
}

const botSays = {
  listening: "the bot asks Telegram for messages",
  webhook:
    "the bot has a webhook, which is left alone: set TELEGRAM_WEBHOOK_SECRET to the secret that it was set with, or remove the webhook",
  failing: "the bot hears nothing of Telegram and tries again by itself",
};

function botLine(state: keyof typeof botSays, error: unknown): Record<string, unknown> {
  return {
    level: state === "listening" ? "INFO" : "WARN",
    message: botSays[state],
    ...(error === undefined ? {} : { error: nameOf(error) }),
  };
}

/** Every variable that the service needs is there and readable, before the first call is taken. */
async function assertComplete(config: Config): Promise<void> {
  void [
    config.tenant,
    config.settings,
    config.port,
    config.sweepEverySec,
    config.bitrix24,
    config.bitrix24WriteBack,
    config.saluteSpeech,
    config.llm,
    config.telegram,
    config.telegramWebhookSecret,
  ];
  await Promise.all([
    openTranscribe().then((ports) => ports.speech()),
    openScore().then((ports) => ports.llm()),
  ]);
}

function nameOf(error: unknown): string {
  const { error: name, code, problem, at } = describeError(error);
  if (problem !== undefined) return `${code}: ${problem}`;
  return [name, code, at].filter((part) => part !== undefined).join(" ");
}
