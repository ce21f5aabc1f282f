import { type SandboxReply, type SandboxRequest, type SandboxServer, serveSandbox } from "./server.ts";

export interface TelegramSandbox extends SandboxServer {
  /** What has arrived, in order. Cleared by nobody. */
  messages: TelegramSandboxMessage[];
  documents: { chatId: string; method: string; fileName: string; sizeBytes: number; caption: string }[];
}

export interface TelegramSandboxMessage {
  chatId: string;
  /** As it was sent. */
  text: string;
  parseMode: string | null;
  /** As a person sees it. */
  plain: string;
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
  const documents: TelegramSandbox["documents"] = [];
  let lastMessageId = 0;

  const sent = (chatId: string, content: object): SandboxReply => {
    lastMessageId++;
    const chat = { id: /^-?\d+$/.test(chatId) ? Number(chatId) : chatId };
    return succeeded({ message_id: lastMessageId, date: Math.floor(Date.now() / 1000), chat, ...content });
  };

  async function answer(request: SandboxRequest): Promise<SandboxReply> {
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(request.path) ?? [];
    if (token !== options.token) return refused(404, "Not Found");
    if (method === "getMe")
      return succeeded({ id: 1, is_bot: true, first_name: "Sandbox", username: "sandbox_bot" });

    const form = await fieldsOf(request);
    const field = (name: string) => String(form.get(name) ?? "");
    const chatId = field("chat_id");
    if (method !== "sendMessage" && method !== "sendDocument" && method !== "sendPhoto")
      return refused(404, "Not Found");
    if (chatId === "") return refused(400, "Bad Request: chat_id is empty");

    const isMessage = method === "sendMessage";
    const text = field(isMessage ? "text" : "caption");
    const parsed = field("parse_mode").toLowerCase() === "html" ? parseHtml(text) : { plain: text };
    if ("problem" in parsed) return refused(400, `Bad Request: can't parse entities: ${parsed.problem}`);
    if (parsed.plain.length > (isMessage ? MAX_TEXT : MAX_CAPTION))
      return refused(400, `Bad Request: message ${isMessage ? "" : "caption "}is too long`);
    if (isMessage) {
      if (parsed.plain.trim() === "") return refused(400, "Bad Request: message text is empty");
      messages.push({ chatId, text, parseMode: field("parse_mode") || null, plain: parsed.plain });
      return sent(chatId, { text: parsed.plain });
    }
    const file = form.get(method === "sendPhoto" ? "photo" : "document");
    if (!(file instanceof File)) return refused(400, "Bad Request: there is no file in the request");
    documents.push({ chatId, method, fileName: file.name, sizeBytes: file.size, caption: parsed.plain });
    return sent(chatId, { document: { file_id: `file-${lastMessageId}`, file_name: file.name } });
  }

  const server = await serveSandbox(answer, options.port);
  return { ...server, messages, documents };
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

function succeeded(result: object): SandboxReply {
  return { body: { ok: true, result } };
}

/** The Bot API takes JSON, a form, multipart, and the query. */
async function fieldsOf(request: SandboxRequest): Promise<Map<string, unknown>> {
  const fields = new Map<string, unknown>(request.query);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/json")) {
    const body: unknown = JSON.parse(request.body.toString("utf8"));
    for (const [name, value] of Object.entries(body ?? {})) fields.set(name, value);
  } else if (request.body.length > 0) {
    const form = await new Response(new Uint8Array(request.body), {
      headers: { "content-type": type },
    }).formData();
    for (const [name, value] of form) fields.set(name, value);
  }
  return fields;
}

const tags = new Set(
  "b strong i em u ins s strike del tg-spoiler span a code pre blockquote tg-emoji".split(" "),
);
const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/** Parses as Telegram does: an unknown, unclosed or crossed tag is a refusal, an unknown entity is text. */
function parseHtml(html: string): { plain: string } | { problem: string } {
  const open: string[] = [];
  let plain = "";
  let at = 0;
  while (at < html.length) {
    const rest = html.slice(at, at + 2000);
    const tag = /^<(\/?)([a-zA-Z0-9-]+)((?:\s[^>]*)?)>/.exec(rest);
    const entity = /^&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-fA-F]+));/.exec(rest);
    if (tag) {
      const name = (tag[2] ?? "").toLowerCase();
      if (!tags.has(name)) return { problem: `Unsupported start tag "${name}" at byte offset ${at}` };
      if (tag[1] === "") open.push(name);
      else if (open.pop() !== name) return { problem: `Unexpected end tag at byte offset ${at}` };
      at += tag[0].length;
    } else if (html[at] === "<") return { problem: `Unsupported start tag "" at byte offset ${at}` };
    else if (entity) {
      const code = entity[2] ? Number(entity[2]) : Number.parseInt(entity[3] ?? "", 16);
      plain += entity[1] ? entities[entity[1]] : String.fromCodePoint(code);
      at += entity[0].length;
    } else plain += html[at++];
  }
  const unclosed = open.at(-1);
  return unclosed ? { problem: `Can't find end tag corresponding to start tag "${unclosed}"` } : { plain };
}
