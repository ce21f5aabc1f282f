import type { Evidence } from "../scorecard.ts";
import type { Turn } from "../transcript.ts";
import { type Token, tokenize } from "./text.ts";

/** A turn with its words found once, however many criteria look at it. */
export interface ReadTurn extends Turn {
  tokens: Token[];
  /** Aligned with `tokens` when it is first asked for, as most turns are never quoted; null where the turn's words cannot be aligned with its text. */
  readonly wordOfToken: (number | null)[];
}

export function readTurns(turns: readonly Turn[]): ReadTurn[] {
  return turns.map((turn) => {
    const tokens = tokenize(turn.text);
    let aligned: (number | null)[] | undefined;
    return {
      ...turn,
      tokens,
      get wordOfToken() {
        aligned ??= alignWords(turn, tokens);
        return aligned;
      },
    };
  });
}

/**
 * Which timed word each word of the text is. Recognition times raw words («двенадцать») while the text is
 * normalised («12»), so the two lists are walked together and words without a partner stay without a time.
 */
function alignWords(turn: Turn, tokens: readonly Token[]): (number | null)[] {
  const timed = turn.words.flatMap((word, index) => tokenize(word.text).map(({ form }) => ({ form, index })));
  if (timed.length === tokens.length) return timed.map(({ index }) => index);
  let next = 0;
  let lookAhead = LOOK_AHEAD;
  return tokens.map((token) => {
    for (let at = next; at < Math.min(timed.length, next + lookAhead); at++) {
      if (timed[at]?.form !== token.form) continue;
      next = at + 1;
      lookAhead = LOOK_AHEAD;
      return timed[at]?.index ?? null;
    }
    lookAhead += wordsOf(token);
    return null;
  });
}

const LOOK_AHEAD = 3;

/** How many words a word without a partner may have been: a phone number is a dozen, «тысяча» and the like among them. */
function wordsOf({ form }: Token): number {
  return /^\p{N}+$/u.test(form) ? Math.ceil(form.length * 1.5) : 1;
}

/**
 * Finds the quote in the turn, word for word (case, punctuation and ё aside), and returns it as it stands there.
 * Undefined when it was not said there: then it is no evidence.
 */
export function findQuote(turn: ReadTurn, quote: string): Evidence | undefined {
  const wanted = tokenize(quote);
  if (wanted.length === 0) return undefined;
  const last = turn.tokens.length - wanted.length;
  for (let at = 0; at <= last; at++) {
    if (wanted.every((token, offset) => turn.tokens[at + offset]?.form === token.form)) {
      return evidenceOf(turn, at, at + wanted.length - 1);
    }
  }
  return undefined;
}

/** Evidence from the words `from` to `to` (both included) of a turn, its seconds taken from the words' times. */
export function evidenceOf(turn: ReadTurn, from: number, to: number): Evidence {
  const first = turn.tokens[from];
  const last = turn.tokens[to];
  if (!first || !last) throw new RangeError("evidence must lie within its turn");
  return {
    turn: turn.n,
    speaker: turn.speaker,
    ...secondsOf(turn, from, to),
    quote: withPunctuation(turn.text, first.start, last.end),
  };
}

/** The stop behind the words belongs to the quote, and a quotation mark where its partner is there too. */
function withPunctuation(text: string, start: number, lastWordEnd: number): string {
  // «10 %» without its sign would be another number.
  const end = lastWordEnd + (/^\s?[%‰₽$€°]/.exec(text.slice(lastWordEnd, lastWordEnd + 2))?.[0].length ?? 0);
  const from = /[«“„"(]/.test(text.charAt(start - 1)) ? start - 1 : start;
  let to = end;
  while (to < text.length && /[.!?…»”"“)]/.test(text.charAt(to))) to++;
  if (isBalanced(text.slice(from, to))) return text.slice(from, to);
  if (isBalanced(text.slice(start, to))) return text.slice(start, to);
  to = end;
  while (to < text.length && /[.!?…]/.test(text.charAt(to))) to++;
  return text.slice(start, to);
}

function isBalanced(quote: string): boolean {
  const count = (marks: RegExp) => quote.match(marks)?.length ?? 0;
  return count(/«/g) === count(/»/g) && count(/\(/g) === count(/\)/g) && count(/[„“”"]/g) % 2 === 0;
}

/** From word times. Where a word at the border has none, its neighbour outside the quote tells, and at last the turn. */
function secondsOf(turn: ReadTurn, from: number, to: number): { startSec: number; endSec: number } {
  const wordAt = (token: number | undefined) => turn.words[turn.wordOfToken[token ?? -1] ?? -1];
  const isTimed = (word: number | null) => word !== null;
  const before = turn.wordOfToken.slice(0, from).findLastIndex(isTimed);
  const after = turn.wordOfToken.findIndex((word, token) => token > to && isTimed(word));
  const startSec = wordAt(from)?.startSec ?? wordAt(before)?.endSec ?? turn.startSec;
  // Neighbours can overlap, and recognisers have timed words out of their order.
  const endSec = Math.max(startSec, wordAt(to)?.endSec ?? wordAt(after)?.startSec ?? turn.endSec);
  return { startSec, endSec };
}

/** Which words of the turn a span of its text covers; undefined for a span without words. */
export function tokensIn(
  turn: ReadTurn,
  start: number,
  end: number,
): { from: number; to: number } | undefined {
  const from = turn.tokens.findIndex((token) => token.start >= start);
  const to = turn.tokens.findLastIndex((token) => token.end <= end);
  return from >= 0 && to >= from ? { from, to } : undefined;
}
