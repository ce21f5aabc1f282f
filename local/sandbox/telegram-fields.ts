import type { SandboxRequest } from "./server.ts";

/** What the Bot API reads in a request, and how. */

export type Fields = Map<string, unknown>;

/** The Bot API takes JSON, a form, multipart, and the query. */
export async function fieldsOf(request: SandboxRequest): Promise<Fields> {
  const fields: Fields = new Map<string, unknown>(request.query);
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

export function textField(fields: Fields, name: string): string {
  return String(fields.get(name) ?? "");
}

/** In a form an object is written as JSON. */
export function jsonField(fields: Fields, name: string): unknown {
  const value = fields.get(name);
  return typeof value === "string" ? JSON.parse(value) : value;
}

export interface SandboxButton {
  text: string;
  url?: string;
  callback_data?: string;
}

const MAX_BUTTON_BYTES = 64;

/** Undefined when there are none, null when one of them is refused. */
export function buttonsOf(fields: Fields): SandboxButton[][] | null | undefined {
  const markup = jsonField(fields, "reply_markup") as { inline_keyboard?: SandboxButton[][] } | undefined;
  const rows = markup?.inline_keyboard;
  const isRefused = (rows ?? []).flat().some(({ text, url, callback_data: data }) => {
    const bytes = Buffer.byteLength(data ?? "");
    return !text || (url === undefined && (bytes === 0 || bytes > MAX_BUTTON_BYTES));
  });
  return isRefused ? null : rows;
}

/** PNG or JPEG, by its first bytes. */
export function isPicture(content: Buffer): boolean {
  const begin = content.subarray(0, 4).toString("latin1");
  return begin === "\x89PNG" || begin.startsWith("\xff\xd8\xff");
}

const tags = new Set(
  "b strong i em u ins s strike del tg-spoiler span a code pre blockquote tg-emoji".split(" "),
);
const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/** Parses as Telegram does: an unknown, unclosed or crossed tag is a refusal, an unknown entity is text. */
export function parseHtml(html: string): { plain: string } | { problem: string } {
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
