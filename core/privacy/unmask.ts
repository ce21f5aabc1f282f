import { readToken, TOKEN_PATTERN, type Token, tokenText } from "./kinds.ts";

/** A token that stands in a masked text, and the words it stands for there. */
export interface Replacement {
  token: Token;
  original: string;
}

export interface MaskedText {
  turn: number;
  text: string;
  /** In the order of the text. */
  replacements: readonly Replacement[];
}

const TOKEN = new RegExp(TOKEN_PATTERN, "giu");
const TOKEN_OR_WORD = new RegExp(`${TOKEN_PATTERN}|[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}]*`, "giu");

/**
 * Puts the values back. One number can be said in two ways («8 912 …», «плюс семь …») and has one token, so the text is looked
 * for in the turns, and each token becomes what was said at that very place. A text that stands in no turn (a summary) gets
 * the first wording of the turn it names, or of the call. Tokens that were never given out stay as they are.
 */
export function unmasker(masked: readonly MaskedText[]): (text: string, turn?: number) => string {
  const first = new Map<string, string>();
  for (const { replacements } of masked) {
    for (const { token, original } of replacements) {
      const key = tokenText(token);
      if (!first.has(key)) first.set(key, original);
    }
  }
  const keyOf = (found: string): string | undefined => {
    const token = readToken(found);
    const key = token && tokenText(token);
    return key !== undefined && first.has(key) ? key : undefined;
  };
  /** The words alone, as quotes are compared; a token is one word in brackets. */
  const wordsOf = (text: string) =>
    Array.from(
      text.matchAll(TOKEN_OR_WORD),
      ([word]) => keyOf(word) ?? word.toLowerCase().replaceAll("ё", "е"),
    );
  const searchable = new Map<MaskedText, string>();
  const lineOf = (turn: MaskedText) => {
    const line = searchable.get(turn) ?? ` ${wordsOf(turn.text).join(" ")} `;
    searchable.set(turn, line);
    return line;
  };

  return (text, turn) => {
    if (![...text.matchAll(TOKEN)].some(([found]) => keyOf(found))) return text;
    const wanted = ` ${wordsOf(text).join(" ")} `;
    const turns = turn === undefined ? masked : masked.filter((candidate) => candidate.turn === turn);
    let originals: readonly Replacement[] = turn === undefined ? [] : turns.flatMap((t) => t.replacements);
    let isPlace = false;
    for (const candidate of turns) {
      const at = lineOf(candidate).indexOf(wanted);
      if (at < 0) continue;
      const before = lineOf(candidate).slice(0, at).split("[").length - 1;
      originals = candidate.replacements.slice(before);
      isPlace = true;
      break;
    }
    let next = 0;
    return text.replace(TOKEN, (found) => {
      const key = keyOf(found);
      if (!key) return found;
      const here = isPlace
        ? originals[next++]
        : originals.find((replacement) => tokenText(replacement.token) === key);
      return here?.original ?? first.get(key) ?? found;
    });
  };
}

/** Deeper than any answer that is asked for; what lies deeper stays as it is. */
const MAX_DEPTH = 16;

/**
 * Puts the values back into every string of a model's answer. A string beside a number called `turn` (a quote) is looked
 * for in that turn. Names of properties stay.
 */
export function unmaskAnswer(answer: unknown, unmask: (text: string, turn?: number) => string): unknown {
  return walk(answer, unmask, undefined, 0);
}

function walk(
  value: unknown,
  unmask: (text: string, turn?: number) => string,
  turn: number | undefined,
  depth: number,
): unknown {
  if (typeof value === "string") return unmask(value, turn);
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, unmask, undefined, depth + 1));
  const named = "turn" in value && typeof value.turn === "number" ? value.turn : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, walk(item, unmask, named, depth + 1)]),
  );
}
