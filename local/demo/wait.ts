import { setTimeout } from "node:timers/promises";
import { indexDayPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import type { TelegramSandbox } from "../sandbox/telegram.ts";
import { printCall } from "./print.ts";

const DIGEST_WITHIN_MS = 10_000;

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
  while (telegram.messages.length === 0 && Date.now() < giveUpAt) await setTimeout(50);
  return telegram.messages.map((message) => message.plain).join("\n\n") || undefined;
}
