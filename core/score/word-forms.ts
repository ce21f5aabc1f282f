import type { Token } from "./text.ts";

/**
 * Whether two words are forms of one word. A stem alone does not tell: «цена», «ценим» and «ценю» share one, as do «договор» and
 * «договорились», «просто» and «простите». So the endings must also be able to stand in one table of forms.
 */
export function sameWord(token: Token, wanted: Token): boolean {
  if (token.form === wanted.form) return true;
  // Endings differ among forms, beginnings never: most pairs of words are told apart here.
  if (token.form.charCodeAt(0) !== wanted.form.charCodeAt(0)) return false;
  // Short words have no forms worth matching: «он» is not «она».
  if (token.form.length <= 3 || wanted.form.length <= 3) return false;
  if (UNCHANGING.has(token.form) || UNCHANGING.has(wanted.form)) return false;
  const stem = sharedStem(token, wanted);
  if (stem === undefined || stem.length < 3) return false;
  const one = kindsOf(token);
  const other = kindsOf(wanted);
  return one === undefined || other === undefined || [...one].some((kind) => other.has(kind));
}

/** Words without forms whose stem is also another word's. */
const UNCHANGING = new Set(["почти", "вместе", "вместо", "после", "перед"]);

function sharedStem(one: Token, other: Token): string | undefined {
  if (one.stem === other.stem) return isDoubledN(one) && isDoubledN(other) ? `${one.stem}н` : one.stem;
  if (otherStem(one) === other.stem) return other.stem;
  return otherStem(other) === one.stem ? one.stem : undefined;
}

/** The stem of other forms of the same word, where sounds come and go: «скидок» – «скидка», «нужен» – «нужно», «отправлю» – «отправим». */
function otherStem({ form, stem }: Token): string | undefined {
  if (form === stem && /.[^аеиоуыэюя][ое][кнц]$/.test(form)) return `${form.slice(0, -2)}${form.slice(-1)}`;
  if (form === `${stem}ен` && /[^аеиоуыэюя]$/.test(stem)) return `${stem}н`;
  return form === `${stem}ю` && /[бпвмф]л$/.test(stem) ? stem.slice(0, -1) : undefined;
}

/** «ценный», «Анна»: the stemmer drops one н of two. */
function isDoubledN({ form, stem }: Token): boolean {
  return stem.endsWith("н") && /^н[аеиоуы]/.test(form.slice(stem.length));
}

type Kind = "hard noun" | "soft noun" | "hard adjective" | "soft adjective" | "doubled n" | "verb";

const endings: [kind: Kind, endings: string][] = [
  ["hard noun", "а о ы у е ой ою ом ам ами ах ов"],
  ["soft noun", "я ь ью е и ю ей ею ем ям ями ях ев ия ие ии ию ий ией ием иям иями иях"],
  ["hard adjective", "а о ы ый ой ая ое ые ого ому ым ом ую ых ыми ен ена ено ены"],
  ["soft adjective", "ий яя ее ие его ему им ем ей юю их ими"],
  [
    "verb",
    "у ю и ь ем им ла ло ли л на ете йте й н но ет ют ны ть ешь нно ит ите ишь ить ил ила или ило ят ат ут ует уют уй уйте ейте ей " +
      "ыть ыл ыла ыли ыло ыт ен ена ено ены ую",
  ],
];
/** Endings of hard and soft nouns alike. */
const NOUN_ENDINGS = ["", "ья", "ье", "ьи", "ьям", "ьями", "ьях", "ьев"];

const kinds = new Map<string, Set<Kind>>();
for (const [kind, list] of endings) for (const ending of list.split(" ")) add(ending, kind);
for (const ending of NOUN_ENDINGS) for (const kind of ["hard noun", "soft noun"] as const) add(ending, kind);
add("", "hard adjective");

function add(ending: string, kind: Kind): void {
  const known = kinds.get(ending) ?? new Set<Kind>();
  kinds.set(ending, known.add(kind));
}

/** What a word can be by its ending; undefined where the ending does not tell. */
function kindsOf(token: Token): ReadonlySet<Kind> | undefined {
  const { form, stem } = token;
  if (!/^[а-я]+$/.test(form) || !form.startsWith(stem)) return undefined;
  let ending = form.slice(stem.length);
  if (isDoubledN(token)) return new Set(["doubled n"]);
  if (/.(ся|сь)$/.test(ending)) {
    ending = ending.slice(0, -2);
    return kinds.has(ending) ? new Set(["verb"]) : undefined;
  }
  const known = kinds.get(ending);
  // After these letters hard and soft endings mix: «хорошо», «хорошего»; «заявка», «заявки».
  if (!known || !/[гкхжшчщц]$/.test(stem)) return known;
  const mixed = new Set(known);
  if (known.has("hard noun") || known.has("soft noun")) mixed.add("hard noun").add("soft noun");
  if (known.has("hard adjective") || known.has("soft adjective"))
    mixed.add("hard adjective").add("soft adjective");
  return mixed;
}
