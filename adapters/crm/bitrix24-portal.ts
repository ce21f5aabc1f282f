import { ConfigurationError } from "../../core/errors.ts";
import type { CrmEntity } from "../../core/ports/crm.ts";
import { bareHost, gateUrl, isLoopbackHost } from "../../core/url-gate.ts";

/**
 * Where the portal is, and the path that carries the secret (without a slash at the end).
 * Whatever follows the secret is dropped: the portal shows the address with an example method at its end.
 */
export function readPortal(webhookUrl: string): { portal: URL; path: string } {
  const text = webhookUrl.trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const path = url && /^(?:\/[^/]+)*?\/rest\/\d+\/[A-Za-z0-9_-]+(?=\/|$)/.exec(url.pathname)?.[0];
  if (!url || !path || url.username || url.password || !["https:", "http:"].includes(url.protocol)) {
    throw new ConfigurationError(
      "crm.invalid_address",
      "BITRIX24_WEBHOOK_URL is not the address of an inbound webhook: it looks like https://company.bitrix24.ru/rest/1/secret/",
    );
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    throw new ConfigurationError(
      "crm.insecure_address",
      "BITRIX24_WEBHOOK_URL must begin with https://, because the secret is part of the address",
    );
  }
  return { portal: new URL(url.origin), path };
}

/**
 * The portal under its new name, if a redirect leads to one that the secret can be shown to: another name in the same
 * zone of Bitrix24's cloud (`old.bitrix24.ru` to `new.bitrix24.ru`), or another port of this machine when the portal is
 * on this machine. A portal on a company's own domain is never followed: a host beside it may be anybody's, so
 * the operator has to put the new address in. Only the origin is taken over, the path stays ours.
 */
export function samePortalElsewhere(portal: URL, location: string | null): URL | undefined {
  const loopback = isLoopbackHost(portal.hostname);
  const gated = location === null ? undefined : gateUrl(location, { base: portal, loopback });
  if (!gated || !("url" in gated) || gated.url.origin === portal.origin) return undefined;
  if (loopback) return isLoopbackHost(gated.url.hostname) ? gated.url : undefined;
  const zone = cloudZone(portal);
  return zone !== undefined && cloudZone(gated.url) === zone && gated.url.port === "" ? gated.url : undefined;
}

/** Where a person opens a card of the portal. */
export function bitrix24CardUrl(webhookUrl: string, { type, id }: CrmEntity): string {
  return new URL(`/crm/${type}/details/${encodeURIComponent(id)}/`, readPortal(webhookUrl).portal).href;
}

/** `bitrix24.ru` of `company.bitrix24.ru`; undefined for a portal on its own domain. */
export function cloudZone(url: URL): string | undefined {
  return /^[a-z0-9-]+\.(bitrix24\.(?:[a-z]{2,3}|com\.[a-z]{2}))$/.exec(bareHost(url.hostname))?.[1];
}
