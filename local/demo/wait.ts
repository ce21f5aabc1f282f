import { setTimeout } from "node:timers/promises";
import { indexDayPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Store } from "../../core/ports/store.ts";
import { defaultSettings } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import { textsFor } from "../../locales/index.ts";
import type { TelegramSandbox } from "../sandbox/telegram.ts";
import { printCall } from "./print.ts";

const DIGEST_WITHIN_MS = 10_000;
/** A document is work for the processor, which no fast clock shortens. */
const FILES_WITHIN_MS = 30_000;

/** Shows each call as it comes to an end, until all have or the time is up. */
export async function waitForRows(options: {
  store: Store;
  day: string;
  count: number;
  giveUpSec: number;
  /** Nothing more will come. */
  hasEnded(): boolean;
}): Promise<CallRow[]> {
  const { store, day, count, giveUpSec, hasEnded } = options;
  const seen = new Map<string, CallRow>();
  const begun = new Date();
  const giveUpAt = begun.getTime() + giveUpSec * 1000;
  while (seen.size < count && Date.now() < giveUpAt && !hasEnded()) {
    // An upload belongs to the day on which it came.
    for (const listed of new Set([day, dayIn("Europe/Moscow", begun), dayIn("Europe/Moscow", new Date())])) {
      for await (const { key } of store.list(indexDayPrefix("default", listed))) {
        if (seen.has(key)) continue;
        const row = await readJson(store, key, CallRow);
        if (!row) continue;
        seen.set(key, row.value);
        printCall(row.value, seen.size, count);
      }
    }
    await setTimeout(100);
  }
  return [...seen.values()];
}

export async function waitForDigest(telegram: TelegramSandbox): Promise<string | undefined> {
  const giveUpAt = Date.now() + DIGEST_WITHIN_MS;
  while (digestsIn(telegram).length === 0 && Date.now() < giveUpAt) await setTimeout(50);
  return digestsIn(telegram).join("\n\n") || undefined;
}

/** The alerts on single calls, once there are so many or the time is up; critical violations first. */
export async function waitForAlerts(telegram: TelegramSandbox, count: number): Promise<string[]> {
  const giveUpAt = Date.now() + DIGEST_WITHIN_MS;
  while (alertsIn(telegram).length < count && Date.now() < giveUpAt) await setTimeout(50);
  return alertsIn(telegram);
}

/** The files of the digest, once they have come or the time is up: pictures, PDF, Excel. */
export async function waitForFiles(telegram: TelegramSandbox): Promise<void> {
  const giveUpAt = Date.now() + FILES_WITHIN_MS;
  const hasExcel = () => telegram.files.some(({ fileName }) => fileName.endsWith(".xlsx"));
  while (!hasExcel() && Date.now() < giveUpAt) await setTimeout(50);
}

/** As Telegram shows them, with their buttons; critical violations first. */
export function alertsIn({ messages }: Pick<TelegramSandbox, "messages">): string[] {
  return messages
    .filter(({ plain }) => /^(🚨|⚠️)/u.test(plain))
    .map(({ plain, buttons = [] }) =>
      [plain, ...buttons.map((row) => row.map(({ text }) => `[ ${text} ]`).join(" "))].join("\n"),
    )
    .sort((a, b) => Number(b.startsWith("🚨")) - Number(a.startsWith("🚨")));
}

const TITLE = textsFor(defaultSettings.locale).digest.title("day", "");

/** The messages that are digests, and not alerts on single calls. */
export function digestsIn({ messages }: Pick<TelegramSandbox, "messages">): string[] {
  return messages.map(({ plain }) => plain).filter((plain) => plain.startsWith(TITLE));
}
