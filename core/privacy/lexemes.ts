import { TOKEN_PATTERN } from "./kinds.ts";

/** A piece of a text. A `stop` is nothing to look into: a token that stands there already, a date, or what was found before. */
export interface Lexeme {
  type: "word" | "digits" | "mark" | "stop";
  /** Lower case, ё as е. */
  form: string;
  start: number;
  end: number;
}

/** A date with its year is never a piece of a longer number. */
const DATE =
  "(?<![0-9.])(?:0?[1-9]|[12][0-9]|3[01])\\.(?:0[1-9]|1[0-2])\\.(?:19|20)[0-9]{2}(?![0-9]|\\.[0-9])";
const LEXEME = new RegExp(
  `(?<stop>${TOKEN_PATTERN}|${DATE})|(?<digits>[0-9]+)|(?<word>\\p{L}[\\p{L}\\p{M}]*)|\\S`,
  "giu",
);

export function lexemesOf(text: string): Lexeme[] {
  return Array.from(text.matchAll(LEXEME), (match) => {
    const { stop, digits, word } = match.groups ?? {};
    const type = stop ? "stop" : digits ? "digits" : word ? "word" : "mark";
    return { type, form: formOf(match[0]), start: match.index, end: match.index + match[0].length };
  });
}

function formOf(piece: string): string {
  return piece.toLowerCase().replaceAll("\u0301", "").normalize("NFC").replaceAll("ё", "е");
}
