import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { retryAfterSec } from "../../core/retry-after.ts";
import type { Send, VendorReply } from "./salutespeech-http.ts";

export interface AccessToken {
  value: string;
  obtainedAtMs: number;
  expiresAtMs: number;
}

export interface TokenSource {
  /** A token that lives for a while yet; callers who come together share one request. */
  token(): Promise<AccessToken>;
  /** The vendor refused it: the next call gets another. */
  drop(token: AccessToken): void;
}

export interface TokenSourceOptions {
  clientId: string;
  clientSecret: string;
  scope: string;
  oauthUrl: string;
  send: Send;
  clock: Clock;
  timeoutSec: number;
}

// Tokens live for 30 minutes (SaluteSpeech docs, OAuth). Refreshed early, so that none runs out on the way.
const LIFETIME_MS = 30 * 60_000;
const REFRESH_EARLY_MS = 90_000;

// The second pair is what some gateways of the same service answer (seen in clients of GigaChat).
const OAuthReply = z.object({
  access_token: z.string().nullish(),
  expires_at: z.number().nullish(),
  tok: z.string().nullish(),
  exp: z.number().nullish(),
});

export function tokenSource(options: TokenSourceOptions): TokenSource {
  const { clock } = options;
  let cached: AccessToken | undefined;
  let pending: Promise<AccessToken> | undefined;

  return {
    async token() {
      if (cached && clock.now().getTime() < cached.expiresAtMs - REFRESH_EARLY_MS) return cached;
      pending ??= requestToken(options).finally(() => {
        pending = undefined;
      });
      cached = await pending;
      return cached;
    },
    drop(token) {
      if (cached === token) cached = undefined;
    },
  };
}

/** Sber's cabinet also shows the finished key, `base64(id:secret)`; encoding that a second time is a classic mistake. */
export function authorizationKey(clientId: string, clientSecret: string): string {
  const decoded = Buffer.from(clientSecret, "base64");
  const isBase64 = decoded.toString("base64").replace(/=+$/, "") === clientSecret.replace(/=+$/, "");
  if (isBase64 && /^[!-9;-~]+:[!-~]+$/.test(decoded.toString("latin1"))) return clientSecret;
  return Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
}

async function requestToken(options: TokenSourceOptions): Promise<AccessToken> {
  const { clientId, clientSecret, scope, oauthUrl, send, clock, timeoutSec } = options;
  let reply: VendorReply;
  try {
    reply = await send(oauthUrl, {
      method: "POST",
      // Without RqUID the answer is 400 (SaluteSpeech docs, OAuth).
      headers: {
        authorization: `Basic ${authorizationKey(clientId, clientSecret)}`,
        rquid: randomUUID(),
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ scope }).toString(),
      timeoutSec,
    });
  } catch (error) {
    // Renamed, because a lost answer here leaves nothing in doubt: no recognition was asked for yet.
    if (error instanceof VendorError) throw new VendorError("speech.oauth_unavailable", error.message);
    throw error;
  }
  return readToken(reply, clock.now());
}

function readToken(reply: VendorReply, now: Date): AccessToken {
  if (reply.status === 429)
    throw new RetryLaterError(
      "speech.rate_limited",
      retryAfterSec(reply.retryAfter, now, 30),
      "Sber's OAuth has too many requests of this key",
    );
  // A scope that the key lacks is answered 400 or 401, a wrong key 401: the code alone does not tell them apart.
  if (reply.status === 400 || reply.status === 401 || reply.status === 403)
    throw new ConfigurationError(
      "speech.unauthorized",
      "Sber's OAuth refuses the key: check SBER_OAUTH_CLIENT_ID, SBER_OAUTH_CLIENT_SECRET and SALUTESPEECH_SCOPE",
    );
  const body = reply.status < 300 ? OAuthReply.safeParse(reply.json).data : undefined;
  const value = body?.access_token ?? body?.tok;
  if (!value)
    throw new VendorError("speech.oauth_unavailable", `Sber's OAuth gave no token (${reply.status})`);
  const nowMs = now.getTime();
  const expires = body?.expires_at ?? body?.exp;
  const expiresAtMs = expires ? (expires > 1e12 ? expires : expires * 1000) : nowMs + LIFETIME_MS;
  return { value, obtainedAtMs: nowMs, expiresAtMs };
}
