import type { Lexeme } from "./lexemes.ts";
import { numberWord } from "./number-words.ts";

export interface EmailHit {
  value: string;
  start: number;
  end: number;
}

const AT = new Set(["@", "собака", "собачка", "at"]);
const DOT = new Set([".", "точка", "dot"]);
const JOINERS = new Map(
  Object.entries({
    ".": ".",
    точка: ".",
    dot: ".",
    "-": "-",
    тире: "-",
    дефис: "-",
    минус: "-",
    dash: "-",
    _: "_",
    подчеркивание: "_",
    underscore: "_",
    "+": "+",
  }),
);
/** Mail services that are known without their ending, as they are written and as recognition writes them. */
const SERVICES = new Map(
  Object.entries({
    gmail: "gmail|гмейл|гмайл|гмэйл|джимейл|джимайл|джимэйл|жмейл",
    mail: "mail|мейл|майл|мэйл|меил",
    yandex: "yandex|яндекс|яндэкс",
    rambler: "rambler|рамблер",
    outlook: "outlook|аутлук",
    icloud: "icloud|айклауд",
    hotmail: "hotmail|хотмейл",
  }).flatMap(([name, forms]) => forms.split("|").map((form) => [form, name] as const)),
);
const ENDINGS = new Map(
  Object.entries({
    ru: "ru|ру|рус",
    com: "com|ком|комм|кам",
    рф: "рф|эрэф",
    net: "net|нэт",
    org: "org|орг",
    su: "su|су",
    by: "by|бай",
    kz: "kz|кз|кэзэт",
    ua: "ua|юа",
    pro: "pro|про",
    io: "io",
    biz: "biz|биз",
    info: "info|инфо",
    online: "online|онлайн",
    shop: "shop|шоп",
    store: "store",
    me: "me",
    uk: "uk",
    de: "de",
    edu: "edu",
  }).flatMap(([name, forms]) => forms.split("|").map((form) => [form, name] as const)),
);
const LETTER_NAMES = new Set(
  "бэ вэ гэ дэ жэ зэ ка эл эль эм эн пэ эр эс тэ эф ха цэ чэ ша би си ди джи эйч джей кей кью ар ти ю ви икс игрек зет".split(
    " ",
  ),
);
/** Words before «собака» that are said about an address and are no part of it. */
const NOT_LOCAL = new Set(
  "почта почту почте почты имейл емейл мейл мыло адрес это на email mail address is look us me it find available записывайте пишите".split(
    " ",
  ),
);
/** A firm's own domain may be said in several words. */
const MAX_LABEL_WORDS = 3;

/** E-mails as they are written («ivan@mail.ru») and said («иван собака мейл точка ру»). */
export function emailsIn(lexemes: readonly Lexeme[]): EmailHit[] {
  const hits: EmailHit[] = [];
  let free = 0;
  for (let at = 0; at < lexemes.length; at++) {
    if (!AT.has(lexemes[at]?.form ?? "")) continue;
    const from = localFrom(lexemes, at, free);
    const domain = from < at ? domainAfter(lexemes, at) : undefined;
    if (!domain) continue;
    const local = lexemes.slice(from, at).map(({ form }) => JOINERS.get(form) ?? form);
    hits.push({
      value: `${local.filter((form) => form !== "нижнее").join("")}@${domain.name}`,
      start: lexemes[from]?.start ?? 0,
      end: lexemes[domain.end - 1]?.end ?? 0,
    });
    free = domain.end;
    at = domain.end - 1;
  }
  return hits;
}

/** Goes back from the «@» over what is joined by dots and dashes, and over numbers and letters said one by one. */
function localFrom(lexemes: readonly Lexeme[], at: number, free: number): number {
  let from = at;
  const isWritten = lexemes[at]?.form === "@";
  for (let next = at - 1; next >= free; next--) {
    const lexeme = lexemes[next] as Lexeme;
    const right = lexemes[from];
    if (from < at && right) {
      if (isJoiner(lexemes, next) && next > free) {
        if (lexemes[next - 1]?.form === "нижнее") next--;
        if (isElement(lexemes[next - 1])) {
          from = --next;
          continue;
        }
        break;
      }
      const isGlued = lexeme.end === right.start;
      const isSpelled =
        isSpelling(right) && (isSpelling(lexeme) || /^\d|^$/.test(right.form) || isNumber(right));
      if (!isGlued && (isWritten || !isSpelled)) break;
    }
    if (!isElement(lexeme) || NOT_LOCAL.has(lexeme.form)) break;
    from = next;
  }
  return from;
}

