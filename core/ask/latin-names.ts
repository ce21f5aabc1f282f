import { soundOf } from "../score/spelling.ts";

const KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const LETTERS = "ёйцукенгшщзхъфывапролджэячсмитьбю";

/** What was meant by keys that were struck while the Latin layout was on: «cfif» is «саша». */
export function asRussianKeys(typed: string): string {
  return [...typed.toLowerCase()].map((key) => LETTERS[KEYS.indexOf(key)] ?? key).join("");
}

/** A word of nothing but keys that bear Russian letters as well. */
export const isTypedInLatin = (chunk: string): boolean =>
  /^[a-z`[\];',.]+$/i.test(chunk) && /[a-z]/i.test(chunk);

/** How a Latin spelling is read aloud, comparable with {@link soundOf} of the Cyrillic one: «zhenya», «alyosha». */
export function soundOfLatin(word: string): string {
  return soundOf(
    word
      .toLowerCase()
      .replaceAll(/[yj]o/g, "е")
      .replaceAll(/iy(?!\p{L})/gu, "ий"),
  );
}
