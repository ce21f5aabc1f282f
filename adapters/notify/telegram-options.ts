import { ConfigurationError } from "../../core/errors.ts";
import { isLoopbackHost } from "../../core/url-gate.ts";

/** What is checked of the options before anything is sent. */

export function checkedRoot(apiRoot = "https://api.telegram.org"): string {
  const url = URL.parse(apiRoot);
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname))))
    throw new ConfigurationError(
      "notify.wrong_address",
      "TELEGRAM_API_ROOT must be an https:// address (http:// only for this machine); leave it out to use Telegram's own",
    );
  return url.href.replace(/\/+$/, "");
}

export function checkedToken(token: string): string {
  if (!/^[A-Za-z0-9:_-]+$/.test(token))
    throw new ConfigurationError(
      "notify.unauthorized",
      "TELEGRAM_BOT_TOKEN does not look like a token (123456:ABC-def): copy it again from @BotFather",
    );
  return token;
}

export function checkedChatId(chatId: string): string {
  if (isChatId(chatId)) return chatId;
  throw new ConfigurationError(
    "notify.chat_unreachable",
    "TELEGRAM_CHAT_ID must be a number like -1001234567890 or the name of a public channel like @our_calls",
  );
}

/** A person's or group's number (a supergroup's is below -10^12), or a public channel's name. */
export function isChatId(chatId: string): boolean {
  return isNumber(chatId) || /^@[A-Za-z]\w*$/.test(chatId);
}

/** As the Bot API wants it: Integer or String. */
export function chatIdField(chatId: string): string | number {
  return isNumber(chatId) ? Number(chatId) : chatId;
}

function isNumber(chatId: string): boolean {
  return /^-?\d{1,16}$/.test(chatId);
}
