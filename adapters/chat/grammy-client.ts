// Of its two builds the one without node-fetch, which is never asked here, weighs half a megabyte and warns at every start.
import { Api, type ApiClientOptions, GrammyError } from "grammy/web";
import { readBoundedText } from "../../core/bounded-text.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { isLoopbackHost } from "../../core/url-gate.ts";

export interface GrammyOptions {
  token: string;
  /** Of a Bot API server of one's own. */
  apiRoot?: string | undefined;
  fetch?: typeof fetch | undefined;
}

/** A hundred updates, the most that come at once, have at most a few kilobytes each. */
const MAX_REPLY_BYTES = 8 * 1024 * 1024;
const DEFAULT_ROOT = "https://api.telegram.org";

export function checkedRoot(apiRoot = DEFAULT_ROOT): string {
  const url = URL.parse(apiRoot);
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname))))
    throw new ConfigurationError(
      "chat.wrong_address",
      "TELEGRAM_API_ROOT must be an https:// address (http:// only for this machine); leave it out to use Telegram's own",
    );
  return url.href.replace(/\/+$/, "");
}

/**
 * grammY's client over our own fetch. Its default, node-fetch, follows redirects with the token in the address and reads answers without
 * an end; and its default timeout of 500 seconds is longer than any function lives.
 */
export function grammyApi(options: GrammyOptions, timeoutSec: number): Api {
  const client: ApiClientOptions = {
    apiRoot: checkedRoot(options.apiRoot),
    timeoutSeconds: timeoutSec,
    fetch: bounded(options.fetch ?? fetch) as unknown as NonNullable<ApiClientOptions["fetch"]>,
  };
  return new Api(options.token, client);
}

function bounded(ask: typeof fetch) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    // The signal that grammY gives is of a library of its own, which the built-in fetch does not take.
    const ending = new AbortController();
    if (init.signal?.aborted) ending.abort();
    init.signal?.addEventListener("abort", () => ending.abort());
    const { method = "POST", headers, body } = init;
    const response = await ask(url, {
      method,
      ...(headers ? { headers } : {}),
      ...(body == null ? {} : { body }),
      redirect: "error",
      signal: ending.signal,
    });
    const text = await readBoundedText(response, MAX_REPLY_BYTES);
    return new Response(text ?? "", { status: 200 });
  };
}

/** An own error for whatever grammY threw. Its own can hold the address with the token, and what was sent. */
export function translated(error: unknown): Error {
  if (!(error instanceof GrammyError))
    return new VendorError("chat.failed", "the connection to Telegram failed");
  const { error_code: status, parameters } = error;
  if (status === 429)
    return new RetryLaterError("chat.rate_limited", pauseSec(parameters), "Telegram asks for a pause");
  if (status === 401 || status === 404)
    return new ConfigurationError(
      "chat.unauthorized",
      "Telegram does not know the bot: check TELEGRAM_BOT_TOKEN (and TELEGRAM_API_ROOT if it is set)",
    );
  if (status === 409)
    return new VendorError(
      "chat.taken",
      "somebody else asks Telegram for this bot's updates: stop the other service, or remove its webhook",
    );
  return new VendorError("chat.failed", `Telegram failed with status ${status}`);
}

function pauseSec(parameters: unknown): number {
  const asked = (parameters as { retry_after?: unknown } | undefined)?.retry_after;
  return typeof asked === "number" && asked > 0 ? Math.min(asked, 3600) : 30;
}

/** What Telegram said to a request that it refused as it stands; undefined of any other failure. */
export function refusal(error: unknown): string | undefined {
  if (!(error instanceof GrammyError) || error.error_code !== 400) return undefined;
  return typeof error.description === "string" ? error.description.toLowerCase() : "";
}
