import { isKnownWord } from "./known-words.ts";
import { isTypedInLatin } from "./latin-names.ts";
import { firstNameForms, looksLikeSurname } from "./name-forms.ts";
import { firstNames, isPetFormOf } from "./name-table.ts";
import { type Hit, type Part, readName, type StaffIndex, type StaffMember } from "./staff-index.ts";
import { comparable, type Span } from "./words.ts";

/** A word of a sentence, as far as it can name somebody. */
export interface NameWord<Member extends StaffMember> extends Span {
  form: string;
  written: string;
  /** What stands between it and the word before. */
  gap: string;
  hits: readonly Hit<Member>[];
  isGuess: boolean;
  /** «А.», «Р.» */
  isInitial: boolean;
  /** A name that nobody of the list bears. */
  unknown: Part | undefined;
}

/** Latin words keep the marks that bear Russian letters on a keyboard: «;tyz» is «женя». */
const WORD = /@?[a-z`[\];',.]*[a-z][a-z`[\];',._\d]*|[\p{L}][\p{L}\p{M}]*|\d+/giu;

/** Names that are also words: only a capital letter or what stands before tells. */
const AMBIGUOUS =
  /^(?:вер|надежд|любов|слав|роз|свет|лев|льв|ма|март|роман|ник|рус|ден|мил|нин|том|пол|кол|мир|сав|кир|дин|ас|ян|ев|клав|тим|лан|лил|злат|сан|ин|зин|маг|шур|дан|сер|сим|тин|лар|гер|род|лен|ир|гал|паш|вал|рит|лин|кат|макс|лер)[а-я]{0,2}$/;

/** After these somebody is named. */
const LEADS =
  /^(у|по|с|со|от|для|про|о|об|к|кроме|без|и|или|звон\p{L}*|менеджер\p{L}*|сотрудни\p{L}*|агент\p{L}*|оператор\p{L}*|продав\p{L}*|отчет\p{L}*|сводк\p{L}*|балл\p{L}*|оценк\p{L}*|сравни\p{L}*|покажи|возражени\p{L}*|отдел\p{L}*|групп\p{L}*|команд\p{L}*|разговор\p{L}*|запис\p{L}*|of|for|by|calls?)$/u;

const NEWCOMER = /^(новеньк|новичк|новичок|стажер)\p{L}*$/u;

/** Words that end like surnames. */
const NO_SURNAME =
  /^(?:слов|готов|основ|здоров|нов|перв|один|причин|половин|машин|цен|минут|магазин|кабин|вершин|истор|разов|часов|раз[оа]в|смен|русск|английск|московск|женск|мужск|городск|каких|таких|своих|других|последних|прошлых|поздних|ранних|стран|план|экран|област|звук|ваших|наук|рук|стук|почин|имен|офис|услов|заказ|договор|снова|голов|кредит|страхов|правил|продаж|покупк|логин|админ|вин|корзин|витрин|недвиж|налич|отлич|парол|ключ|квартир|этих|моих|твоих|своих|всех|чьих|самых|худших|лучших|плохих|хороших)[а-я]{0,3}$/;

/** Forms of every name of the table: made once, when first asked for. */
let known: Set<string> | undefined;
function isAnyName(form: string): boolean {
  known ??= new Set(
    firstNames.flatMap(({ name, short, gender }) =>
      [name, ...short].flatMap((each) => firstNameForms(each, gender)),
    ),
  );
  if (known.has(form)) return true;
  return (
    form.length > 5 &&
    firstNames.some(({ short }) => short.some((each) => each.length > 3 && isPetFormOf(form, each)))
  );
}

export function nameWords<Member extends StaffMember>(
  text: string,
  index: StaffIndex<Member>,
): NameWord<Member>[] {
  const words: NameWord<Member>[] = [];
  let end = 0;
  for (const match of text.slice(0, 1000).matchAll(WORD)) {
    const written = trimmed(match[0], index);
    const form = comparable(written);
    const before = words.at(-1);
    const gap = text.slice(end, match.index);
    const isFree = !isKnownWord(form);
    const reading = form.length > 1 ? readName(index, written, isFree) : undefined;
    end = match.index + written.length;
    words.push({
      form,
      written,
      gap,
      start: match.index,
      end,
      hits: reading?.hits ?? [],
      isGuess: reading?.isGuess ?? false,
      isInitial: isInitial(written, text.charAt(end)),
      unknown:
        !reading && isFree ? (index.others.get(form) ?? unknownName(written, form, before)) : undefined,
    });
  }
  return words;
}

/** A comma after «cfif» is a comma, unless it is the «б» of somebody. */
function trimmed<Member extends StaffMember>(written: string, index: StaffIndex<Member>): string {
  if (!isTypedInLatin(written)) return written;
  const bare = written.replace(/[.,;']+$/, "").replace(/'s$/i, "");
  return bare !== written && readName(index, written, false) ? written : bare;
}

const isInitial = (written: string, next: string) =>
  /^\p{L}$/u.test(written) &&
  (/^\p{Lu}$/u.test(written) || (next === "." && !/^[аиоувскяк]$/i.test(written)));

function unknownName(written: string, form: string, before: { form: string } | undefined): Part | undefined {
  if (written.startsWith("@") || NEWCOMER.test(form)) return "first";
  if (!/^[а-я]{3,}$/.test(form)) return undefined;
  const isCapital = /^\p{Lu}\p{Ll}/u.test(written);
  const isLed = before !== undefined && LEADS.test(before.form);
  if (isAnyName(form)) return !AMBIGUOUS.test(form) || isCapital || isLed ? "first" : undefined;
  if (!looksLikeSurname(form) || NO_SURNAME.test(form) || form.length < 5) return undefined;
  if (isCapital && before !== undefined) return "last";
  // «-ов» and «-их» end half of all nouns in some case.
  return (isLed || isCapital) && !/(ов|ев|их|ых|ук)$/.test(form) ? "last" : undefined;
}
