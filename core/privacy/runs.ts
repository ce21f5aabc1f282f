import type { Turn } from "../transcript.ts";
import type { Lexeme } from "./lexemes.ts";
import { digitNoun, numberWord, repeatWord } from "./number-words.ts";
import { isConnecting, isFiller, TOPIC_REACH_WORDS, type Topic, topicOf } from "./topics.ts";

/** Digits said or written as one: «912», «девятьсот двенадцать», «три нуля». */
export interface Group {
  /** Place of the turn in the list. */
  turn: number;
  digits: string;
  start: number;
  end: number;
  /** The marks between the group before and this one. */
  gap: string;
  /** «триста сорок пять»: two words that may be two groups as well. */
  hasHundreds: boolean;
  /** A plus stands before it; the group starts there. */
  plus: boolean;
  english: boolean;
  topic: Topic | null;
}

/** Groups with nothing between them that ends a number. */
export type Run = Group[];

/** «:» is a time, «%», «*» and currencies are no phones; all else people and recognition put between groups. */
const ALLOWED_MARK = /^[.,;\-–—‑−()/…?!№#«»"']$/;
/** The other side says «так, записываю» while a number is dictated, and no more. */
const MAX_WORDS_BETWEEN_TURNS = 8;

interface Stream {
  open: Run;
  /** How many words had been said in the call when its last turn ended. */
  wordsBefore: number;
}

/**
 * All runs of numbers in a call. The turns of one voice are one stream, so a number goes on in that voice's next turn
 * when the other side only said a few words in between (numbers not counted: it may repeat them).
 */
export function runsOf(turns: readonly Turn[], lexemes: readonly (readonly Lexeme[])[]): Run[] {
  const runs: Run[] = [];
  const streams = new Map<string, Stream>();
  const topics = topicReader();
  for (const [index, turn] of turns.entries()) {
    const voice = `${turn.speaker}/${turn.channel}`;
    const stream = streams.get(voice) ?? { open: [], wordsBefore: topics.words() };
    if (topics.words() - stream.wordsBefore > MAX_WORDS_BETWEEN_TURNS) closeRun(stream, runs);
    readTurn(index, lexemes[index] ?? [], stream, runs, topics);
    stream.wordsBefore = topics.words();
    streams.set(voice, stream);
  }
  for (const stream of streams.values()) closeRun(stream, runs);
  return runs;
}

function closeRun(stream: Stream, runs: Run[]): void {
  if (stream.open.length > 0) runs.push(stream.open);
  stream.open = [];
}

function readTurn(
  turn: number,
  lexemes: readonly Lexeme[],
  stream: Stream,
  runs: Run[],
  topics: TopicReader,
): void {
  let gap = "";
  let plusAt: number | null = null;
  /** What may still be added to the group before: nothing once a mark or a word stands between. */
  let room = 0;
  const push = (digits: string, start: number, end: number, english: boolean) => {
    stream.open.push({
      turn,
      digits,
      start: plusAt ?? start,
      end,
      gap,
      hasHundreds: false,
      plus: plusAt !== null,
      english,
      topic: topics.now(),
    });
    topics.sawNumber();
    gap = "";
    plusAt = null;
    room = 0;
  };
  for (let at = 0; at < lexemes.length; at++) {
    const lexeme = lexemes[at] as Lexeme;
    const { type, form, start, end } = lexeme;
    const last = stream.open.at(-1);
    const isNext = last?.turn === turn && last.end === (lexemes[at - 1]?.end ?? -1);
    const number = type === "word" ? numberWord(form) : undefined;
    const noun = type === "word" ? digitNoun(form) : undefined;
    const times = type === "word" ? repeatWord(form) : undefined;
    const repeated = times && numberWord(lexemes[at + 1]?.form ?? "");
    if (type === "digits") push(form, start, end, false);
    else if (number && last && isNext && number.value > 0 && number.value < room) {
      last.digits = String(Number(last.digits) + number.value);
      last.end = end;
      last.hasHundreds = last.digits.length === 3;
      room = number.room;
    } else if (number) {
      push(String(number.value), start, end, number.english);
      room = number.room;
    } else if (noun && last && isNext && /^[2-4]$/.test(last.digits)) {
      last.digits = noun.repeat(Number(last.digits));
      last.end = end;
    } else if (noun) push(noun, start, end, false);
    else if (times && repeated && repeated.value < 10) {
      push(String(repeated.value).repeat(times), start, lexemes[at + 1]?.end ?? end, repeated.english);
      at++;
    } else if (form === "+" || form === "плюс" || form === "plus") plusAt = start;
    else if (type === "mark" && ALLOWED_MARK.test(form)) gap += form;
    else if (type === "word" && isFiller(form)) topics.saw(form);
    else {
      closeRun(stream, runs);
      gap = "";
      plusAt = null;
      if (type === "word") topics.saw(form);
      if (type === "stop") topics.sawNumber();
    }
  }
}

interface TopicReader {
  saw(word: string): void;
  sawNumber(): void;
  now(): Topic | null;
  words(): number;
}

/** Remembers the last word that tells what numbers are about. Numbers and what is masked count as no words. */
function topicReader(): TopicReader {
  let kind: Topic["kind"] | undefined;
  let since = 0;
  let direct = false;
  let words = 0;
  return {
    saw(word) {
      const told = topicOf(word);
      if (told) {
        kind = told;
        since = 0;
        direct = true;
      } else if (!isConnecting(word)) {
        since++;
        direct = false;
      }
      if (told || !isConnecting(word)) words++;
    },
    sawNumber() {
      direct = false;
    },
    now: () => (kind && since <= TOPIC_REACH_WORDS ? { kind, direct } : null),
    words: () => words,
  };
}
