import { onFirstUse } from "../on-first-use.ts";
import { isFirstName, isNameForm, otherNames } from "./names.ts";
import { isNearSpelling, soundOf } from "./spelling.ts";
import { type Token, tokenize } from "./text.ts";
import { sameWord } from "./word-forms.ts";

/** What is known of a call besides its words. */
export interface KeywordContext {
  /** As the CRM writes it. */
  agentName: string | null;
  companyNames: readonly string[];
}

export const nothingKnown: KeywordContext = { agentName: null, companyNames: [] };

/** Where a part of a phrase that begins at the word `at` can end (the last word of it). */
export type Part = (tokens: readonly Token[], at: number) => readonly number[];

/** A phrase of a checklist, ready to be looked for. */
export interface Phrase {
  parts: readonly Part[];
  /** It denies something itself, so that a negation inside it is no denial of it. */
  isNegative: boolean;
  /** `^` before it. */
  opensClause: boolean;
  /** `$` behind it. */
  endsSentence: boolean;
  /** It asks for the company's name, which nobody has told. */
  needsUnknownCompany: boolean;
  /** Its first word, where that is a word. */
  first: Token | undefined;
}

/** "t" is what is left of "don't". */
export const NEGATIONS = new Set(["не", "ни", "нет", "нету", "not", "never", "no", "cannot", "t"]);

const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN = new Set(["agent", "name", "company"]);

/** What stands in braces and is no placeholder. */
export function unknownPlaceholders(phrase: string): string[] {
  return [...phrase.matchAll(PLACEHOLDER)].map(([, name = ""]) => name).filter((name) => !KNOWN.has(name));
}

/** The phrase as a person may read it: «это … , компания …». */
export function shownPhrase(phrase: string): string {
  return phrase.replaceAll(PLACEHOLDER, "…").replaceAll(/^\s*\^|\$\s*$/g, "");
}

export function readPhrase(text: string, context: KeywordContext): Phrase {
  const tokens: Token[] = [];
  const parts: Part[] = [];
  let needsUnknownCompany = false;
  let isFirstWord = false;
  for (const [index, piece] of text.split(PLACEHOLDER).entries()) {
    // Every second piece is what stood in braces.
    if (index % 2 === 1) {
      parts.push(placeholder(piece, context));
      needsUnknownCompany ||= piece === "company" && context.companyNames.length === 0;
      continue;
    }
    const words = tokenize(piece);
    if (index === 0) isFirstWord = words.length > 0;
    tokens.push(...words);
    parts.push(...words.map(wordPart));
  }
  return {
    parts,
    isNegative: tokens.some((token) => NEGATIONS.has(token.form)),
    opensClause: text.trimStart().startsWith("^"),
    endsSentence: text.trimEnd().endsWith("$"),
    needsUnknownCompany,
    first: isFirstWord ? tokens[0] : undefined,
  };
}

export function phraseOf(words: readonly Token[]): Phrase {
  return {
    parts: words.map(wordPart),
    isNegative: words.some((token) => NEGATIONS.has(token.form)),
    opensClause: false,
    endsSentence: false,
    needsUnknownCompany: false,
    first: words[0],
  };
}

const NOWHERE: readonly number[] = [];

function wordPart(wanted: Token): Part {
  return (tokens, at) => (sameWord(tokens[at] as Token, wanted) ? [at] : NOWHERE);
}

function oneWord(fits: (token: Token) => boolean): Part {
  return (tokens, at) => (fits(tokens[at] as Token) ? [at] : NOWHERE);
}

function placeholder(name: string, { agentName, companyNames }: KeywordContext): Part {
  if (name === "company") return companyNames.length === 0 ? anyCompany : companyPart(companyNames);
  return name === "agent" && agentName !== null ? agentPart(agentName) : oneWord(isFirstName);
}

/** First or last name, or the short form of either. An account named «Менеджер 3» says nothing of who speaks: then any name will do. */
function agentPart(agentName: string): Part {
  const own = tokenize(agentName).filter(({ form }) => /^\p{L}{2,}$/u.test(form));
  const inCyrillic = own.flatMap((name) => (/^[a-z]/.test(name.form) ? tokenize(soundOf(name.form)) : []));
  const names = [...own, ...inCyrillic];
  if (!names.some(isFirstName))
    return oneWord((token) => isFirstName(token) || names.some((one) => isNameForm(token, one)));
  const all = [...names, ...names.flatMap(otherNames)];
  return oneWord((token) => all.some((one) => isNameForm(token, one) || isMisheard(token.form, one.form)));
}

/** Recognition bends names: «Аксана», «Наталия». Another common name is another name, however near: «Алевтина», «Альбина». */
function isMisheard(said: string, name: string): boolean {
  if (name.length < 5 || firstSound(said) !== firstSound(name)) return false;
  return isNearSpelling(said, name, 1) && !tokenize(said).some(isFirstName);
}

const firstSound = (name: string) => (name.startsWith("о") ? "а" : name.charAt(0));

/** Case endings of a firm's last word: «из „Север-Окон“». */
const LONGEST_ENDING = 2;

/** «Север-Окна» is recognised as «север окна», «североокна», «севера окна», and a Latin name in Cyrillic. */
function companyPart(companyNames: readonly string[]): Part {
  const wanted = companyNames
    .map((name) => ({ words: tokenize(name), sound: soundOf(name) }))
    .filter(({ words, sound }) => words.length > 0 && sound !== "");
  return (tokens, at) => {
    const ends = new Set<number>();
    for (const { words, sound } of wanted) {
      if (words.every((word, offset) => isSaid(tokens[at + offset], word))) ends.add(at + words.length - 1);
      const [letter] = sound;
      if (soundOf(tokens[at]?.form ?? "")[0] !== letter) continue;
      let said = "";
      for (
        let to = at;
        to < tokens.length && to <= at + words.length && said.length < sound.length + LONGEST_ENDING;
        to++
      ) {
        said = soundOf(said + (tokens[to]?.form ?? ""));
        if (soundsLike(said, sound)) ends.add(to);
      }
    }
    return [...ends];
  };
}

const isSaid = (token: Token | undefined, word: Token) => token !== undefined && sameWord(token, word);

function soundsLike(said: string, name: string): boolean {
  return said === name || (name.length >= 5 && isNearSpelling(said, name, name.length >= 9 ? 2 : 1));
}

const kindsOfCompany = onFirstUse(() =>
  tokenize(
    "компания фирма салон клиника центр студия магазин сервис автосервис автосалон агентство отдел служба школа клуб стоматология " +
      "завод фабрика мастерская банк отель ресторан доставка типография company agency clinic studio salon store office group team",
  ),
);
const FROM = new Set(["из", "с", "со", "от", "from", "at", "with"]);

/** Where the name is not told: «компания …», «Анна из …». */
const anyCompany: Part = (tokens, at) => {
  const token = tokens[at] as Token;
  if (tokens[at + 1] === undefined || tokens[at + 1]?.afterStop) return NOWHERE;
  const before = tokens[at - 1];
  const isAnnounced = FROM.has(token.form) && before !== undefined && isFirstName(before);
  return isAnnounced || kindsOfCompany().some((kind) => sameWord(token, kind)) ? [at + 1] : NOWHERE;
};
