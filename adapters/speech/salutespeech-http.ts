import * as z from "zod";
import { readBoundedText } from "../../core/bounded-text.ts";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { retryAfterSec } from "../../core/retry-after.ts";
import { isLoopbackHost } from "../../core/url-gate.ts";

/** One answer of the vendor, read to its end. */
export interface VendorReply {
  /** The worse of the two: the vendor can answer HTTP 200 with an error in the envelope's own `status`. */
  status: number;
  /** Undefined when the body is not JSON: a gateway's page, half an answer, one without an end. */
  json: unknown;
  retryAfter: string | null;
}

export type Send = (url: string, init: RequestInit & { timeoutSec: number }) => Promise<VendorReply>;

/** The result of an hour's conversation has some megabytes, with every word's times and every voice told twice. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

const Envelope = z.object({ status: z.number().nullish() });

const UNTRUSTED_CHAIN = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Sends requests, with Sber's certificate authority trusted for them alone, and turns what breaks on the way into words. */
export function openSend({ fetch, caPem }: { fetch?: typeof globalThis.fetch; caPem?: string }): Send {
  let opened: Promise<typeof globalThis.fetch> | undefined;

  return async (url, { timeoutSec, ...init }) => {
    opened ??= fetch ? Promise.resolve(fetch) : openFetch(caPem);
    const ownFetch = await opened;
    const signal = AbortSignal.timeout(Math.ceil(timeoutSec * 1000));
    try {
      // A redirect is never followed: the token is for the configured address only.
      const response = await ownFetch(url, { redirect: "manual", ...init, signal });
      const json = parseJson(await readBoundedText(response, MAX_REPLY_BYTES));
      return {
        status: worseStatus(response.status, json),
        json,
        retryAfter: response.headers.get("retry-after"),
      };
    } catch (error) {
      throw networkError(error);
    }
  };
}

/** The configured address without a trailing slash. Credentials travel to it, so plain http is for this machine alone. */
export function vendorAddress(address: string, variable: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLoopback = url && isLoopbackHost(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback))
    return address.replace(/\/+$/, "");
  throw new ConfigurationError(
    "speech.bad_address",
    `${variable} must be an https:// address (http:// only for this machine): correct it or leave it out`,
  );
}

/** What every refusal means, whichever request it answers. What depends on the request is handled by the caller before. */
export function assertAccepted({ status, json, retryAfter }: VendorReply, now: Date): void {
  if (status >= 200 && status < 300) return;
  if (status === 401)
    throw new ConfigurationError(
      "speech.unauthorized",
      "SaluteSpeech refuses the access: check SBER_OAUTH_CLIENT_ID and SBER_OAUTH_CLIENT_SECRET",
    );
  if (status === 402)
    throw new ConfigurationError(
      "speech.no_money",
      "SaluteSpeech has no paid minutes left: top up the project of SBER_OAUTH_CLIENT_ID in Sber's cabinet",
    );
  if (status === 403)
    throw new ConfigurationError(
      "speech.forbidden",
      "SaluteSpeech does not allow this to the key: check SALUTESPEECH_SCOPE (SALUTE_SPEECH_PERS or SALUTE_SPEECH_CORP)",
    );
  if (status === 413)
    throw new PermanentError("recording.too_large", "the recording is larger than SaluteSpeech takes");
  if (status === 422 && json !== undefined)
    throw new PermanentError("speech.undecodable", "SaluteSpeech cannot decode the recording");
  if (status === 429)
    throw new RetryLaterError(
      "speech.rate_limited",
      retryAfterSec(retryAfter, now, 30),
      "SaluteSpeech has too many requests or tasks of this key at once",
    );
  if (status >= 500) throw new VendorError("speech.unavailable", `SaluteSpeech answered ${status}`);
  throw new VendorError(
    "speech.unreadable_reply",
    `SaluteSpeech answered ${status} in an unknown way: if it stays so, check SALUTESPEECH_API_URL`,
  );
}

/** Reads what is needed of an accepted answer. */
export function readReply<T>(schema: z.ZodType<T>, reply: VendorReply): T {
  const parsed = schema.safeParse(reply.json);
  if (parsed.success) return parsed.data;
  throw new VendorError("speech.unreadable_reply", "SaluteSpeech answered something that cannot be read");
}

async function openFetch(caPem: string | undefined): Promise<typeof globalThis.fetch> {
  if (caPem === undefined) return globalThis.fetch;
  const { fetchTrusting } = await import("./salutespeech-ca-fetch.ts");
  return fetchTrusting(caPem);
}

function parseJson(text: string | undefined): unknown {
  // Bytes that are no UTF-8 become this character: what was said would be lost without a word.
  if (text?.includes("\uFFFD")) return undefined;
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function worseStatus(httpStatus: number, json: unknown): number {
  const own = Envelope.safeParse(json).data?.status ?? 0;
  return httpStatus < 300 && own >= 300 ? own : httpStatus;
}

function networkError(error: unknown): Error {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  const code = typeof cause?.code === "string" && /^[A-Z0-9_]+$/.test(cause.code) ? cause.code : "";
  if (UNTRUSTED_CHAIN.has(code))
    return new ConfigurationError(
      "speech.untrusted_certificate",
      `the certificate of SaluteSpeech is not trusted (${code}): run \`npx cqa fetch-ca\` and set SALUTESPEECH_CA_FILE to the file that it writes`,
    );
  const detail = code ? ` (${code})` : "";
  return NEVER_CONNECTED.has(code)
    ? new VendorError("speech.unreachable", `SaluteSpeech cannot be reached${detail}`)
    : new VendorError(
        "speech.connection_lost",
        `the connection to SaluteSpeech broke before its answer${detail}`,
      );
}
