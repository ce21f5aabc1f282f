import * as z from "zod";
import { ConfigurationError, RetryLaterError, VendorError } from "../../core/errors.ts";
import type { LostChat } from "../../core/ports/chat-memory.ts";
import { retryAfterSec } from "../../core/retry-after.ts";

const Sent = z.object({ message_id: z.union([z.number(), z.string()]) });

const Reply = z.object({
  ok: z.boolean(),
  /** A group of files is several messages. */
  result: z
    .union([Sent, z.array(Sent).min(1)])
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

export interface Answer {
  method: string;
  status: number;
  /** Undefined when it was not sent, as far as can be told. */
  messageIds: string[] | undefined;
  description: string;
  retryAfterSec: number;
  migratedTo: string | undefined;
}

/** What Telegram has answered, as far as it is readable; of anything else the status decides. */
export function readAnswer(given: {
  method: string;
  status: number;
  /** `Retry-After`, which gateways set. */
  header: string | null;
  body: string;
  now: Date;
}): Answer {
  const { method, status, header, body, now } = given;
  const reply = parse(body);
  const result = reply?.ok ? reply.result : undefined;
  const { retry_after: pauseSec, migrate_to_chat_id: migratedTo } = reply?.parameters ?? {};
  return {
    method,
    status,
    messageIds: result ? [result].flat().map(({ message_id }) => String(message_id)) : undefined,
    description: (reply?.description ?? "").toLowerCase(),
    retryAfterSec: retryAfterSec(pauseSec != null ? String(pauseSec) : header, now, 30),
    migratedTo: migratedTo == null ? undefined : String(migratedTo),
  };
}

function parse(body: string): z.infer<typeof Reply> | undefined {
  try {
    return Reply.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

export function cannotReadHtml({ status, description }: Answer): boolean {
  return status === 400 && description.includes("parse entities");
}

/** Bot API, sendPhoto: too large, too long or too narrow for a picture. As a document it is taken. */
export function cannotShowPicture({ status, description }: Answer): boolean {
  return (
    status === 400 &&
    /photo_invalid_dimensions|photo_(ext_)?invalid|image_process_failed|too big for a photo/.test(description)
  );
}

const lostWords: [LostChat, RegExp][] = [
  ["deactivated", /deactivated/],
  ["blocked", /blocked by the user/],
  ["no_rights", /not enough rights|have no rights|chat_write_forbidden|administrator rights/],
  [
    "not_found",
    /chat not found|peer_id_invalid|user not found|initiate conversation|upgraded to a supergroup/,
  ],
  ["removed", /kicked|not a member|forbidden/],
];

/** Why nobody can be reached in this chat; undefined when that is not what is wrong. */
export function lostChat({ status, description }: Answer): LostChat | undefined {
  if (status !== 403 && status !== 400) return undefined;
  const why = lostWords.find(([, words]) => words.test(description))?.[0];
  return why ?? (status === 403 ? "removed" : undefined);
}

export function failure(answer: Answer): Error {
  const { method, status } = answer;
  if (status === 429)
    return new RetryLaterError("notify.rate_limited", answer.retryAfterSec, "Telegram asks for a pause");
  // A Bot API server of one's own that takes no files says nothing about the token.
  if (status === 404 && method !== "sendMessage")
    return new ConfigurationError("notify.rejected", "Telegram takes no files here: check TELEGRAM_API_ROOT");
  if (status === 401 || status === 404)
    return new ConfigurationError(
      "notify.unauthorized",
      "Telegram does not know the bot: check TELEGRAM_BOT_TOKEN (and TELEGRAM_API_ROOT if it is set)",
    );
  if (lostChat(answer))
    return new ConfigurationError(
      "notify.chat_unreachable",
      "the bot cannot write to the chat: check TELEGRAM_CHAT_ID, and that the bot is a member of the group or that the person has pressed Start",
    );
  if (status === 413)
    return new ConfigurationError("notify.rejected", "a file is larger than Telegram takes (50 MB)");
  if (status === 400)
    return new ConfigurationError(
      "notify.rejected",
      "Telegram rejected the message itself (status 400): check TELEGRAM_CHAT_ID; if it is right, this is a fault of the product",
    );
  return new VendorError("notify.failed", `Telegram failed with status ${status}`);
}
