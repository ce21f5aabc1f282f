import { randomBytes } from "node:crypto";
import * as z from "zod";
import { accessTokenKey } from "./bucket-layout.ts";
import { sha256 } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Store } from "./ports/store.ts";
import { readJson, writeJson } from "./store-json.ts";

/**
 * Tokens by which somebody may ask about one tenant's calls: `cqa.<tenant>.<secret>`. The bucket knows a token's hash alone, so that who reads the
 * bucket cannot ask in its name, and to take it back is to remove one object.
 */

const TOKEN = /^cqa\.((?!\.+\.)[A-Za-z0-9._-]{1,64})\.([A-Za-z0-9_-]{43})$/;

/** `tokens/<tenant>/<hash>.json` */
const Kept = z.object({ name: z.string(), createdAt: z.string() });

export async function makeAccessToken(
  { store, clock }: { store: Store; clock: Clock },
  tenant: string,
  name: string,
): Promise<string> {
  const token = `cqa.${tenant}.${randomBytes(32).toString("base64url")}`;
  const kept = { name, createdAt: clock.now().toISOString() };
  await writeJson(store, accessTokenKey(tenant, sha256(token)), kept, { ifAbsent: true });
  return token;
}

/** The tenant whose token it is; undefined of one that was never given out or was taken back. */
export async function tenantOfToken(store: Store, token: string): Promise<string | undefined> {
  const tenant = TOKEN.exec(token)?.[1];
  if (tenant === undefined) return undefined;
  return (await readJson(store, accessTokenKey(tenant, sha256(token)), Kept)) && tenant;
}

/** Takes a token back, at once and for good. */
export async function revokeAccessToken(store: Store, token: string): Promise<boolean> {
  const tenant = await tenantOfToken(store, token);
  if (tenant === undefined) return false;
  await store.delete(accessTokenKey(tenant, sha256(token)));
  return true;
}
