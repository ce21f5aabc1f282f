import { tokenize } from "../score/text.ts";
import { sameWord } from "../score/word-forms.ts";
import { isKnownWord } from "./known-words.ts";
import type { Span } from "./words.ts";

const GENERIC = /^(отдел|групп|команд|департамент|department|team|group|отделени|филиал)/;

/** The departments of a list that a text names, in any case form: «по отделу продаж» is «Отдел продаж». */
export function findDepartments(text: string, names: readonly string[]): { names: string[]; spans: Span[] } {
  const words = tokenize(text.slice(0, 1000));
  const found: { name: string; at: number; length: number }[] = [];
  for (const name of new Set(names)) {
    const all = tokenize(name);
    const own = all.filter(({ form }) => !GENERIC.test(form));
    const wanted = own.length > 0 ? own : all;
    for (let at = 0; at + wanted.length <= words.length; at++) {
      const fits = wanted.every((word, offset) => {
        const typed = words[at + offset];
        return typed !== undefined && (sameWord(typed, word) || typed.stem === word.stem);
      });
      if (!fits) continue;
      const isLed = GENERIC.test(words[at - 1]?.form ?? "");
      const isPlain = !isLed && !/^(по|в|у|из)$/.test(words[at - 1]?.form ?? "");
      // «звонки продаж»: such a word alone could be anything but the department's name.
      if (
        wanted.length === 1 &&
        isPlain &&
        isKnownWord(words[at]?.form ?? "") &&
        !isWritten(text, words[at], name)
      )
        continue;
      found.push({ name, at: isLed ? at - 1 : at, length: wanted.length + (isLed ? 1 : 0) });
      break;
    }
  }
  // «Отдел продаж 2» is not «Отдел продаж» as well.
  const longest = found.filter(
    (one) => !found.some((other) => other !== one && other.length > one.length && overlaps(one, other)),
  );
  return {
    names: longest.map(({ name }) => name),
    spans: longest.map(({ at, length }) => ({
      start: words[at]?.start ?? 0,
      end: words[at + length - 1]?.end ?? 0,
    })),
  };
}

const overlaps = (one: { at: number; length: number }, other: { at: number; length: number }) =>
  one.at < other.at + other.length && other.at < one.at + one.length;

/** Written with the very capital of the list. */
const isWritten = (text: string, word: Span | undefined, name: string) =>
  word !== undefined && /^\p{Lu}/u.test(name) && text.slice(word.start, word.start + 2) === name.slice(0, 2);
