import type { Turn } from "../transcript.ts";
import { emailsIn } from "./emails.ts";
import { type Kind, kinds, readToken, TOKEN_PATTERN, tokenText } from "./kinds.ts";
import { type Lexeme, lexemesOf } from "./lexemes.ts";
import { type Hit, numberHits, type Span } from "./number-hits.ts";
import { runsOf } from "./runs.ts";
import { type MaskedText, type Replacement, unmasker } from "./unmask.ts";

export interface MaskedTurns {
  /** For the prompt: the same turns with tokens in their texts and without their timed words, which say the same in clear. */
  turns: Turn[];
  /** Puts the words back for which the tokens stand. With the number of the turn that a quote is from, it is verbatim. */
  unmask(text: string, turn?: number): string;
  /** How many different values of each kind the call holds. */
  found: Record<Kind, number>;
}

/**
 * Replaces personal numbers and e-mails by tokens before a conversation leaves for a model. One value has one token in the whole
 * call, however it is said, so that a model still sees whether a phone was read back. What is caught: docs/privacy.md.
 */
export function maskTurns(turns: readonly Turn[]): MaskedTurns {
  const lexemes = turns.map((turn) => lexemesOf(turn.text));
  const emails = lexemes.map(emailsIn);
  const hits: Hit[] = emails.flatMap((found, turn) =>
    found.map(({ value, start, end }) => ({
      kind: "email" as const,
      value,
      spans: [{ turn, start, end, part: null }],
    })),
  );
  const rest = lexemes.map((list, turn) => withStops(list, emails[turn] ?? []));
  hits.push(...numberHits(runsOf(turns, rest)));

  const tokens = tokensFor(hits, turns);
  const replacements = turns.map((): (Span & Replacement)[] => []);
  for (const hit of hits) {
    const number = tokens.get(keyOf(hit)) ?? 0;
    for (const span of hit.spans) {
      const { start, end } = withBracket(turns[span.turn]?.text ?? "", span);
      replacements[span.turn]?.push({
        turn: span.turn,
        start,
        end,
        token: { kind: hit.kind, number, part: span.part },
        original: turns[span.turn]?.text.slice(start, end) ?? "",
      });
    }
  }
  const masked = turns.map((turn, index): MaskedText => {
    const sorted = (replacements[index] ?? []).sort((a, b) => a.start - b.start);
    return { turn: turn.n, text: replaced(turn.text, sorted), replacements: sorted };
  });
  return {
    turns: turns.map((turn, index) => ({ ...turn, text: masked[index]?.text ?? "", words: [] })),
    unmask: unmasker(masked),
    found: countOf(hits),
  };
}

/** What an e-mail covers is one stop for the search of numbers. */
function withStops(lexemes: readonly Lexeme[], spans: readonly { start: number; end: number }[]): Lexeme[] {
  let next = 0;
  return lexemes.flatMap((lexeme): Lexeme[] => {
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= lexeme.start) next++;
    const span = spans[next];
    if (!span || lexeme.start < span.start) return [lexeme];
    return lexeme.start === span.start ? [{ type: "stop", form: "", ...span }] : [];
  });
}

const keyOf = ({ kind, value }: Hit) => `${kind} ${value}`;

/** Numbers the values of each kind in the order of the call. A token that was said as such keeps its number for itself. */
function tokensFor(hits: readonly Hit[], turns: readonly Turn[]): Map<string, number> {
  const taken = new Set<string>();
  for (const { text } of turns) {
    for (const [literal] of text.matchAll(new RegExp(TOKEN_PATTERN, "giu"))) {
      const token = readToken(literal);
      if (token) taken.add(`${token.kind} ${token.number}`);
    }
  }
  const last = new Map<Kind, number>();
  const numbers = new Map<string, number>();
  const place = ({ spans: [span] }: Hit): [number, number] => [span?.turn ?? 0, span?.start ?? 0];
  const inOrder = [...hits].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
  for (const hit of inOrder) {
    if (numbers.has(keyOf(hit))) continue;
    let number = (last.get(hit.kind) ?? 0) + 1;
    while (taken.has(`${hit.kind} ${number}`)) number++;
    last.set(hit.kind, number);
    numbers.set(keyOf(hit), number);
  }
  return numbers;
}

/** «(495) 123-45-67»: the bracket that opens in front belongs to the number when it closes inside. */
function withBracket(text: string, { start, end }: Span): { start: number; end: number } {
  const opens = text[start - 1] === "(" && text.slice(start, end).includes(")");
  return { start: opens ? start - 1 : start, end };
}

function replaced(text: string, replacements: readonly (Span & Replacement)[]): string {
  let result = "";
  let from = 0;
  for (const { start, end, token } of replacements) {
    result += text.slice(from, start) + tokenText(token);
    from = end;
  }
  return result + text.slice(from);
}

function countOf(hits: readonly Hit[]): Record<Kind, number> {
  const values = new Set(hits.map(keyOf));
  const count = (kind: Kind) => [...values].filter((key) => key.startsWith(`${kind} `)).length;
  return Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) as Record<Kind, number>;
}
