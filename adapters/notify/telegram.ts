import { readBoundedText } from "../../core/bounded-text.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { VendorError } from "../../core/errors.ts";
import type { ChatMemory, KnownChat } from "../../core/ports/chat-memory.ts";
import type { Notifier, SentMessage } from "../../core/ports/notify.ts";
import {
  type Answer,
  cannotReadHtml,
  cannotShowPicture,
  failure,
  lostChat,
  readAnswer,
} from "./telegram-answer.ts";
import { chatIdField, checkedChatId, checkedRoot, checkedToken, isChatId } from "./telegram-options.ts";
import { type Manner, type SendRequest, type Step, stepsOf } from "./telegram-requests.ts";

export interface TelegramOptions {
  token: string;
  /** A person, a group (negative), a supergroup (below -10^12), or `@channel`. */
  chatId: string;
  /** Of a Bot API server of one's own. */
  apiRoot?: string | undefined;
  /** Keeps what is learnt about chats; without it that is forgotten with the process. */
  chats?: ChatMemory | undefined;
  fetch?: typeof fetch | undefined;
  clock?: Clock | undefined;
}

/** A file of 50 MB is the largest that is sent. */
const TIMEOUT_SEC = 30;
/** An answer repeats the message, which has a few kilobytes. */
const MAX_REPLY_BYTES = 1024 * 1024;
/** A pause that is waited out in the middle of a message; and all of them together, for a function that sends has a time limit. */
const MAX_PAUSE_SEC = 5;
const MAX_PAUSES_SEC = 20;

/**
 * Sends texts and files to Telegram chats over the Bot API.
 *
 * The Bot API has no key against doubles and no transaction around a message of several parts. When Telegram asks for a pause
 * in the middle of one, a short pause is waited out here; a longer one ends in RetryLaterError, any other failure in its own
 * error. The message is then sent again from its beginning, so its first parts come twice: a double that can be seen is
 * preferred to a digest that lacks its end.
 */
export function telegram(options: TelegramOptions): Notifier {
  const { clock = systemClock } = options;
  const root = `${checkedRoot(options.apiRoot)}/bot${checkedToken(options.token)}`;
  const own = checkedChatId(options.chatId);
  const chats = forgiving(options.chats);
  /** Where chats have moved to, as this process knows; a chat that is not in here has not been asked about yet. */
  const addresses = new Map<string, string>();

  async function post(request: SendRequest, chatId: string): Promise<Answer> {
    let response: Response;
    let body: string;
    try {
      response = await (options.fetch ?? fetch)(`${root}/${request.method}`, {
        method: "POST",
        ...bodyOf({ ...request, fields: { chat_id: chatIdField(chatId), ...request.fields } }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_SEC * 1000),
      });
      // Without an end it is no answer of Telegram's, and then its status decides.
      body = (await readBoundedText(response, MAX_REPLY_BYTES)) ?? "";
    } catch {
      // The address holds the token, and errors of fetch quote addresses: nothing of this error is passed on.
      throw new VendorError("notify.failed", "the connection to Telegram failed");
    }
    const header = response.headers.get("retry-after");
    return readAnswer({ method: request.method, status: response.status, header, body, now: clock.now() });
  }

  /** One request of a message. Resolves to what was sent, or to the answer when it cannot be. */
  async function deliver(step: Step, chat: string, pauses: { mayWaitSec: number }): Promise<Answer> {
    const manner: Manner = { isPlain: false, asDocuments: false };
    for (let hasMigrated = false; ; ) {
      const answer = await post(step(manner), addresses.get(chat) ?? chat);
      if (answer.messageIds) return answer;
      if (answer.status === 429 && answer.retryAfterSec <= Math.min(MAX_PAUSE_SEC, pauses.mayWaitSec)) {
        pauses.mayWaitSec -= answer.retryAfterSec;
        await pause(clock.realMs(answer.retryAfterSec * 1000));
      } else if (answer.migratedTo !== undefined && isChatId(answer.migratedTo) && !hasMigrated) {
        // A group that became a supergroup has a new id, and the old one is never valid again.
        hasMigrated = true;
        addresses.set(chat, answer.migratedTo);
        await chats.moved(chat, answer.migratedTo);
      } else if (cannotReadHtml(answer) && !manner.isPlain) {
        manner.isPlain = true;
      } else if (cannotShowPicture(answer) && !manner.asDocuments) {
        manner.asDocuments = true;
      } else return answer;
    }
  }

  /** Whether the chat is to be written to. What is known of it is asked for once: a chat that moved after that says so itself. */
  async function isReachable(chat: string): Promise<boolean> {
    if (chat === own && addresses.has(own)) return true;
    const known = await chats.find(chat);
    if (!addresses.has(chat)) addresses.set(chat, known?.movedTo ?? chat);
    return chat === own || !known?.lost;
  }

  return {
    async send(message) {
      const steps = stepsOf(message);
      const { chat = own } = message;
      if (steps.length === 0) return { messageIds: [] };
      if (!isChatId(chat)) throw new RangeError("a chat is a number or the name of a public channel");
      if (!(await isReachable(chat))) return unreachable;
      const messageIds: string[] = [];
      const pauses = { mayWaitSec: 0 };
      for (const step of steps) {
        const answer = await deliver(step, chat, pauses);
        const why = lostChat(answer);
        if (why && chat !== own) {
          await chats.lost(chat, why);
          return unreachable;
        }
        if (!answer.messageIds) throw failure(answer);
        messageIds.push(...answer.messageIds);
        // Before the first part nothing is lost by coming back later.
        if (step === steps[0]) pauses.mayWaitSec = MAX_PAUSES_SEC;
      }
      return { messageIds };
    },
  };
}

const unreachable: SentMessage = { messageIds: [], isUnreachable: true };

/** JSON, or a form where there are files in it; a form holds what is no text as JSON (Bot API, "Making requests"). */
function bodyOf({ fields, uploads }: SendRequest): Pick<RequestInit, "headers" | "body"> {
  if (uploads.length === 0)
    return { headers: { "content-type": "application/json" }, body: JSON.stringify(fields) };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  for (const { name, file } of uploads) {
    // A copy: bytes that somebody shares cannot be sent.
    form.set(name, new Blob([new Uint8Array(file.bytes)], { type: file.mediaType }), file.name);
  }
  return { body: form };
}

/** A memory that fails costs no message: what it would have said is found out by asking Telegram. */
function forgiving(memory: ChatMemory | undefined): ChatMemory {
  return {
    find: async (chat): Promise<KnownChat | undefined> => memory?.find(chat).catch(() => undefined),
    moved: async (...given) => memory?.moved(...given).catch(() => undefined),
    lost: async (...given) => memory?.lost(...given).catch(() => undefined),
  };
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
