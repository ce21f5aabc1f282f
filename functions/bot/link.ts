import { randomInt, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { botCodeKey, botPeoplePrefix, botPersonKey } from "../../core/bucket-layout.ts";
import { sha256 } from "../../core/call.ts";
import { chatRef } from "../../core/remembered-chats.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import { LinkedPerson } from "./access.ts";
import type { BotPorts } from "./ports.ts";

type Ports = Pick<BotPorts, "store" | "clock" | "tenant">;

/** `bot/<tenant>/codes/<hash>.json`; the code itself stands nowhere. */
const Code = z.object({
  hash: z.string(),
  agentId: z.string(),
  expiresAt: z.string(),
  usedAt: z.string().nullable(),
});

export const CODE_HOURS = 24;
/** Without letters and digits that are taken for each other. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/** 50 bits: not to be guessed by messages to a bot. */
const LENGTH = 10;

/** A code by which one person becomes this agent, once. */
export async function makeCode(agentId: string, { store, clock, tenant }: Ports): Promise<string> {
  const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  const hash = sha256(`link/${code}`);
  const expiresAt = new Date(clock.now().getTime() + CODE_HOURS * 3_600_000).toISOString();
  await writeJson(store, botCodeKey(tenant, hash), { hash, agentId, expiresAt, usedAt: null });
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** The agent that the person is from now on; undefined of a code that is wrong, used or too old. */
export async function useCode(
  typed: string,
  person: string,
  { store, clock, tenant }: Ports,
): Promise<string | undefined> {
  const code = typed.toUpperCase().replaceAll(/[\s_-]/g, "");
  if (code.length !== LENGTH) return undefined;
  const hash = sha256(`link/${code}`);
  const found = await readJson(store, botCodeKey(tenant, hash), Code);
  if (!found || !isSame(found.value.hash, hash)) return undefined;
  const now = clock.now();
  if (found.value.usedAt !== null || new Date(found.value.expiresAt) <= now) return undefined;
  const used = { ...found.value, usedAt: now.toISOString() };
  const { written } = await writeJson(store, botCodeKey(tenant, hash), used, { ifMatch: found.etag });
  if (!written) return undefined;
  const { agentId } = found.value;
  await writeJson(store, botPersonKey(tenant, chatRef(person)), { agentId, linkedAt: now.toISOString() });
  return agentId;
}

/** Nobody is this agent any more; how many were. Those whom the settings name stay. */
export async function unlink(agentId: string, { store, tenant }: Ports): Promise<number> {
  let removed = 0;
  for await (const { key } of store.list(botPeoplePrefix(tenant))) {
    if ((await readJson(store, key, LinkedPerson))?.value.agentId !== agentId) continue;
    await store.delete(key);
    removed += 1;
  }
  return removed;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
