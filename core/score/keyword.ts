import type { KeywordCriterion } from "../checklist.ts";
import type { Evidence } from "../scorecard.ts";
import { evidenceOf, type ReadTurn, tokensIn } from "./quotes.ts";
import { sentenceAround, type Token, tokenize } from "./text.ts";

/** Words that may stand between two words of a phrase. */
const MAX_GAP = 2;
const NEGATIONS = new Set(["не", "нет", "ни", "not", "never"]);

export interface KeywordReading {
  /** The sentences in which the groups were heard, in the order of the groups. */
  evidence: Evidence[];
  groupsHeard: number;
  groups: number;
  /** Nobody whose words could count was found: the roles are unknown. */
  speakerUnknown: boolean;
}

/** Looks for every group of phrases of the criterion, in turns of its speaker within its window. Linear in the transcript. */
export function readKeywords(criterion: KeywordCriterion, turns: readonly ReadTurn[]): KeywordReading {
  const inWindow = turnsWithin(turns, criterion.within);
  const candidates = inWindow.filter(
    (turn) => criterion.speaker === "any" || turn.speaker === criterion.speaker,
  );
  const evidence: Evidence[] = [];
  let groupsHeard = 0;
  for (const group of criterion.phrases) {
    const found = firstOf(group, candidates);
    if (!found) continue;
    groupsHeard += 1;
    // Two groups can be heard in one sentence; it is quoted once.
    const isQuoted = evidence.some((quoted) => quoted.turn === found.turn && quoted.quote === found.quote);
    if (!isQuoted) evidence.push(found);
  }
  return {
    evidence,
    groupsHeard,
    groups: criterion.phrases.length,
    speakerUnknown: criterion.speaker !== "any" && inWindow.some((turn) => turn.speaker === "unknown"),
  };
}

/** Turns that begin within the first (or end within the last) seconds of speech. */
function turnsWithin(turns: readonly ReadTurn[], within: KeywordCriterion["within"]): ReadTurn[] {
  const speechStart = Math.min(...turns.map((turn) => turn.startSec));
  const speechEnd = Math.max(...turns.map((turn) => turn.endSec));
  return turns.filter(
    (turn) =>
      (within?.firstSec === undefined || turn.startSec - speechStart <= within.firstSec) &&
      (within?.lastSec === undefined || speechEnd - turn.endSec <= within.lastSec),
  );
}

function firstOf(phrases: readonly string[], turns: readonly ReadTurn[]): Evidence | undefined {
  const wanted = phrases.map(tokenize).filter((tokens) => tokens.length > 0);
  for (const turn of turns) {
    for (const phrase of wanted) {
      const hit = findPhrase(phrase, turn.tokens);
      if (hit) return quoteSentence(turn, hit);
    }
  }
  return undefined;
}

function quoteSentence(turn: ReadTurn, hit: { from: number; to: number }): Evidence {
  const first = turn.tokens[hit.from] as Token;
  const last = turn.tokens[hit.to] as Token;
  const sentence = sentenceAround(turn.text, first.start, last.end);
  const words = tokensIn(turn, sentence.start, sentence.end) ?? hit;
  return evidenceOf(turn, words.from, words.to);
}

/**
 * Finds the phrase by its words' stems, with up to two other words between neighbours. A negation right before it
 * («не меня зовут») or inside it makes it another statement, unless the phrase itself has one.
 */
export function findPhrase(
  phrase: readonly Token[],
  tokens: readonly Token[],
): { from: number; to: number } | undefined {
  const negated = phrase.some((token) => NEGATIONS.has(token.form));
  for (let from = 0; from < tokens.length; from++) {
    const to = matchFrom(phrase, tokens, from);
    if (to === undefined) continue;
    const around = tokens.slice(Math.max(0, from - 1), to + 1);
    if (!negated && around.some((token) => NEGATIONS.has(token.form))) continue;
    return { from, to };
  }
  return undefined;
}

/** The end of the match that begins exactly at `from`. */
function matchFrom(phrase: readonly Token[], tokens: readonly Token[], from: number): number | undefined {
  let at = from;
  for (const [index, wanted] of phrase.entries()) {
    const limit = index === 0 ? from : at + 1 + MAX_GAP;
    let next = index === 0 ? from : at + 1;
    while (next <= limit && next < tokens.length && !sameWord(tokens[next] as Token, wanted)) next++;
    if (next > limit || next >= tokens.length) return undefined;
    at = next;
  }
  return at;
}

/** Short words have no forms worth matching: «он» is not «она». */
function sameWord(token: Token, wanted: Token): boolean {
  return (
    token.form === wanted.form ||
    (wanted.form.length > 3 && token.form.length > 3 && token.stem === wanted.stem)
  );
}
