import type { KeywordCriterion } from "../checklist.ts";
import type { Evidence } from "../scorecard.ts";
import { type KeywordContext, nothingKnown, type Phrase, phraseOf, readPhrase } from "./phrase.ts";
import { type Hit, hitsOf } from "./phrase-search.ts";
import { evidenceOf, type ReadTurn, tokensIn } from "./quotes.ts";
import { sentenceAround, type Token } from "./text.ts";

/** Recognition without punctuation makes one sentence of minutes; then this many words around the phrase are the quote. */
const MAX_QUOTED_WORDS = 30;
const WORDS_AROUND = 8;

export interface KeywordReading {
  /** The sentences in which the groups were heard, in the order of the groups. */
  evidence: Evidence[];
  groupsHeard: number;
  /** Without those that only the company's name could meet, where nobody has told it. */
  groups: number;
  /** Nobody whose words could count was found: the roles are unknown. */
  speakerUnknown: boolean;
}

/** Looks for every group of phrases of the criterion, in words of its speaker within its window. Linear in the transcript. */
export function readKeywords(
  criterion: KeywordCriterion,
  turns: readonly ReadTurn[],
  context: KeywordContext = nothingKnown,
): KeywordReading {
  const window = windowOf(turns, criterion.within);
  const inWindow = turns.filter((turn) => overlaps(turn, window));
  const candidates = inWindow.filter(
    (turn) => criterion.speaker === "any" || turn.speaker === criterion.speaker,
  );
  const evidence: Evidence[] = [];
  let groupsHeard = 0;
  let groupsNotChecked = 0;
  const isProhibited = criterion.polarity === "prohibited";
  const beginSec = turns.reduce((least, turn) => Math.min(least, turn.startSec), Number.POSITIVE_INFINITY);
  for (const group of criterion.phrases) {
    const phrases = group.map((phrase) => readPhrase(phrase, context));
    const found = firstOf(phrases, candidates, window, { isProhibited, beginSec });
    if (!found) {
      // What cannot be checked is held against nobody: it is no missing duty, and no violation either.
      if (!isProhibited && phrases.every((phrase) => phrase.needsUnknownCompany)) groupsNotChecked += 1;
      continue;
    }
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
    groups: criterion.phrases.length - groupsNotChecked,
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
  phrases: readonly Phrase[],
  turns: readonly ReadTurn[],
  window: Window,
  { isProhibited, beginSec }: { isProhibited: boolean; beginSec: number },
): Evidence | undefined {
  for (const turn of turns) {
    const searched = {
      tokens: turn.tokens,
      isClipped: turn.startSec === beginSec,
      ...(isProhibited ? { othersWords: turn } : {}),
    };
    for (const phrase of phrases) {
      for (const hit of hitsOf(phrase, searched)) {
        // A turn can last for minutes, so its words' own seconds decide.
        if (overlaps(evidenceOf(turn, hit.from, hit.to), window)) return quoteSentence(turn, hit);
      }
    }
  }
  return undefined;
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

/** Where the phrase, in plain words, is said first. */
export function findPhrase(phrase: readonly Token[], tokens: readonly Token[]): Hit | undefined {
  for (const hit of hitsOf(phraseOf(phrase), { tokens })) return hit;
  return undefined;
}
