import * as z from "zod";
import { botChatKey, botChoicesKey } from "../../core/bucket-layout.ts";
import { sha256 } from "../../core/call.ts";
import { chatRef } from "../../core/remembered-chats.ts";
import { VerdictValue } from "../../core/scorecard.ts";
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

/** What a button says about a verdict that somebody does not agree with. Who presses it is limited as if he had typed. */
const AppealChoice = z.object({
  callId: z.string(),
  criterionId: z.string(),
  /** `list` goes back from `reason`, `look` from `confirm`. */
  step: z.enum(["list", "reason", "look", "confirm", "decide"]),
  /** Which appeal is decided: a later one against the same verdict is not meant. */
  appealedAt: z.string().nullable().default(null),
  /** Null: the verdict stands. */
  accept: z.object({ verdict: VerdictValue, level: z.string().nullable() }).nullable().default(null),
  /** The chat that waits for the decision. */
  tell: z.string().nullable().default(null),
});
export type AppealChoice = z.infer<typeof AppealChoice>;

/** A question that a button asks: the words, as they were read then, and what was chosen since. */
export const Choice = z.object({
  text: z.string(),
  /** When it was asked: «вчера» stays the same day on the next page. */
  at: z.string(),
  /** By what was typed: the one who was meant, by id. */
  picks: z.record(z.string(), z.string()).optional(),
  /** Instead of the period that was read: first and last day. */
  days: z.object({ from: z.iso.date(), to: z.iso.date() }).optional(),
  offset: z.number().int().nonnegative().optional(),
  /** Instead of a question. */
  appeal: AppealChoice.optional(),
});
export type Choice = z.infer<typeof Choice>;

const Choices = z.object({ choices: z.array(Choice) });

/** Where the choices of one answer are kept. The same choices have the same key, so nothing is kept twice. */
export async function keepChoices(choices: readonly Choice[], { store, tenant }: Ports): Promise<string> {
  const key = sha256(JSON.stringify(choices)).slice(0, 20);
  await writeJson(store, botChoicesKey(tenant, key), { choices });
  return key;
}

export async function readChoice(
  key: string,
  number: number,
  { store, tenant }: Ports,
): Promise<Choice | undefined> {
  if (!/^[0-9a-f]{20}$/.test(key)) return undefined;
  return (await readJson(store, botChoicesKey(tenant, key), Choices))?.value.choices[number];
}
