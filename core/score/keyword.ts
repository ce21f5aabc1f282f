import type { KeywordCriterion } from "../checklist.ts";
import type { Evidence } from "../scorecard.ts";
import { evidenceOf, type ReadTurn, tokensIn } from "./quotes.ts";
import { sentenceAround, type Token, tokenize } from "./text.ts";
import { sameWord } from "./word-forms.ts";

/** Words that may stand between two words of a phrase. */
const MAX_GAP = 2;
/** "t" is what is left of "don't". */
const NEGATIONS = new Set(["не", "ни", "нет", "нету", "not", "never", "no", "cannot", "t"]);
/** «Скидок нет»: these deny what stands before them too. */
const DENIALS = new Set(["нет", "нету"]);
/** Recognition without punctuation makes one sentence of minutes; then this many words around the phrase are the quote. */
const MAX_QUOTED_WORDS = 30;
const WORDS_AROUND = 8;

export interface KeywordReading {
  /** The sentences in which the groups were heard, in the order of the groups. */
  evidence: Evidence[];
  groupsHeard: number;
  groups: number;
  /** Nobody whose words could count was found: the roles are unknown. */
  speakerUnknown: boolean;
}

/** Looks for every group of phrases of the criterion, in words of its speaker within its window. Linear in the transcript. */
export function readKeywords(criterion: KeywordCriterion, turns: readonly ReadTurn[]): KeywordReading {
  const window = windowOf(turns, criterion.within);
  const inWindow = turns.filter((turn) => overlaps(turn, window));
  const candidates = inWindow.filter(
    (turn) => criterion.speaker === "any" || turn.speaker === criterion.speaker,
  );
  const evidence: Evidence[] = [];
  let groupsHeard = 0;
  for (const group of criterion.phrases) {
    const found = firstOf(group, candidates, window);
    if (!found) continue;
    groupsHeard += 1;
    // Two groups can be heard in one sentence; it is quoted once.
    const isQuoted = evidence.some(
      (quoted) =>
        quoted.turn === found.turn && quoted.quote === found.quote && quoted.startSec === found.startSec,
    );
    if (!isQuoted) evidence.push(found);
  }
  return {
    evidence,
    groupsHeard,
    groups: criterion.phrases.length,
    speakerUnknown: criterion.speaker !== "any" && inWindow.some((turn) => turn.speaker === "unknown"),
  };
}

interface Window {
  fromSec: number;
  toSec: number;
}

/** The first and the last seconds of speech; with both asked for, what lies in both. */
function windowOf(turns: readonly ReadTurn[], within: KeywordCriterion["within"]): Window {
  const startSec = turns.reduce((least, turn) => Math.min(least, turn.startSec), Number.POSITIVE_INFINITY);
  const endSec = turns.reduce((most, turn) => Math.max(most, turn.endSec), Number.NEGATIVE_INFINITY);
  return {
    fromSec: within?.lastSec === undefined ? Number.NEGATIVE_INFINITY : endSec - within.lastSec,
    toSec: within?.firstSec === undefined ? Number.POSITIVE_INFINITY : startSec + within.firstSec,
  };
}

/** Words that begin before the end of the first seconds and end after the beginning of the last ones. */
function overlaps({ startSec, endSec }: { startSec: number; endSec: number }, window: Window): boolean {
  return startSec <= window.toSec && endSec >= window.fromSec;
}

function firstOf(
  phrases: readonly string[],
  turns: readonly ReadTurn[],
  window: Window,
): Evidence | undefined {
  const wanted = phrases.map(tokenize).filter((tokens) => tokens.length > 0);
  for (const turn of turns) {
    for (const phrase of wanted) {
      for (const hit of hitsOf(phrase, turn.tokens)) {
        // A turn can last for minutes, so its words' own seconds decide.
        if (overlaps(evidenceOf(turn, hit.from, hit.to), window)) return quoteSentence(turn, hit);
      }
    }
  }
  return undefined;
}

interface Hit {
  from: number;
  to: number;
}

function quoteSentence(turn: ReadTurn, hit: Hit): Evidence {
  const first = turn.tokens[hit.from] as Token;
  const last = turn.tokens[hit.to] as Token;
  const sentence = sentenceAround(turn.text, first.start, last.end);
  const words = tokensIn(turn, sentence.start, sentence.end) ?? hit;
  if (words.to - words.from < MAX_QUOTED_WORDS) return evidenceOf(turn, words.from, words.to);
  return evidenceOf(
    turn,
    Math.max(words.from, hit.from - WORDS_AROUND),
    Math.min(words.to, hit.to + WORDS_AROUND),
  );
}

/**
 * Finds the phrase by its words' forms, with up to two other words between neighbours. A negation right before it
 * («не предлагаю»), inside it or, as «нет», right after it makes it another statement, unless the phrase itself has one.
 * One that a comma or a stop sets apart («Нет, бесплатно») denies something else.
 */
export function findPhrase(phrase: readonly Token[], tokens: readonly Token[]): Hit | undefined {
  for (const hit of hitsOf(phrase, tokens)) return hit;
  return undefined;
}

function* hitsOf(phrase: readonly Token[], tokens: readonly Token[]): Generator<Hit> {
  const isNegated = phrase.some((token) => NEGATIONS.has(token.form));
  const [first] = phrase;
  for (let from = 0; from < tokens.length; from++) {
    // Almost always the answer, and cheap to have.
    if (first && !sameWord(tokens[from] as Token, first)) continue;
    const to = matchFrom(phrase, tokens, from);
    if (to !== undefined && (isNegated || !isDenied(tokens, from, to))) yield { from, to };
  }
}

function isDenied(tokens: readonly Token[], from: number, to: number): boolean {
  const before = tokens[from - 1];
  if (before && NEGATIONS.has(before.form) && !tokens[from]?.afterPause) return true;
  const after = tokens[to + 1];
  if (after && DENIALS.has(after.form) && !after.afterPause) return true;
  return tokens.slice(from, to).some((token) => NEGATIONS.has(token.form));
}

/** The nearest end of a match that begins exactly at `from`. */
function matchFrom(phrase: readonly Token[], tokens: readonly Token[], from: number): number | undefined {
  // Where the words so far can end: «добрый, ну добрый день» has two places for its first word.
  let ends = [from - 1];
  for (const [index, wanted] of phrase.entries()) {
    const reach = index === 0 ? 1 : 1 + MAX_GAP;
    const next = new Set<number>();
    for (const end of ends) {
      for (let at = end + 1; at <= end + reach && at < tokens.length; at++) {
        if (sameWord(tokens[at] as Token, wanted)) next.add(at);
      }
    }
    if (next.size === 0) return undefined;
    ends = [...next];
  }
  return Math.min(...ends);
}
