/**
 * What is needed of Telegram's HTML to cut it: Bot API, "HTML style". The limit counts what is left after the
 * entities are parsed, in UTF-16 units, which is what JavaScript's `length` counts.
 */
export type Token =
  /** A character as it is written: one code point, or an entity like `&lt;`. */
  | { kind: "text"; raw: string; visible: string }
  | { kind: "open"; raw: string; name: string }
  | { kind: "close"; raw: string; name: string };

const tokenPattern = /<(\/?)([a-z][a-z0-9-]*)(?:\s[^<>]*)?>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);|./gisu;

export function tokenize(html: string): Token[] {
  return Array.from(html.matchAll(tokenPattern), ([raw, slash, name]): Token => {
    if (name === undefined) return { kind: "text", raw, visible: decodeEntity(raw) };
    return { kind: slash ? "close" : "open", raw, name: name.toLowerCase() };
  });
}

/** What a person sees of it: without tags, entities decoded. */
export function plainText(html: string): string {
  return tokenize(html).map(visibleOf).join("");
}

export function widthOf(token: Token): number {
  return visibleOf(token).length;
}

function visibleOf(token: Token): string {
  return token.kind === "text" ? token.visible : "";
}

const named: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"' };

function decodeEntity(raw: string): string {
  if (raw.length < 2 || !raw.startsWith("&")) return raw;
  const lower = raw.toLowerCase();
  const known = named[lower];
  if (known) return known;
  const code = lower.startsWith("&#x")
    ? Number.parseInt(lower.slice(3, -1), 16)
    : Number.parseInt(lower.slice(2, -1), 10);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : raw;
}
