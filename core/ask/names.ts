import { findDepartments } from "./departments.ts";
import { type NameWord, nameWords } from "./name-words.ts";
import { type Hit, type Part, type StaffIndex, type StaffMember, staffIndex } from "./staff-index.ts";
import { blankOut, comparable, type Span, squeezed } from "./words.ts";

export type { StaffMember } from "./staff-index.ts";

/** One person as somebody typed them. */
export interface Mention<Member extends StaffMember = StaffMember> {
  mention: string;
  /** One: this is who was meant. Several: let the person choose. None: the list has nobody of this name. */
  candidates: Member[];
  /** A misspelling was forgiven: worth an echo. */
  isGuess?: true;
  /** The person's department is meant: «отдел Иры». */
  isDepartment?: true;
}

export interface FoundPeople<Member extends StaffMember = StaffMember> {
  matches: Mention<Member>[];
  excluded: Mention<Member>[];
  /** «все», or all but the excluded. */
  everybody: boolean;
  /** «мои звонки» */
  self: boolean;
  departments: string[];
  /** What is left of the text. */
  rest: string;
  spans: Span[];
}

const CLIENT = /^(клиент|заказчи|покупател|лид[аоу]?$|контакт|абонент|client|customer|гост)/;
const EXCEPT = /^(кроме|исключая|без|except|without|минус)$/;
const DEPARTMENT = /^(отдел|групп|команд|department|team)\p{L}{0,3}$/u;
const ALL =
  /^(все|всех|всем|всеми|каждого|каждому|каждый|all|everybody|everyone|команда|команду|команде|команды|коллектив|коллектива)$/;
/** «все звонки», «всё время»: all of something else. */
const NOT_PEOPLE =
  /^(звон|врем|период|разговор|запис|оценк|calls?|time|критери|возраж|чек|равно|дни|ок|хорош|плох)/;
const SELF = /^(мои|мой|моя|моих|моем|мою|моим|мной|меня|я|my|mine|me)$/;

/**
 * The people of the list that a sentence names, in any form that Russian has for them: cases, short and pet names, initials, Latin
 * letters, the wrong keyboard layout, slips. Nobody is picked who is not the only one.
 */
export function findPeople<Member extends StaffMember>(
  text: string,
  staff: readonly Member[],
): FoundPeople<Member> {
  const index = staffIndex(staff);
  const named = findDepartments(
    text,
    staff.flatMap(({ departments }) => departments),
  );
  const words = nameWords(blankOut(text, named.spans), index);
  const found: FoundPeople<Member> = {
    matches: [],
    excluded: [],
    everybody: false,
    self: false,
    departments: named.names,
    rest: "",
    spans: [...named.spans],
  };
  let isExcluding = false;
  for (let at = 0; at < words.length; ) {
    const word = words[at] as NameWord<Member>;
    const mention = mentionAt(words, at, index);
    if (!mention) {
      const next = words[at + 1];
      isExcluding = EXCEPT.test(word.form) || (isExcluding && /^(и|and|or|или)$/.test(word.form));
      if (
        ALL.test(word.form) &&
        !NOT_PEOPLE.test(next?.form ?? "") &&
        !DEPARTMENT.test(words[at - 1]?.form ?? "")
      ) {
        const isNamedTeam =
          DEPARTMENT.test(word.form) && next !== undefined && mentionAt(words, at + 1, index) !== undefined;
        found.everybody ||= !isNamedTeam;
        if (!isNamedTeam) found.spans.push(word);
      } else if (SELF.test(word.form)) {
        found.self = true;
        found.spans.push(word);
      }
      at++;
      continue;
    }
    const last = words[at + mention.words - 1] ?? word;
    const before = words[at - 1];
    at += mention.words;
    // Whoever was talked to is not whose calls they are.
    if (before && CLIENT.test(before.form)) continue;
    const span = { start: word.start, end: endOf(text, last) };
    found.spans.push(span);
    add(found, { ...mention, mention: text.slice(span.start, span.end) }, isExcluding, before);
    if (isExcluding) leadOf(words, word, found);
  }
  found.matches = distinct(found.matches);
  found.everybody ||=
    found.excluded.length > 0 && found.matches.length === 0 && found.departments.length === 0;
  found.spans.sort((a, b) => a.start - b.start);
  found.rest = squeezed(blankOut(text, found.spans));
  return found;
}

/** «Р.»: the dot belongs to the initial. */
const endOf = (text: string, word: NameWord<StaffMember>) =>
  word.isInitial && text.charAt(word.end) === "." ? word.end + 1 : word.end;

