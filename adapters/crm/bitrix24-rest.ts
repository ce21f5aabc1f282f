import * as z from "zod";
import { readBoundedText } from "../../core/bounded-text.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { failureOf, unreachable } from "./bitrix24-failure.ts";
import { type Bitrix24Pace, bitrix24Pace } from "./bitrix24-pace.ts";
import { readPortal, samePortalElsewhere } from "./bitrix24-portal.ts";

export interface Bitrix24RestOptions {
  /** The inbound webhook as the portal shows it: `https://<portal>/rest/<user>/<secret>/`. A secret as a whole. */
  webhookUrl: string;
  fetch?: typeof fetch | undefined;
  clock?: Clock | undefined;
  /** To be handed to every further client of the same portal; left out: a pace of its own. */
  pace?: Bitrix24Pace | undefined;
}

export interface Bitrix24Rest {
  /** `https://<portal>`, without the secret. */
  readonly portal: URL;
  /**
   * Calls a method; undefined when the portal answers with one of the `tolerated` error codes.
   * Never repeats on its own: a method may not be safe to repeat, and the queue tries again anyway.
   * Waits for its turn under the portal's limit of requests: {@link bitrix24Pace}.
   */
  call(
    method: string,
    parameters: object,
    tolerated?: readonly string[],
  ): Promise<Bitrix24Result | undefined>;
}

export interface Bitrix24Result {
  result: unknown;
  /** Where the next page starts; null on the last one. */
  next: number | null;
}

const TIMEOUT_MS = 30_000;
/** A page of fifty rows has some fifty kilobytes. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** An empty or "technical" user agent can meet a 404 of the web server (Bitrix24 docs, how-to-call-rest-api/general-principles). */
export const USER_AGENT = "CallQualityAnalyst/0.1.0 (+call-recordings)";

const Reply = z.object({
  result: z.unknown().optional(),
  // Usually a code; an empty string or a number from some modules.
  error: z.unknown().optional(),
  next: z.coerce.number().int().nonnegative().nullish().catch(null),
  time: z.object({ operating_reset_at: z.unknown().optional() }).nullish().catch(null),
});
type Reply = z.infer<typeof Reply>;

/** The REST client of one portal, through its inbound webhook. */
export function bitrix24Rest({
  webhookUrl,
  fetch = globalThis.fetch,
  clock = systemClock,
  pace = bitrix24Pace(clock),
}: Bitrix24RestOptions): Bitrix24Rest {
  const { portal, path } = readPortal(webhookUrl);
  /** When the portal will have forgotten the time that a method took, by its last answer. */
  const resetsAt = new Map<string, Date>();

  async function post(origin: string, method: string, body: string): Promise<Response> {
    await pace.turn();
    try {
      return await fetch(`${origin}${path}/${method}.json`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json", "user-agent": USER_AGENT },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw unreachable(error);
    }
  }

  /** A renamed portal answers 302, and a client that follows on its own would turn the POST into a GET. */
  async function postToPortal(method: string, body: string): Promise<Response> {
    const first = await post(portal.origin, method, body);
    if (!isRedirect(first.status)) return first;
    await first.body?.cancel();
    const moved = samePortalElsewhere(portal, first.headers.get("location"));
    const second = moved && (await post(moved.origin, method, body));
    if (second && !isRedirect(second.status)) return second;
    await second?.body?.cancel();
    throw new ConfigurationError(
      "crm.moved",
      "the Bitrix24 portal redirects to another address: put the portal's present address into BITRIX24_WEBHOOK_URL",
    );
  }

  return {
    portal,
    async call(method, parameters, tolerated = []) {
      const response = await postToPortal(method, JSON.stringify(parameters));
      const reply = await readReply(response);
      const resetAt = readMoment(reply?.time?.operating_reset_at);
      if (resetAt) resetsAt.set(method, resetAt);
      const code = reply ? errorCode(reply) : null;
      if (response.ok && reply && code === null && reply.result !== undefined) {
        return { result: reply.result, next: reply.next ?? null };
      }
      if (code === "QUERY_LIMIT_EXCEEDED") pace.isBehind();
      if (code !== null && tolerated.includes(code)) return undefined;
      throw failureOf({ method, response, code, resetAt: resetsAt.get(method), now: clock.now() });
    },
  };
}

async function readReply(response: Response): Promise<Reply | undefined> {
  let text: string | undefined;
  try {
    text = await readBoundedText(response, MAX_REPLY_BYTES);
  } catch (error) {
    throw unreachable(error);
  }
  try {
    return text === undefined ? undefined : Reply.parse(JSON.parse(text));
  } catch {
    return undefined; // HTML of the web server or of a login page, or JSON that was cut
  }
}

/** Null when the reply is no error; the code in upper case, because the portal writes some in lower case. */
function errorCode({ error }: Reply): string | null {
  if (error === undefined || error === null || error === false) return null;
  return typeof error === "string" || typeof error === "number" ? String(error).toUpperCase() : "";
}

/** Seconds since 1970 in most methods, a date as text in some, absent in others (Bitrix24 docs, limits). */
function readMoment(value: unknown): Date | undefined {
  const seconds = typeof value === "number" || /^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : null;
  const moment = new Date(seconds === null ? String(value) : seconds * 1000);
  return Number.isNaN(moment.getTime()) || seconds === 0 ? undefined : moment;
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
