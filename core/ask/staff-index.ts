import { soundOf } from "../score/spelling.ts";
import { asRussianKeys, isTypedInLatin, soundOfLatin } from "./latin-names.ts";
import {
  firstNameForms,
  firstNameOf,
  genderOfPatronymic,
  genderOfSurname,
  isPatronymic,
  looksLikeSurname,
  patronymicForms,
  surnameForms,
  surnameOf,
} from "./name-forms.ts";
import { type FirstName, type Gender, isPetFormOf, namesOf } from "./name-table.ts";
import { nearest } from "./typos.ts";
import { comparable } from "./words.ts";

export interface StaffMember {
  id: string;
  /** As the CRM writes it, in any order: «Александр Руднев», «Руднева А. В.». */
  name: string;
  departments: readonly string[];
}

export type Part = "first" | "last" | "patronymic";

/** One way to read a word as somebody's name. */
export interface Hit<Member extends StaffMember = StaffMember> {
  member: Member;
  part: Part;
}

interface Parsed {
  first: string[];
  last: string[];
  patronymic: string[];
  gender: Gender | undefined;
  /** First letters of what is written in full or as an initial. */
  initials: Record<Part, string[]>;
}

export interface StaffIndex<Member extends StaffMember> {
  forms: ReadonlyMap<string, Hit<Member>[]>;
  /** Forms as they sound, for names in Latin letters. */
  sounds: ReadonlyMap<string, Hit<Member>[]>;
  /** Forms that only a namesake of the other gender has: «Кравчука» is not Инна Кравчук, nor a slip for her. */
  others: ReadonlyMap<string, Part>;
  /** Short names, for pet forms of them. */
  short: readonly { short: string; member: Member }[];
  parsed: ReadonlyMap<Member, Parsed>;
}

const indexes = new WeakMap<readonly StaffMember[], StaffIndex<StaffMember>>();

/** Every form under which each member may be typed; made once for a list. */
export function staffIndex<Member extends StaffMember>(staff: readonly Member[]): StaffIndex<Member> {
  const known = indexes.get(staff) as StaffIndex<Member> | undefined;
  if (known) return known;
  const forms = new Map<string, Hit<Member>[]>();
  const sounds = new Map<string, Hit<Member>[]>();
  const short: { short: string; member: Member }[] = [];
  const parsed = new Map<Member, Parsed>();
  const others = new Map<string, Part>();
  const add = (form: string, hit: Hit<Member>) => {
    if (form.length < 2) return;
    put(forms, form, hit);
    put(sounds, soundOf(form), hit);
  };
  for (const member of staff) {
    const parts = parse(member.name);
    parsed.set(member, parts);
    for (const name of parts.first) {
      for (const { form, isShort } of formsOfFirst(name, parts.gender)) {
        if (isShort) short.push({ short: form, member });
        const genders: Gender[] = parts.gender ? [parts.gender] : ["m", "f"];
        for (const gender of genders)
          for (const each of firstNameForms(form, gender)) add(each, { member, part: "first" });
      }
    }
    for (const name of parts.last)
      for (const each of surnameForms(name, parts.gender)) add(each, { member, part: "last" });
    for (const name of parts.patronymic)
      for (const each of patronymicForms(name)) add(each, { member, part: "patronymic" });
    const other = parts.gender === "m" ? "f" : "m";
    if (parts.gender === undefined) continue;
    for (const name of parts.last)
      for (const each of surnameForms(surnameOf(name, other), other)) others.set(each, "last");
    for (const name of parts.first)
      for (const each of firstNameOf(name, other))
        for (const form of firstNameForms(each, other)) others.set(form, "first");
  }
  const index = { forms, sounds, short, parsed, others };
  indexes.set(staff, index);
  return index;
}

function put<Member extends StaffMember>(
  map: Map<string, Hit<Member>[]>,
  form: string,
  hit: Hit<Member>,
): void {
  const hits = map.get(form) ?? [];
  if (!hits.some(({ member, part }) => member === hit.member && part === hit.part)) hits.push(hit);
  map.set(form, hits);
}

/** In the nominative: the name itself, what it is short for, and its short forms. */
function formsOfFirst(name: string, gender: Gender | undefined): { form: string; isShort: boolean }[] {
  const entries = namesOf(name).filter((entry) => gender === undefined || entry.gender === gender);
  const isFull = entries.some((entry) => entry.name === name);
  const meant = isFull ? entries.filter((entry) => entry.name === name) : entries;
  const shorts = new Set(meant.flatMap((entry) => entry.short));
  const full = isFull ? [] : meant.map((entry) => entry.name);
  return [
    ...[...new Set([name, ...full])].map((form) => ({ form, isShort: !isFull && form === name })),
    ...[...shorts].filter((form) => form !== name).map((form) => ({ form, isShort: true })),
  ];
}