const isElement = (lexeme: Lexeme | undefined) => lexeme?.type === "word" || lexeme?.type === "digits";
const isNumber = (lexeme: Lexeme) => lexeme.type === "digits" || numberWord(lexeme.form) !== undefined;
const isSpelling = (lexeme: Lexeme) =>
  isNumber(lexeme) || (lexeme.type === "word" && (lexeme.form.length === 1 || LETTER_NAMES.has(lexeme.form)));

/** A mark joins only when nothing stands around it: a dot and a space end a sentence. */
function isJoiner(lexemes: readonly Lexeme[], at: number): boolean {
  const lexeme = lexemes[at];
  if (!lexeme || !JOINERS.has(lexeme.form)) return false;
  if (lexeme.type === "word") return true;
  return lexemes[at - 1]?.end === lexeme.start && lexeme.end === lexemes[at + 1]?.start;
}

/** Up to the last ending that is known; after a written «@» any Latin ending will do. */
function domainAfter(lexemes: readonly Lexeme[], at: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  let accepted: { name: string; end: number } | undefined;
  let next = at + 1;
  let isTight = isMark(lexemes, at);
  for (;;) {
    const label = labelAt(lexemes, next, isTight ? 1 : MAX_LABEL_WORDS);
    if (!label) return accepted;
    labels.push(label.text);
    next = label.end;
    const isWritten = isTight && lexemes[at]?.form === "@" && /^[a-z]{2,}$/.test(label.text);
    const isService = SERVICES.has(label.text) && lexemes[at]?.form !== "at";
    if (labels.length > 1 ? isWritten || ENDINGS.has(label.text) : isService) {
      accepted = { name: nameOf(labels), end: next };
    }
    const ending = ENDINGS.get(lexemes[next]?.form ?? "");
    if (labels.length === 1 && ending && SERVICES.has(label.text)) {
      return { name: nameOf([...labels, ending]), end: next + 1 };
    }
    const dot = lexemes[next];
    if (!dot || !DOT.has(dot.form)) return accepted;
    isTight = isMark(lexemes, next);
    if (dot.type === "mark" && !isTight && !ENDINGS.has(lexemes[next + 1]?.form ?? "")) return accepted;
    next++;
  }
}

/** A mark with nothing but its neighbour behind it. */
const isMark = (lexemes: readonly Lexeme[], at: number) =>
  lexemes[at]?.type === "mark" && lexemes[at]?.end === lexemes[at + 1]?.start;

const nameOf = (labels: readonly string[]) =>
  labels.map((label, at) => (at === 0 ? SERVICES.get(label) : ENDINGS.get(label)) ?? label).join(".");

/** One label of a domain: a word, a few words, or words joined by dashes. */
function labelAt(
  lexemes: readonly Lexeme[],
  at: number,
  maxWords: number,
): { text: string; end: number } | undefined {
  let text = "";
  let end = at;
  for (let words = 0; words < maxWords; words++) {
    const lexeme = lexemes[end];
    const isJoined = JOINERS.has(lexeme?.form ?? "");
    const isGlued = lexeme?.type === "digits" || lexemes[end - 1]?.type === "digits";
    if (!lexeme || isJoined || !isElement(lexeme)) break;
    text += lexeme.form;
    end++;
    if (SERVICES.has(text) || ENDINGS.has(text)) break;
    if (JOINERS.get(lexemes[end]?.form ?? "") === "-" && isElement(lexemes[end + 1])) {
      text += "-";
      end++;
      words--;
    } else if (isGlued && lexemes[end]?.start === lexeme.end) words--;
  }
  return end > at ? { text, end } : undefined;
}
