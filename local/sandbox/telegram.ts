import { type SandboxReply, type SandboxRequest, type SandboxServer, serveSandbox } from "./server.ts";
import { chatSideOf } from "./telegram-chat.ts";
import {
  buttonsOf,
  type Fields,
  fieldsOf,
  isPicture,
  jsonField,
  parseHtml,
  type SandboxButton,
  textField,
} from "./telegram-fields.ts";

export interface TelegramSandbox extends SandboxServer {
  /** What has arrived, in order. Cleared by nobody. */
  messages: TelegramSandboxMessage[];
  files: TelegramSandboxFile[];
  /** Chats that have become others, and chats whose person has blocked the bot: they answer as Telegram does. */
  movedTo: Map<string, string>;
  blockedBy: Set<string>;
  /** Somebody speaks to the bot, or presses a button: as the Bot API words it, without the number. Answers the number. */
  say(update: object): number;
  /** A file that somebody sent, by its id. */
  uploads: Map<string, Buffer>;
  /** Buttons whose waiting was ended, by the id of the press, with what was said. */
  acknowledged: Map<string, string>;
  /** Not empty: a webhook is set, and updates cannot be asked for. */
  webhook: { url: string };
}

export interface TelegramSandboxMessage {
  messageId: string;
  chatId: string;
  /** As it was sent. */
  text: string;
  parseMode: string | null;
  /** As a person sees it. */
  plain: string;
  /** Id of the message that it answers. */
  replyTo?: string;
  /** Rows of buttons. */
  buttons?: SandboxButton[][];
}

export interface TelegramSandboxFile {
  messageId: string;
  chatId: string;
  kind: "photo" | "document";
  fileName: string;
  mediaType: string;
  content: Buffer;
  /** As a person sees it. */
  caption: string;
  /** Files that came together. */
  group?: number;
}

const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;

/**
 * Plays the Bot API as far as a sender of digests sees it: the token, the limits of length, and HTML as strict as
 * Telegram's. Its limits of rate are not played; `fail("sendMessage", tooManyRequests(3))` gives such an answer.
 */