function parse(name: string): Parsed {
  const words = comparable(name)
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== "");
  const full = words.filter((word) => word.length > 1);
  const patronymic = full.filter((word, at) => isPatronymic(word) && at > 0 && isKnown(full[at - 1]));
  const known = full.filter((word) => isKnown(word) && !patronymic.includes(word));
  // «Анна-Мария» has two first names; «Роман Роза» is called Роман.
  const isDouble = known.length > 1 && known.every((word) => namesOf(word).length > 0) && name.includes("-");
  const guessed = full.filter((word) => !looksLikeSurname(word)).slice(0, 1);
  const first = known.length > 0 ? (isDouble ? known : known.slice(0, 1)) : words.length > 1 ? guessed : [];
  const others = full.filter((word) => !first.includes(word));
  // Of two words the second may be a surname that looks like a patronymic: «Иван Абрамович».
  const last = others.filter((word) => !patronymic.includes(word) || full.length === 2);
  const gender = genderOf(first, last, patronymic);
  const letters = words.filter((word) => word.length === 1);
  const start = (list: readonly string[]) => list.map((word) => word.slice(0, 1));
  return {
    first,
    last,
    patronymic,
    gender,
    initials: {
      first: first.length > 0 ? start(first) : letters.slice(0, 1),
      last: last.length > 0 ? start(last) : letters.slice(-1),
      patronymic: patronymic.length > 0 ? start(patronymic) : letters.slice(first.length > 0 ? 0 : 1),
    },
  };
}

const isKnown = (word: string | undefined) => word !== undefined && namesOf(word).length > 0;

function genderOf(
  first: readonly string[],
  last: readonly string[],
  patronymic: readonly string[],
): Gender | undefined {
  if (patronymic[0] !== undefined && last.length > 0) return genderOfPatronymic(patronymic[0]);
  const entries: FirstName[] = first.flatMap((name) => namesOf(name));
  // «Саша» is short for names of both, «Никита» is nobody's short name.
  const genders = new Set(entries.map(({ gender }) => gender));
  if (genders.size === 1) return entries[0]?.gender;
  return last.map(genderOfSurname).find((gender) => gender !== undefined);
}

export interface Reading<Member extends StaffMember> {
  hits: readonly Hit<Member>[];
  /** A misspelling was forgiven. */
  isGuess: boolean;
}

/** Who may be meant by a word; `mayGuess` when it is no word of the language that stands for itself. */
export function readName<Member extends StaffMember>(
  index: StaffIndex<Member>,
  written: string,
  mayGuess: boolean,
): Reading<Member> | undefined {
  const form = comparable(written);
  const exact = exactly(index, form);
  if (exact) return { hits: exact, isGuess: false };
  if (index.others.has(form)) return undefined;
  if (isTypedInLatin(written)) {
    const layout = exactly(index, comparable(asRussianKeys(written)));
    if (layout) return { hits: layout, isGuess: false };
    const word = form.replaceAll(/[^a-z]/g, "");
    const sound = soundOfLatin(word);
    const alike = word.length > 2 ? index.sounds.get(sound) : undefined;
    if (alike) return { hits: alike, isGuess: false };
    return mayGuess ? guess(index.sounds, sound) : undefined;
  }
  return mayGuess ? guess(index.forms, form) : undefined;
}

function exactly<Member extends StaffMember>(
  index: StaffIndex<Member>,
  form: string,
): Hit<Member>[] | undefined {
  const hits = index.forms.get(form);
  if (hits) return hits;
  const pet = index.short.filter(({ short }) => form.length > 3 && isPetFormOf(form, short));
  return pet.length > 0 ? pet.map(({ member }) => ({ member, part: "first" })) : undefined;
}

function guess<Member extends StaffMember>(
  forms: ReadonlyMap<string, Hit<Member>[]>,
  form: string,
): Reading<Member> | undefined {
  if (form.length < 5 || !/^[а-яa-z]+$/.test(form)) return undefined;
  const long = [...forms.keys()].filter((known) => known.length > 4);
  const near = nearest(form, long, form.length < 7 ? 1 : 2);
  // A slip may as well have swallowed the ending that tells «Александр» from «Александра».
  const meant = long.filter((known) => near.includes(known) || near.includes(known.slice(0, -1)));
  const hits = meant.flatMap((known) => forms.get(known) ?? []);
  return hits.length > 0 ? { hits, isGuess: true } : undefined;
}
