import * as z from "zod";
import { botChatKey } from "../../core/bucket-layout.ts";
import { chatRef } from "../../core/remembered-chats.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import type { BotPorts } from "./ports.ts";

type Ports = Pick<BotPorts, "store" | "tenant">;

/** What the next message is to be, and of which call. */
const Awaited = z.discriminatedUnion("what", [
  z.object({ what: z.literal("reason"), callId: z.string(), criterionId: z.string(), at: z.string() }),
  z.object({ what: z.literal("recording"), callId: z.string(), at: z.string() }),
]);
export type Awaited = z.infer<typeof Awaited>;

/** `bot/<tenant>/chats/<ref>.json`: what «№ 3» and «почему?» are about. */
const Shown = z.object({
  /** The calls of the last list, in its order. */
  listed: z.array(z.string()).default([]),
  /** The call that was shown last. */
  call: z.string().nullable().default(null),
  awaits: Awaited.nullable().default(null),
});
export type Shown = z.infer<typeof Shown>;

/** Of the person, not of the group: two who ask at once do not confuse each other. */
const whose = (chat: string, person: string | null) => chatRef(`${chat}/${person ?? ""}`);

export async function lastShown(
  chat: string,
  person: string | null,
  { store, tenant }: Ports,
): Promise<Shown> {
  const found = await readJson(store, botChatKey(tenant, whose(chat, person)), Shown);
  return found?.value ?? { listed: [], call: null, awaits: null };
}

export async function rememberShown(
  chat: string,
  person: string | null,
  shown: Shown,
  { store, tenant }: Ports,
): Promise<void> {
  await writeJson(store, botChatKey(tenant, whose(chat, person)), shown);
}
