import * as z from "zod";
import { type Clock, systemClock } from "../../core/clock.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../core/errors.ts";
import type { Notifier } from "../../core/ports/notify.ts";
import { retryAfterSec } from "../../core/retry-after.ts";
import { isLoopbackHost } from "../../core/url-gate.ts";
import { plainText } from "./telegram-html.ts";
import { splitIntoParts } from "./telegram-parts.ts";

export interface TelegramOptions {
  token: string;
  /** A person, a group (negative), a supergroup (below -10^12), or `@channel`. */
  chatId: string;
  /** Of a Bot API server of one's own. */
  apiRoot?: string | undefined;
  fetch?: typeof fetch | undefined;
  clock?: Clock | undefined;
}

const Reply = z.object({
  ok: z.boolean(),
  result: z
    .object({ message_id: z.union([z.number(), z.string()]).nullish() })
    .nullish()
    .catch(null),
  description: z.string().nullish().catch(null),
  parameters: z
    .object({
      retry_after: z.number().nullish().catch(null),
      migrate_to_chat_id: z.union([z.number(), z.string()]).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

interface Answer {
  status: number;
  /** Undefined when it was not sent, as far as can be told. */
  messageId: string | undefined;
  description: string;
  retryAfterSec: number;
  migratedTo: string | number | undefined;
}

const TIMEOUT_SEC = 30;
/** A pause that is waited out in the middle of a text; and all of them together, for a function that sends has a time limit. */
const MAX_PAUSE_SEC = 5;
const MAX_PAUSES_SEC = 20;

/**
 * Sends texts to one Telegram chat over the Bot API.
 *
 * The Bot API has no key against doubles and no transaction around a text of several messages. When Telegram asks for a pause
 * in the middle of one, a short pause is waited out here; a longer one ends in RetryLaterError, any other failure in its own
 * error. The text is then sent again from its beginning, so its first messages come twice: a double that can be seen is
 * preferred to a digest that lacks its end.
 */
export function telegram(options: TelegramOptions): Notifier {
  const { clock = systemClock } = options;
  const method = `${checkedRoot(options.apiRoot)}/bot${checkedToken(options.token)}/sendMessage`;
  let chatId = checkedChatId(options.chatId);

  async function post(text: string, parseMode: "HTML" | undefined): Promise<Answer> {
    let status: number;
    let header: string | null;
    let body: string;
    try {
      const response = await (options.fetch ?? fetch)(method, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          chat_id: chatId,
          text,
          ...(parseMode ? { parse_mode: parseMode } : {}),
          link_preview_options: { is_disabled: true },
        }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_SEC * 1000),
      });
      status = response.status;
      header = response.headers.get("retry-after");
      body = await response.text();
    } catch {
      // The address holds the token, and errors of fetch quote addresses: nothing of this error is passed on.
      throw new VendorError("notify.failed", "the connection to Telegram failed");
    }
    const reply = readReply(body);
    const messageId = reply?.ok ? reply.result?.message_id : undefined;
    return {
      status,
      messageId: messageId == null ? undefined : String(messageId),
      description: (reply?.description ?? "").toLowerCase(),
      retryAfterSec: retryAfterSec(
        reply?.parameters?.retry_after != null ? String(reply.parameters.retry_after) : header,
        clock.now(),
        30,
      ),
      migratedTo: reply?.parameters?.migrate_to_chat_id ?? undefined,
    };
  }

  /** One message. Resolves to its id. */
  async function deliver(html: string, pauses: { mayWaitSec: number }): Promise<string> {
    let answer = await post(html, "HTML");
    for (let isPlain = false, hasMigrated = false; answer.messageId === undefined; ) {
      if (answer.status === 429 && answer.retryAfterSec <= Math.min(MAX_PAUSE_SEC, pauses.mayWaitSec)) {
        pauses.mayWaitSec -= answer.retryAfterSec;
        await pause(clock.realMs(answer.retryAfterSec * 1000));
      } else if (answer.migratedTo !== undefined && !hasMigrated) {
        // A group that became a supergroup has a new id, and the old one is never valid again.
        hasMigrated = true;
        chatId = checkedChatId(String(answer.migratedTo));
      } else if (answer.status === 400 && answer.description.includes("parse entities") && !isPlain) {
        isPlain = true;
      } else throw failure(answer);
      answer = await (isPlain ? post(plainText(html), undefined) : post(html, "HTML"));
    }
    return answer.messageId;
  }

  return {
    async send({ blocks }) {
      const messageIds: string[] = [];
      const pauses = { mayWaitSec: 0 };
      for (const part of splitIntoParts(blocks)) {
        messageIds.push(await deliver(part, pauses));
        // Before the first message nothing is lost by coming back later.
        if (messageIds.length === 1) pauses.mayWaitSec = MAX_PAUSES_SEC;
      }
      return { messageIds };
    },
  };
}

const unreachableWords =
  /chat not found|peer_id_invalid|user not found|not enough rights|have no rights|chat_write_forbidden|administrator rights|deactivated|upgraded to a supergroup/;

function failure({ status, description, retryAfterSec: afterSec }: Answer): Error {
  if (status === 429)
    return new RetryLaterError("notify.rate_limited", afterSec, "Telegram asks for a pause");
  if (status === 401 || status === 404)
    return new ConfigurationError(
      "notify.unauthorized",
      "Telegram does not know the bot: check TELEGRAM_BOT_TOKEN (and TELEGRAM_API_ROOT if it is set)",
    );
  if (status === 403 || (status === 400 && unreachableWords.test(description)))
    return new ConfigurationError(
      "notify.chat_unreachable",
      "the bot cannot write to the chat: check TELEGRAM_CHAT_ID, and that the bot is a member of the group or that the person has pressed Start",
    );
  if (status === 400)
    return new ConfigurationError(
      "notify.rejected",
      "Telegram rejected the message itself (status 400): check TELEGRAM_CHAT_ID; if it is right, this is a fault of the product",
    );
  return new VendorError("notify.failed", `Telegram failed with status ${status}`);
}

function readReply(body: string): z.infer<typeof Reply> | undefined {
  try {
    return Reply.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

function checkedRoot(apiRoot = "https://api.telegram.org"): string {
  const url = URL.parse(apiRoot);
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname))))
    throw new ConfigurationError(
      "notify.wrong_address",
      "TELEGRAM_API_ROOT must be an https:// address (http:// only for this machine); leave it out to use Telegram's own",
    );
  return url.href.replace(/\/+$/, "");
}

function checkedToken(token: string): string {
  if (!/^[A-Za-z0-9:_-]+$/.test(token))
    throw new ConfigurationError(
      "notify.unauthorized",
      "TELEGRAM_BOT_TOKEN does not look like a token (123456:ABC-def): copy it again from @BotFather",
    );
  return token;
}

function checkedChatId(chatId: string): string | number {
  if (/^-?\d{1,16}$/.test(chatId)) return Number(chatId);
  if (/^@[A-Za-z]\w*$/.test(chatId)) return chatId;
  throw new ConfigurationError(
    "notify.chat_unreachable",
    "TELEGRAM_CHAT_ID must be a number like -1001234567890 or the name of a public channel like @our_calls",
  );
}
