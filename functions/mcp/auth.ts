import { createHash, timingSafeEqual } from "node:crypto";
import { tenantOfToken } from "../../core/access-token.ts";
import type { HttpRequest } from "../http.ts";
import type { Caller, McpPorts } from "./ports.ts";

export type Access = Pick<Caller, "tenant" | "isAdmin"> | { refused: 401 | 403 | 404 };

const PATH = /^\/mcp(?:\/((?!\.+$)[A-Za-z0-9._-]{1,64}))?\/?$/;

/** Who asks, by his bearer token. `/mcp/<tenant>` names the tenant for the administrator; everybody else's token says it. */
export async function accessOf(
  { headers = {}, path }: Pick<HttpRequest, "headers" | "path">,
  { adminToken, tenant, store }: Pick<McpPorts, "adminToken" | "tenant" | "store">,
): Promise<Access> {
  const token = /^Bearer +(\S+)\s*$/i.exec(headers.authorization ?? "")?.[1];
  const [isPath, named] = PATH.exec(path) ?? [];
  if (isPath === undefined) return { refused: 404 };
  if (token === undefined) return { refused: 401 };
  if (adminToken !== undefined && isSame(token, adminToken))
    return { tenant: named ?? tenant, isAdmin: true };
  const own = await tenantOfToken(store, token);
  if (own === undefined) return { refused: 401 };
  return named === undefined || named === own ? { tenant: own, isAdmin: false } : { refused: 403 };
}

/** Takes as long for a near miss as for nonsense. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Whether a page of this origin may ask. A browser sends one, programs do not: a page of somebody else's that a person happens to have open
 * must not reach a server on his own machine (MCP specification, "Streamable HTTP", security). Pages of this machine may, as tools for
 * developers are.
 */
export function isOriginAllowed({ headers = {} }: Pick<HttpRequest, "headers">): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(origin).hostname);
}
