import { expect } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import { setClock } from "../../../core/clock.ts";
import { isOwnError } from "../../../core/errors.ts";
import type { RecordingReference } from "../../../core/ports/crm.ts";

export const SECRET = "s3cretInThePath";
export const TOKEN = "t0kenInTheQuery";
export const PUBLIC = "93.184.215.14";

interface Hop {
  url: string;
  headers: Record<string, string>;
}

/**
 * A portal and its surroundings behind an injected fetch: every address that answers, and what it answers with.
 * A name without an entry in `addresses` leads to a public address.
 */
export function world({
  host = "demo.bitrix24.ru",
  answers = {},
  addresses = {},
  file = { DOWNLOAD_URL: `https://${host}/disk/9079?token=${TOKEN}`, SIZE: "3" },
  allowed = [],
}: {
  host?: string;
  answers?: Record<string, () => Response>;
  addresses?: Record<string, string[]>;
  file?: object;
  allowed?: string[];
}) {
  const hops: Hop[] = [];
  const looked: string[] = [];
  const fetch = async (input: unknown, init: RequestInit) => {
    const url = new URL(String(input));
    if (url.pathname.includes("/rest/")) return Response.json({ result: file });
    expect(init.redirect).toBe("manual");
    hops.push({ url: url.href, headers: Object.fromEntries(new Headers(init.headers)) });
    const answer = answers[url.href] ?? answers[url.host];
    return answer ? answer() : audio();
  };
  const crm = bitrix24({
    webhookUrl: `https://${host}/rest/1/${SECRET}/`,
    fetch: fetch as typeof globalThis.fetch,
    clock: setClock("2026-11-20T10:00:00Z"),
    lookup: async (name) => {
      looked.push(name);
      return addresses[name] ?? [PUBLIC];
    },
    allowedRecordingHosts: allowed,
  });
  return {
    hops,
    looked,
    open: (reference: RecordingReference = { fileId: "9079" }) => crm.openRecording(reference),
  };
}

export const audio = (headers: Record<string, string> = {}) =>
  new Response("ID3", { headers: { "content-type": "audio/mpeg", ...headers } });
export const redirect =
  (location?: string, status = 302) =>
  () =>
    new Response(null, { status, headers: location === undefined ? {} : { location } });

export async function failure(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isOwnError(error)) throw new Error("not one of our errors", { cause: error });
  expect(error.message).not.toMatch(/s3cret|t0ken|https?:/);
  return error;
}

export const REFUSED = { name: "PermanentError", code: "recording.url_refused" };
