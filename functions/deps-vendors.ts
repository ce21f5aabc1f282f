import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { grammyChat } from "../adapters/chat/grammy.ts";
import { bitrix24 } from "../adapters/crm/bitrix24.ts";
import { bitrix24Pace } from "../adapters/crm/bitrix24-pace.ts";
import { bitrix24Writer } from "../adapters/crm/bitrix24-writer.ts";
import { duckDbCallIndex } from "../adapters/index/duckdb.ts";
import { openAiCompatible } from "../adapters/llm/openai-compatible.ts";
import { telegram } from "../adapters/notify/telegram.ts";
import { saluteSpeech } from "../adapters/speech/salutespeech.ts";
import { ConfigurationError } from "../core/errors.ts";
import { withFallback } from "../core/fallback-llm.ts";
import { guarded, type HealthNews } from "../core/guarded-vendor.ts";
import type { Llm } from "../core/ports/llm.ts";
import { rememberedChats } from "../core/remembered-chats.ts";
import type { VendorName } from "../core/vendor-health.ts";
import { writeBackVendor } from "../core/write-back.ts";
import type { BusEvent } from "../events/catalog.ts";
import { healthEvent } from "../events/health-news.ts";
import { listenersOf } from "../events/pipeline.ts";
import { recipientLost } from "../events/recipient-lost.ts";
import { base, once, queue, root, settingsOf, store } from "./deps-root.ts";
import type { ReportPorts } from "./report/stage.ts";

/** Every driver of a vendor, each watched, so that a vendor that refuses us is left alone. */

export async function crm() {
  const { config, clock } = root();
  const dropped = droppedRows();
  const onDroppedRows = (count: number) => {
    dropped.count += count;
  };
  return once("crm", () =>
    watched("crm", bitrix24({ ...config.bitrix24, clock, pace: crmPace(), onDroppedRows })),
  );
}

/** The rights to write are given kind by kind, so each is watched by itself. */
export const crmWriter: NonNullable<ReportPorts["writeBack"]>["writer"] = async (what) => {
  const options = { webhookUrl: root().config.bitrix24.webhookUrl, clock: root().clock, pace: crmPace() };
  return once(`crm-writer/${what}`, () => watched(writeBackVendor[what], bitrix24Writer(options)));
};

/** One for all, since the portal counts everything that comes from here. */
const crmPace = () => once("crm-pace", () => bitrix24Pace(root().clock));

/** Counted up by the driver until the sweep takes them. */
export function droppedRows(): { count: number } {
  return once("dropped-rows", () => ({ count: 0 }));
}

export async function speech() {
  const { config, clock } = root();
  const caPem = await readCaFile(config.saluteSpeechCaFile);
  return once("speech", () =>
    watched(
      "speech",
      saluteSpeech({
        ...config.saluteSpeech,
        ...(caPem === undefined ? {} : { caPem }),
        language: config.settings.locale,
        clock,
      }),
    ),
  );
}

/** SaluteSpeech docs, "Limits": five recognitions at once for individuals, ten for companies, for one key. */
export function recognitionsAtOnce(): number {
  return root().config.saluteSpeechScope === "SALUTE_SPEECH_PERS" ? 5 : 10;
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

/** Two models that are asked one after the other have as much time as one alone, which the lease of a scoring reckons with. */
const TIMEOUT_OF_EACH_MODEL_SEC = 60;

export async function llm(): Promise<Llm | null> {
  const { config, clock } = root();
  return once("llm", () => {
    if (!config.llm) return null;
    const more = { clock, ...(config.llmFallback ? { timeoutSec: TIMEOUT_OF_EACH_MODEL_SEC } : {}) };
    const first = watched("llm", openAiCompatible({ ...config.llm, ...more }));
    if (!config.llmFallback) return first;
    const second = watched(
      "llm-fallback",
      openAiCompatible({ ...config.llmFallback, ...more, variables: "LLM_FALLBACK" }),
    );
    return withFallback(first, second);
  });
}

export async function index() {
  const { config, clock } = root();
  return once("index", () =>
    duckDbCallIndex({
      store: store(),
      clock,
      timeZoneOf: async (tenant) => (await settingsOf(tenant)).timeZone,
      cacheDir: config.s3 ? undefined : join(config.dataDir, "index-cache"),
    }),
  );
}

export async function notifier() {
  const { config, clock } = root();
  return once("notifier", () =>
    config.telegram ? watched("notify", telegram({ ...config.telegram, clock, chats: chats() })) : null,
  );
}

/** What is known of chats that have moved or were lost. */
function chats() {
  const { store, clock } = base();
  const { tenant } = root().config;
  return rememberedChats({ store, tenant, clock, announce: (lost) => send(recipientLost(tenant, lost)) });
}

/** Not watched: whoever has asked waits, and hears at once that it did not work. */
export async function chat() {
  const { telegram } = root().config;
  return telegram && once("chat", () => grammyChat(telegram));
}

/** The vendor's port, left alone while the vendor is known to refuse us or to be down. */
function watched<Port extends object>(vendor: VendorName, port: Port): Port {
  const { tenant } = root().config;
  const { store, clock } = base();
  const announce = (news: HealthNews) => send(healthEvent(tenant, clock.now(), news));
  return guarded(port, { vendor, tenant, store, clock, announce });
}

export async function send(event: BusEvent): Promise<void> {
  for (const stage of listenersOf(event.type)) await queue().send(stage, [{ body: JSON.stringify(event) }]);
}
