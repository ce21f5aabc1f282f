import * as z from "zod";
import { publishedKey } from "../../core/bucket-layout.ts";
import { sha256 } from "../../core/call.ts";
import { doneEffect, markDone } from "../../core/claim.ts";
import type { Notifier } from "../../core/ports/notify.ts";
import type { BotPorts } from "./ports.ts";

/** Tells somebody else than the asker of an appeal, unless he was told. After a crash he may be told twice, which is preferred to not at all. */
export async function tellOnce(
  callId: string,
  what: string,
  { store, clock, tenant, notifier }: BotPorts,
  tell: (notifier: Notifier) => Promise<void>,
): Promise<void> {
  const key = publishedKey(tenant, callId, `appeal-${sha256(what).slice(0, 16)}`);
  if ((await doneEffect(store, key, z.unknown())) !== undefined) return;
  const messenger = await notifier();
  if (!messenger) return;
  await tell(messenger);
  await markDone(store, clock, key, { told: true });
}