export async function startTelegramSandbox(options: {
  token: string;
  port?: number;
}): Promise<TelegramSandbox> {
  const messages: TelegramSandboxMessage[] = [];
  const files: TelegramSandboxFile[] = [];
  const movedTo = new Map<string, string>();
  const blockedBy = new Set<string>();
  let lastMessageId = 0;
  let lastGroup = 0;
  const chatSide = chatSideOf({ messages, readText: (text, mode) => readText(text, mode, MAX_TEXT) });

  /** The message as the Bot API gives it back. */
  const sent = (chatId: string, content: object) => {
    lastMessageId++;
    const chat = { id: /^-?\d+$/.test(chatId) ? Number(chatId) : chatId };
    return { message_id: lastMessageId, date: Math.floor(Date.now() / 1000), chat, ...content };
  };

  function takeMessage(fields: Fields, chatId: string): SandboxReply {
    const text = textField(fields, "text");
    const plain = readText(text, textField(fields, "parse_mode"), MAX_TEXT);
    if (typeof plain !== "string") return plain;
    if (plain.trim() === "") return refused(400, "Bad Request: message text is empty");
    const buttons = buttonsOf(fields);
    if (buttons === null) return refused(400, "Bad Request: BUTTON_DATA_INVALID");
    const replyTo = (jsonField(fields, "reply_parameters") as { message_id?: number } | undefined)
      ?.message_id;
    const message = sent(chatId, { text: plain });
    messages.push({
      messageId: String(message.message_id),
      chatId,
      text,
      parseMode: textField(fields, "parse_mode") || null,
      plain,
      ...(replyTo === undefined ? {} : { replyTo: String(replyTo) }),
      ...(buttons === undefined ? {} : { buttons }),
    });
    return succeeded(message);
  }

  async function takeFiles(fields: Fields, chatId: string, items: MediaItem[]): Promise<SandboxReply> {
    const group = items.length > 1 ? ++lastGroup : undefined;
    const taken: TelegramSandboxFile[] = [];
    for (const item of items) {
      const file = fields.get(item.media.replace("attach://", ""));
      if (!(file instanceof File)) return refused(400, "Bad Request: there is no file in the request");
      const caption = readText(item.caption ?? "", item.parse_mode ?? "", MAX_CAPTION);
      if (typeof caption !== "string") return caption;
      const content = Buffer.from(await file.arrayBuffer());
      if (item.type === "photo" && !isPicture(content))
        return refused(400, "Bad Request: IMAGE_PROCESS_FAILED");
      const { name: fileName, type: mediaType } = file;
      const kept = { messageId: "", chatId, kind: item.type, fileName, mediaType, content, caption };
      taken.push(group === undefined ? kept : { ...kept, group });
    }
    const answers = taken.map((file) => {
      const message = sent(chatId, { [file.kind]: { file_id: `file-${lastMessageId + 1}` } });
      files.push({ ...file, messageId: String(message.message_id) });
      return message;
    });
    return succeeded(group === undefined ? answers[0] : answers);
  }

  async function answer(request: SandboxRequest): Promise<SandboxReply> {
    const [, file, token, method = ""] = /^(?:\/(file))?\/bot([^/]+)\/([\w/.-]+)$/.exec(request.path) ?? [];
    if (token !== options.token) return refused(404, "Not Found");
    const heard = await chatSide.answer(file ? "file" : method, file ? method : "", request);
    if (heard) return heard;
    if (method === "getMe")
      return succeeded({ id: 1, is_bot: true, first_name: "Sandbox", username: "sandbox_bot" });
    if (!/^send(Message|Document|Photo|MediaGroup)$/.test(method)) return refused(404, "Not Found");

    const fields = await fieldsOf(request);
    const chatId = textField(fields, "chat_id");
    if (chatId === "") return refused(400, "Bad Request: chat_id is empty");
    if (blockedBy.has(chatId)) return refused(403, "Forbidden: bot was blocked by the user");
    const moved = movedTo.get(chatId);
    if (moved !== undefined)
      return refused(400, "Bad Request: group chat was upgraded to a supergroup chat", {
        migrate_to_chat_id: Number(moved),
      });
    if (method === "sendMessage") return takeMessage(fields, chatId);
    if (method === "sendMediaGroup") {
      const items = (jsonField(fields, "media") ?? []) as MediaItem[];
      const isMixed = new Set(items.map(({ type }) => type)).size > 1;
      if (items.length < 2 || items.length > 10 || isMixed)
        return refused(400, "Bad Request: wrong number or kinds of items in the album");
      return takeFiles(fields, chatId, items);
    }
    const type = method === "sendPhoto" ? "photo" : "document";
    const parseMode = textField(fields, "parse_mode");
    const item = { type, media: type, caption: textField(fields, "caption"), parse_mode: parseMode } as const;
    return takeFiles(fields, chatId, [item]);
  }

  const server = await serveSandbox(answer, options.port);
  const { say, uploads, acknowledged, webhook } = chatSide;
  return { ...server, messages, files, movedTo, blockedBy, say, uploads, acknowledged, webhook };
}

interface MediaItem {
  type: "photo" | "document";
  media: string;
  caption?: string;
  parse_mode?: string;
}

/** For `fail`: the answer of a Bot API that wants a pause. */
export function tooManyRequests(retryAfterSec: number): SandboxReply {
  return refused(429, `Too Many Requests: retry after ${retryAfterSec}`, { retry_after: retryAfterSec });
}

/** Any failure as the Bot API words it. */
export function refused(status: number, description: string, parameters?: object): SandboxReply {
  return {
    status,
    body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) },
  };
}

function succeeded(result: unknown): SandboxReply {
  return { body: { ok: true, result } };
}

/** The text as a person sees it, or why it is refused. */
function readText(text: string, parseMode: string, most: number): string | SandboxReply {
  const parsed = parseMode.toLowerCase() === "html" ? parseHtml(text) : { plain: text };
  if ("problem" in parsed) return refused(400, `Bad Request: can't parse entities: ${parsed.problem}`);
  if (parsed.plain.length > most)
    return refused(400, `Bad Request: message ${most === MAX_TEXT ? "" : "caption "}is too long`);
  return parsed.plain;
}
