import { plainText, type Token, tokenize, widthOf } from "./telegram-html.ts";

/** Telegram takes 4096 (Bot API, sendMessage); the rest is for what it counts in another way. */
export const MAX_PART = 3900;

const BETWEEN_BLOCKS = "\n\n";

/**
 * Puts blocks together into as few messages as they fit in, a blank line between them. A block that fits into one message
 * is never cut; a longer one is cut at a line break, else at a blank, else where the message is full, and its open tags are
 * closed and opened again. Blocks that show nothing are left out.
 */
export function splitIntoParts(blocks: readonly string[], maxPart = MAX_PART): string[] {
  const parts: string[] = [];
  let width = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    // Half of a surrogate pair cannot be sent at all.
    const pieces = cut(block.toWellFormed(), maxPart);
    for (const piece of pieces) {
      const own = plainText(piece).length;
      const together = width + BETWEEN_BLOCKS.length + own;
      const last = parts.at(-1);
      if (pieces.length === 1 && last !== undefined && together <= maxPart) {
        parts[parts.length - 1] = last + BETWEEN_BLOCKS + piece;
        width = together;
      } else {
        parts.push(piece);
        width = own;
      }
    }
  }
  return parts;
}

/** The block in pieces that fit, every one with balanced tags; none when it shows nothing. */
function cut(block: string, maxPart: number): string[] {
  const tokens = tokenize(block);
  const pieces: string[] = [];
  let open: Token[] = [];
  for (let start = 0; start < tokens.length; ) {
    const full = endOfFull(tokens, start, maxPart);
    const end = full === tokens.length ? full : breakBefore(tokens, start, full);
    const piece = tokens.slice(start, end);
    const before = open;
    open = openAfter(before, piece);
    const closing = open.toReversed().map((tag) => (tag.kind === "open" ? `</${tag.name}>` : ""));
    // A message of nothing but blanks is refused.
    if (hasText(piece))
      pieces.push([...before, ...piece].map((token) => token.raw).join("") + closing.join(""));
    start = isSeparator(tokens[end]) ? end + 1 : end;
  }
  return pieces;
}

/** The first token that does not fit any more. One character always fits, so that there is an end to it. */
function endOfFull(tokens: readonly Token[], start: number, maxPart: number): number {
  let width = 0;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    width += widthOf(token);
    if (width > maxPart && width > widthOf(token)) return at;
  }
  return tokens.length;
}

/** Where to break between `start` and `full`: in front of the last line break, else of the last blank, else at `full`. */
function breakBefore(tokens: readonly Token[], start: number, full: number): number {
  for (const separator of ["\n", " "]) {
    for (let at = full; at > start; at--) {
      if (tokens[at]?.raw === separator && hasText(tokens.slice(start, at))) return at;
    }
  }
  // Tags that open at the very end belong to what follows.
  let end = full;
  while (end > start + 1 && tokens[end - 1]?.kind === "open") end--;
  return end;
}

function hasText(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.kind === "text" && token.visible.trim() !== "");
}

function openAfter(before: readonly Token[], piece: readonly Token[]): Token[] {
  const open = [...before];
  for (const token of piece) {
    const innermost = open.at(-1);
    if (token.kind === "open") open.push(token);
    else if (token.kind === "close" && innermost?.kind === "open" && innermost.name === token.name)
      open.pop();
  }
  return open;
}

function isSeparator(token: Token | undefined): boolean {
  return token?.raw === "\n" || token?.raw === " ";
}
