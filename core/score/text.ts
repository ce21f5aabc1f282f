import { stemmer as stemEnglish } from "@orama/stemmers/english";
import { stemmer as stemRussian } from "@orama/stemmers/russian";

/** One word of a text: as it is compared, and where it stands in the original. */
export interface Token {
  /** Lower case, ё as е. */
  form: string;
  stem: string;
  /** No word stands right before it: it opens the text, or more than a space stands between. */
  afterPause: boolean;
  /** A sentence ends between the word before it and it. */
  afterStop: boolean;
  /** UTF-16 offsets in the original text. */
  start: number;
  end: number;
}

/** Marks belong to their letter: й and ё can be written as two characters, and vowels can carry a stress. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** Speech as it is really pronounced, and as recognition writes it down (each key is compared as its value). */
const REDUCED: Readonly<Record<string, string>> = {
  здрасьте: "здравствуйте",
  здрасте: "здравствуйте",
  здраствуйте: "здравствуйте",
  драсьте: "здравствуйте",
  щас: "сейчас",
  ща: "сейчас",
  чё: "что",
  че: "что",
  што: "что",
  тыща: "тысяча",
  тыщ: "тысяч",
  тыщи: "тысячи",
  пасибо: "спасибо",
  скока: "сколько",
  ваще: "вообще",
  токо: "только",
};

/** Splits a text into words, whatever its punctuation and case. Linear in its length. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const { form, stem } = wordOf(match[0]);
    const between = text.slice(end, match.index);
    end = match.index + match[0].length;
    tokens.push({
      form,
      stem,
      afterPause: tokens.length === 0 || between.trim() !== "",
      // The bare dot of «3.5» ends nothing.
      afterStop: tokens.length > 0 && between !== "." && /[.!?…]/.test(between),
      start: match.index,
      end,
    });
  }
  return tokens;
}

const words = new Map<string, { form: string; stem: string }>();
const MAX_REMEMBERED = 50_000;

/** Words repeat all day long and stemming is the dearest part of matching, so words are remembered. */
function wordOf(word: string): { form: string; stem: string } {
  let known = words.get(word);
  if (known === undefined) {
    const form = formOf(word);
    known = { form, stem: stemOf(form) };
    if (words.size >= MAX_REMEMBERED) words.clear();
    words.set(word, known);
  }
  return known;
}

function formOf(word: string): string {
  const lower = word.toLowerCase().replaceAll("\u0301", "").normalize("NFC");
  const whole = Object.hasOwn(REDUCED, lower) ? (REDUCED[lower] ?? lower) : lower;
  return whole.replaceAll("ё", "е");
}

function stemOf(form: string): string {
  return /\p{Script=Cyrillic}/u.test(form) ? stemRussian(form) : stemEnglish(form);
}

/** The sentence of `text` around the span, trimmed: what is shown as a quote. */
export function sentenceAround(text: string, start: number, end: number): { start: number; end: number } {
  let from = start;
  while (from > 0 && !isSentenceEnd(text, from - 1)) from--;
  let to = end;
  while (to < text.length && !isSentenceEnd(text, to)) to++;
  while (to < text.length && isSentenceEnd(text, to)) to++;
  while (from < start && /\s/.test(text.charAt(from))) from++;
  while (to > end && /\s/.test(text.charAt(to - 1))) to--;
  return { start: from, end: to };
}

/** A dot inside a number («3.5») ends no sentence. */
function isSentenceEnd(text: string, at: number): boolean {
  return /[.!?…]/.test(text.charAt(at)) && !/\d/.test(text.charAt(at + 1));
}
