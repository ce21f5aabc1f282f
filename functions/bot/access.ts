import * as z from "zod";
import { botPersonKey, botStrangerKey, chatKey } from "../../core/bucket-layout.ts";
import type { ChatUpdate } from "../../core/ports/chat.ts";
import { ChatNote, chatRef } from "../../core/remembered-chats.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import type { BotPorts } from "./ports.ts";
import type { Scope } from "./scope.ts";

/** `bot/<tenant>/people/<ref>.json` */
export const LinkedPerson = z.object({ agentId: z.string(), linkedAt: z.string() });

/** What the sender of an update may ask about; null of a stranger. */
export async function scopeOf(
  { chat, person, isPrivate }: Pick<ChatUpdate, "chat" | "person" | "isPrivate">,
  ports: BotPorts,
  settings: Settings,
): Promise<Scope | null> {
  const isListed = settings.chats.includes(chat) || (await isOwnChat(chat, ports));
  const isSupervisor = person !== null && (settings.chats.includes(person) || person === ports.ownChat);
  if (isListed && (isPrivate || isSupervisor)) return { kind: "everybody" };
  const agentId = person === null ? undefined : await agentOf(person, ports, settings);
  if (isListed) return agentId === undefined ? { kind: "everybody" } : { kind: "agent", agentId };
  // In a group that nobody listed strangers would read the answer.
  if (!isPrivate || agentId === undefined) return null;
  return { kind: "agent", agentId };
}

/** A group that has become a supergroup has another id since. */
async function isOwnChat(chat: string, { ownChat, store, tenant }: BotPorts): Promise<boolean> {
  if (ownChat === null) return false;
  if (chat === ownChat) return true;
  // Only supergroups are moved to.
  if (!chat.startsWith("-100")) return false;
  const note = await readJson(store, chatKey(tenant, chatRef(ownChat)), ChatNote);
  return note?.value.movedTo === chat;
}

async function agentOf(
  person: string,
  { store, tenant }: BotPorts,
  { agents }: Settings,
): Promise<string | undefined> {
  if (Object.hasOwn(agents, person)) return agents[person];
  return (await readJson(store, botPersonKey(tenant, chatRef(person)), LinkedPerson))?.value.agentId;
}

const STRANGER_EVERY_MS = 3_600_000;
const Told = z.object({ at: z.string() });

/** Whether a stranger is to be told that the bot is not for him: at most once an hour, whatever he sends. */
export async function maySpeakToStranger(chat: string, { store, tenant, clock }: BotPorts): Promise<boolean> {
  const key = botStrangerKey(tenant, chatRef(chat));
  const told = await readJson(store, key, Told);
  const now = clock.now();
  if (told && now.getTime() - Date.parse(told.value.at) < STRANGER_EVERY_MS) return false;
  const condition = told ? { ifMatch: told.etag } : { ifAbsent: true };
  return (await writeJson(store, key, { at: now.toISOString() }, condition)).written;
}
