/** A piece of what was typed: a word, a number, a date in digits, or one mark. */
export interface Piece {
  /** Lower case, ё as е, without stress marks. */
  form: string;
  /** As it stands in the text. */
  written: string;
  start: number;
  end: number;
}

/** Where something stands in the text: UTF-16 offsets, the end not included. */
export interface Span {
  start: number;
  end: number;
}

/** Dates and times first, or «28.10-3.11» would fall to pieces; letters and digits part, so that «3дня» is two words. */
const PIECE =
  /\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?![\d])|\d{1,2}:\d{2}(?!\d)|\d+|\p{L}[\p{L}\p{M}]*|[^\s\p{L}\p{N}]/gu;

/** Nobody types more to a bot; what is pasted is not searched for dates for minutes. */
const MAX_LENGTH = 1000;

export function piecesOf(text: string): Piece[] {
  return [...text.slice(0, MAX_LENGTH).matchAll(PIECE)].map((match) => ({
    form: comparable(match[0]),
    written: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

export function comparable(word: string): string {
  return word.normalize("NFC").toLowerCase().replaceAll("\u0301", "").normalize("NFC").replaceAll("ё", "е");
}

/** The text with these places blank: offsets stay as they are, and what stood on both sides does not become neighbours. */
export function blankOut(text: string, spans: readonly Span[]): string {
  let blank = text;
  for (const { start, end } of spans) {
    blank = `${blank.slice(0, start)}${" ".repeat(end - start)}${blank.slice(end)}`;
  }
  return blank;
}

export const squeezed = (text: string): string => text.replaceAll(/\s+/gu, " ").trim();
