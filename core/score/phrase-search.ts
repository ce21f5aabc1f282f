import { isFirstName } from "./names.ts";
import { NEGATIONS, type Phrase } from "./phrase.ts";
import type { Token } from "./text.ts";
import { sameWord } from "./word-forms.ts";

/** Words that may stand between two words of a phrase. A stop between them counts as one. */
const MAX_GAP = 2;
/** «Скидок нет»: these deny what stands before them too, with these words between («скидок у нас пока нет»). */
const DENIALS = new Set(["нет", "нету"]);
const BESIDE_A_DENIAL = new Set(
  "у нас мы я меня вас вам для и к уже пока тут здесь там больше сейчас сегодня сожалению никаких никакой никакого такой такого таких".split(
    " ",
  ),
);
const MOST_BESIDE = 3;
/** «Скидку мы не даём»: with «не» before them, these deny what stands before, as «нет» does. */
const GIVING = new Set(
  "даем даю делаем делаю предоставляем предлагаем предусмотрено предусмотрена предусмотрены бывает действует действуют положено положена положены будет".split(
    " ",
  ),
);
/** What may stand before a phrase that opens a clause where recognition wrote no comma: «ну до пятницы», «спасибо до завтра». */
const OPENERS = new Set(
  "ну все тогда так итак и да ага угу хорошо ладно давайте отлично спасибо пожалуйста понимаю поняла понял okay ok so well then thanks".split(
    " ",
  ),
);
/** Who tells what others said: «вам сказали, что…»; «я вам сказал» are the speaker's own words. */
const TOLD = new Set(
  "говорили говорил говорила говорит говорят говорить сказали сказал сказала скажет скажут сказать ответили ответил ответила заявили заявил заявила says said told tell".split(
    " ",
  ),
);
const I = new Set(["я", "мы", "i", "we"]);
const TOLD_WITHIN = 3;
/** A quotation longer than this is none: its closing mark was lost. */
const LONGEST_QUOTATION = 200;
/** «…брый день»: as much of the first word as must be left. */
const LEAST_CLIPPED = 4;

export interface Hit {
  from: number;
  to: number;
}

export interface Searched {
  tokens: readonly Token[];
  /** For a violation: the words of others, told or quoted, are none. */
  othersWords?: { text: string };
  /** It opens the recording, so that the beginning of its first word may be cut off. */
  isClipped?: boolean;
}

/**
 * Finds the phrase by its words' forms, with up to two other words between neighbours. A negation right before it («не предлагаю»),
 * inside it or, as «нет», behind it makes it another statement, unless the phrase itself has one. One that a comma or a stop sets apart
 * («Нет, бесплатно») denies something else.
 */
export function* hitsOf(phrase: Phrase, searched: Searched): Generator<Hit> {
  const { tokens, isClipped = false, othersWords } = searched;
  const { first } = phrase;
  for (let from = 0; from < tokens.length; from++) {
    // Almost always the answer, and cheap to have.
    const isCut = first !== undefined && from === 0 && isClipped && isRestOf(tokens[0], first);
    if (first && !isCut && !sameWord(tokens[from] as Token, first)) continue;
    const to = matchFrom(phrase, tokens, from, isCut);
    if (to === undefined) continue;
    if (!phrase.isNegative && isDenied(tokens, from, to)) continue;
    if (phrase.opensClause && !opensClause(tokens, from)) continue;
    if (phrase.endsSentence && tokens[to + 1] !== undefined && !tokens[to + 1]?.afterStop) continue;
    if (othersWords && isOthersWords(tokens, othersWords.text, from, to)) continue;
    yield { from, to };
  }
}

function isRestOf(token: Token | undefined, whole: Token): boolean {
  return (
    token !== undefined &&
    token.form.length >= LEAST_CLIPPED &&
    token.form.length < whole.form.length &&
    whole.form.endsWith(token.form)
  );
}

/** The nearest end of a match that begins exactly at `from`. */
function matchFrom(
  phrase: Phrase,
  tokens: readonly Token[],
  from: number,
  isFirstFound: boolean,
): number | undefined {
  // Where the words so far can end: «добрый, ну добрый день» has two places for its first word.
  let ends: readonly number[] = [from - 1];
  for (const [index, part] of phrase.parts.entries()) {
    if (index === 0 && isFirstFound) {
      ends = [from];
      continue;
    }
    const next = new Set<number>();
    for (const end of ends) {
      let gap = 0;
      for (let at = end + 1; at < tokens.length; at++) {
        if (index > 0) {
          if (tokens[at]?.afterStop) gap += 1;
          if (gap > MAX_GAP) break;
        }
        for (const to of part(tokens, at)) next.add(to);
        if (index === 0) break;
        gap += 1;
      }
    }
    if (next.size === 0) return undefined;
    ends = [...next];
  }
  return Math.min(...ends);
}

function isDenied(tokens: readonly Token[], from: number, to: number): boolean {
  const before = tokens[from - 1];
  if (before && NEGATIONS.has(before.form) && !tokens[from]?.afterPause) return true;
  if (isDenialBefore(tokens, from) || isDenialAfter(tokens, to)) return true;
  return tokens.slice(from, to).some((token) => NEGATIONS.has(token.form));
}

/** «нет у нас никаких скидок» */
function isDenialBefore(tokens: readonly Token[], from: number): boolean {
  for (let at = from - 1; at >= 0 && at >= from - 1 - MOST_BESIDE; at--) {
    if (tokens[at + 1]?.afterPause) return false;
    const { form } = tokens[at] as Token;
    if (DENIALS.has(form)) return true;
    if (!BESIDE_A_DENIAL.has(form)) return false;
  }
  return false;
}

/** «скидок у нас нет», «скидок мы не даём» */
function isDenialAfter(tokens: readonly Token[], to: number): boolean {
  for (let at = to + 1; at < tokens.length && at <= to + 1 + MOST_BESIDE; at++) {
    const token = tokens[at] as Token;
    if (token.afterPause) return false;
    if (DENIALS.has(token.form)) return true;
    if (token.form === "не" && GIVING.has(tokens[at + 1]?.form ?? "")) return true;
    if (!BESIDE_A_DENIAL.has(token.form)) return false;
  }
  return false;
}

function opensClause(tokens: readonly Token[], from: number): boolean {
  const before = tokens[from - 1];
  if (before === undefined || tokens[from]?.afterPause || OPENERS.has(before.form)) return true;
  return isFirstName(before) && opensClause(tokens, from - 1);
}

function isOthersWords(tokens: readonly Token[], text: string, from: number, to: number): boolean {
  if (isQuoted(text, (tokens[from] as Token).start, (tokens[to] as Token).end)) return true;
  for (let at = from - 1; at >= 0 && at >= from - TOLD_WITHIN; at--) {
    if (tokens[at + 1]?.afterStop) return false;
    if (!TOLD.has((tokens[at] as Token).form)) continue;
    return !tokens.slice(Math.max(0, at - TOLD_WITHIN), at).some((token) => I.has(token.form));
  }
  return false;
}

function isQuoted(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - LONGEST_QUOTATION), start);
  const after = text.slice(end, end + LONGEST_QUOTATION);
  const isOpen = (open: string, close: string) => before.lastIndexOf(open) > before.lastIndexOf(close);
  const isClosed = (open: string, close: string) => {
    const at = after.indexOf(close);
    return at !== -1 && !after.slice(0, at).includes(open);
  };
  return [
    ["«", "»"],
    ["“", "”"],
    ["„", "“"],
  ].some(([open = "", close = ""]) => isOpen(open, close) && isClosed(open, close));
}
