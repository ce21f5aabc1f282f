import { dateOf } from "./calendar.ts";
import { joined, type NumberWord, numberWordOf } from "./number-words.ts";
import { lemmaOf } from "./period-words.ts";
import { type Piece, piecesOf } from "./words.ts";

/** A piece under the name by which the rules know it: `today`, `w5`, `m11`, `5`, `5o`, `D-11-05`, `t875`; `_` of anything else. */
export interface Token {
  lemma: string;
  form: string;
  start: number;
  end: number;
}

const DASHES = new Set(["-", "–", "—", "−"]);
/** «за посл. 3 дн.», «вчера»: nothing hangs on these. */
const IDLE = /^(?:[.«»"'„“”()]|the|of)$/;
const DATE_SUFFIX = /^(го|ого|его|е|ое|му|ому|st|nd|rd|th)$/;
const OTHER_SUFFIX = /^(й|ый|ий|ая|я|ю|ую|ей)$/;
const ROMAN = ["i", "ii", "iii", "iv"];

export function tokensOf(text: string, isName: (form: string) => boolean): Token[] {
  const pieces = piecesOf(text).filter(({ form }) => !IDLE.test(form));
  const tokens: Token[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] as Piece;
    const suffix = suffixAfter(pieces, at);
    if (suffix) {
      tokens.push({ lemma: suffix.lemma, form: piece.form, start: piece.start, end: suffix.last.end });
      at = pieces.indexOf(suffix.last);
      continue;
    }
    const number = numberAt(pieces, at);
    if (number) {
      const last = pieces[at + number.pieces - 1] ?? piece;
      tokens.push({ lemma: number.lemma, form: piece.form, start: piece.start, end: last.end });
      at += number.pieces - 1;
      continue;
    }
    const { form, start, end } = piece;
    tokens.push({ lemma: markOrWord(piece, pieces[at + 1], isName), form, start, end });
  }
  return tokens;
}

function markOrWord({ form }: Piece, next: Piece | undefined, isName: (form: string) => boolean): string {
  if (DASHES.has(form)) return "-";
  if (form === "," || form === "+") return form;
  if (/^\d/.test(form)) return inDigits(form);
  if (ROMAN.includes(form) && next && lemmaOf(next.form, isName) === "quarter") {
    return `${ROMAN.indexOf(form) + 1}a`;
  }
  return lemmaOf(form, isName) ?? "_";
}

function inDigits(form: string): string {
  const time = /^(\d+):(\d+)$/.exec(form);
  if (time) {
    const [hour, minute] = [Number(time[1]), Number(time[2])];
    return hour <= 24 && minute < 60 ? `t${Math.min(hour * 60 + minute, 24 * 60)}` : "_";
  }
  const iso = /^(\d{4})-(\d+)-(\d+)$/.exec(form);
  if (iso) return dateLemma(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = /^(\d+)[./](\d+)(?:[./](\d+))?$/.exec(form);
  if (dotted) {
    const year = dotted[3];
    const full = year === undefined ? undefined : Number(year.length === 2 ? `20${year}` : year);
    return dateLemma(full, Number(dotted[2]), Number(dotted[1]));
  }
  return form.length <= 4 ? String(Number(form)) : "_";
}

/** A leap year stands in for the one that was not named, so that 29.02 is a date. */
function dateLemma(year: number | undefined, month: number, day: number): string {
  const date = dateOf(year ?? 2024, month, day);
  if (date === undefined || (year !== undefined && (year < 1990 || year > 2100))) return "_";
  return `D${year === undefined ? "" : year}${date.slice(4)}`;
}

/** «5-го», «25е», «3-й». */
function suffixAfter(pieces: readonly Piece[], at: number): { lemma: string; last: Piece } | undefined {
  const number = pieces[at];
  if (!number || !/^\d{1,2}$/.test(number.form)) return undefined;
  const next = pieces[at + 1];
  if (!next || next.start !== number.end) return undefined;
  const last = DASHES.has(next.form) ? pieces[at + 2] : next;
  if (!last || (last !== next && last.start !== next.end)) return undefined;
  const value = Number(number.form);
  if (DATE_SUFFIX.test(last.form)) return { lemma: `${value}o`, last };
  return OTHER_SUFFIX.test(last.form) ? { lemma: `${value}a`, last } : undefined;
}

function numberAt(pieces: readonly Piece[], at: number): { lemma: string; pieces: number } | undefined {
  const first = wordAt(pieces, at);
  if (!first) return undefined;
  const second = wordAt(pieces, at + 1);
  const both = second && joined(first, second);
  return both ? { lemma: lemmaOfNumber(both), pieces: 2 } : { lemma: lemmaOfNumber(first), pieces: 1 };
}

const wordAt = (pieces: readonly Piece[], at: number) => numberWordOf(pieces[at]?.form ?? "");
const lemmaOfNumber = ({ value, kind }: NumberWord) => `${value}${kind === "n" ? "" : kind}`;