function add<Member extends StaffMember>(
  found: FoundPeople<Member>,
  { mention, candidates, isGuess }: { mention: string; candidates: Member[]; isGuess: boolean },
  isExcluding: boolean,
  before: NameWord<Member> | undefined,
): void {
  const one: Mention<Member> = { mention, candidates, ...(isGuess ? { isGuess } : {}) };
  if (isExcluding) {
    found.excluded.push(one);
    return;
  }
  if (before === undefined || !DEPARTMENT.test(before.form)) {
    found.matches.push(one);
    return;
  }
  found.spans.push(before);
  const departments = candidates.length === 1 ? (candidates[0]?.departments ?? []) : [];
  if (departments.length > 0) found.departments.push(...departments);
  else found.matches.push({ ...one, isDepartment: true });
}

/** «кроме» goes with whom it takes out. */
function leadOf<Member extends StaffMember>(
  words: readonly NameWord<Member>[],
  word: NameWord<Member>,
  found: FoundPeople<Member>,
): void {
  const lead = words.findLast(({ form, end }) => end <= word.start && EXCEPT.test(form));
  if (lead && !found.spans.includes(lead)) found.spans.push(lead);
}

function distinct<Member extends StaffMember>(mentions: Mention<Member>[]): Mention<Member>[] {
  const key = ({ mention, candidates }: Mention<Member>) =>
    candidates.length === 0 ? comparable(mention) : candidates.map(({ id }) => id).join(" ");
  return mentions.filter((one, at) => mentions.findIndex((other) => key(other) === key(one)) === at);
}

/** All the words at a place that name one person. */
function mentionAt<Member extends StaffMember>(
  words: readonly NameWord<Member>[],
  at: number,
  index: StaffIndex<Member>,
): { words: number; candidates: Member[]; isGuess: boolean } | undefined {
  let first = at;
  const initials: string[] = [];
  // «А. В. Руднева»
  while (words[first]?.isInitial && first - at < 2 && words[first + 1])
    initials.push(words[first++]?.form ?? "");
  const start = words[first];
  if (!start || (start.hits.length === 0 && !start.unknown)) return undefined;
  let hits = start.hits;
  let isGuess = start.isGuess;
  let strange = start.unknown;
  let end = first + 1;
  for (let word = words[end]; word && end - first < 5 && joins(word); word = words[++end]) {
    if (word.isInitial && initials.length < 2) {
      initials.push(word.form);
      continue;
    }
    // A list without patronymics is not contradicted by one.
    if (
      isSpokenPatronymic(word.form) &&
      !hits.some(({ member }) => index.parsed.get(member)?.patronymic.length)
    )
      continue;
    const other = togetherWith(hits, word.hits);
    if (other.length > 0) {
      hits = other;
      isGuess ||= word.isGuess;
    } else if (isOtherPart(hits, word, strange)) {
      // «Саша Степанов» is not any Саша.
      strange ??= word.unknown ?? "last";
      hits = [];
    } else break;
  }
  const members = [...new Set(hits.map(({ member }) => member))];
  const candidates =
    initials.length === 0 ? members : members.filter((member) => fits(index, member, initials, hits));
  return { words: end - at, candidates: strange ? [] : candidates, isGuess };
}

/** Nothing but a space, a hyphen or the dot of an initial stands before it. */
const joins = ({ gap }: { gap: string }) => /^(?:\.?\s*|\s*-\s*)$/.test(gap);

const isSpokenPatronymic = (form: string) => /.{2}(?:[ое]вич|ыч|[ое]вн|ичн)(?:а|у|ем|ом|е|ы|ой)?$/.test(form);

/** Hits of those whom both words name, by different parts of their name. */
function togetherWith<Member extends StaffMember>(
  one: readonly Hit<Member>[],
  other: readonly Hit<Member>[],
): Hit<Member>[] {
  return one.flatMap((hit) => {
    const more = other.filter(
      ({ member, part }) => member === hit.member && (part !== hit.part || part === "last"),
    );
    return more.length > 0 ? [hit, ...more] : [];
  });
}

/** Another part of a name, but of somebody else: «Саша» and a surname that no Саша bears. */
function isOtherPart<Member extends StaffMember>(
  hits: readonly Hit<Member>[],
  word: NameWord<Member>,
  strange: Part | undefined,
): boolean {
  const parts = new Set<Part>(strange ? [strange] : hits.map(({ part }) => part));
  if (word.unknown) return !parts.has(word.unknown);
  return word.hits.length > 0 && !word.hits.some(({ part }) => parts.has(part));
}

/** Initials stand for the parts that were not typed in full. */
function fits<Member extends StaffMember>(
  index: StaffIndex<Member>,
  member: Member,
  initials: readonly string[],
  hits: readonly Hit<Member>[],
): boolean {
  const known = index.parsed.get(member)?.initials;
  const typed = new Set(hits.filter((hit) => hit.member === member).map(({ part }) => part));
  const missing: Part[] = typed.has("last") ? ["first", "patronymic"] : ["last", "patronymic"];
  return initials.every((letter, at) => {
    const letters = known?.[missing[at] ?? "patronymic"] ?? [];
    return letters.length === 0 ? at > 0 : letters.includes(letter);
  });
}
