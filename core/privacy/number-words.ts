/** A number word as it adds to a group: «девятьсот» (room 100) + «двенадцать» make 912, «двадцать» (room 10) + «пять» make 25. */
export interface NumberWord {
  value: number;
  /** Values below it may follow and be added. */
  room: number;
  english: boolean;
}

const UNITS = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"];
const TEENS = [
  ["десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать"],
  ["пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"],
].flat();
const TENS = [
  "двадцать",
  "тридцать",
  "сорок",
  "пятьдесят",
  "шестьдесят",
  "семьдесят",
  "восемьдесят",
  "девяносто",
];
const HUNDREDS = [
  "сто",
  "двести",
  "триста",
  "четыреста",
  "пятьсот",
  "шестьсот",
  "семьсот",
  "восемьсот",
  "девятьсот",
];
const ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** As people say it and recognition writes it. */
const VARIANTS: Readonly<Record<string, string>> = {
  нуль: "ноль",
  нолик: "ноль",
  одна: "один",
  одно: "один",
  две: "два",
  восем: "восемь",
  писят: "пятьдесят",
  пийсят: "пятьдесят",
  шисят: "шестьдесят",
  шесят: "шестьдесят",
  шестьсят: "шестьдесят",
  семдесят: "семьдесят",
  семьсят: "семьдесят",
  восемдесят: "восемьдесят",
  восемьсят: "восемьдесят",
};

const words = new Map<string, NumberWord>();
const add = (list: readonly string[], value: (index: number) => number, room: number, english = false) => {
  for (const [index, word] of list.entries()) words.set(word, { value: value(index), room, english });
};
add(UNITS, (index) => index, 0);
add(TEENS, (index) => index + 10, 0);
add(TENS, (index) => (index + 2) * 10, 10);
add(HUNDREDS, (index) => (index + 1) * 100, 100);
add(ENGLISH, (index) => index, 0, true);
words.set("oh", { value: 0, room: 0, english: true });
for (const [variant, word] of Object.entries(VARIANTS)) {
  const meant = words.get(word);
  if (meant) words.set(variant, meant);
}

export function numberWord(form: string): NumberWord | undefined {
  return words.get(form);
}

/** «три нуля», «две пятёрки»: the digit that is named by a noun. */
const DIGIT_NOUN =
  /^(?:(нул(?:я|ей|и)|нол(?:я|ей|и)|нолика|ноликов)|(единиц[аыу]?|единичк[аиу])|(двой(?:ка|ки|ку)|двоек|двоечк[аиу])|(трой(?:ка|ки|ку)|троек|троечк[аиу])|(четверк[аиу]|четверок)|(пятерк[аиу]|пятерок|пятерочк[аиу])|(шестерк[аиу]|шестерок)|(семерк[аиу]|семерок|семерочк[аиу])|(восьмерк[аиу]|восьмерок)|(девятк[аиу]|девяток))$/;

export function digitNoun(form: string): string | undefined {
  const groups = DIGIT_NOUN.exec(form)?.slice(1);
  const digit = groups?.findIndex((group) => group !== undefined);
  return digit === undefined ? undefined : String(digit);
}

/** English «double five». */
export function repeatWord(form: string): number | undefined {
  return form === "double" ? 2 : form === "triple" ? 3 : undefined;
}
