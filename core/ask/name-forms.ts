import { type Gender, namesOf } from "./name-table.ts";

/** Declension of Russian names, all cases of the singular. Endings of what is not sure are given too: nobody is called by them otherwise. */

const HARD = ["", "а", "у", "ом", "ем", "е"];
const SOFT_SIGN = ["ь", "я", "ю", "ем", "е"];
const MASCULINE_J = ["й", "я", "ю", "ем", "е", "и"];
const A = ["а", "ы", "и", "е", "у", "ой", "ою", "ей"];
const YA = ["я", "и", "е", "ю", "ей", "ею"];
const FEMININE_SIGN = ["ь", "и", "ью"];
const FEMININE_SURNAME = ["а", "ой", "ою", "у"];
const MASCULINE_SURNAME = ["", "а", "у", "ым", "ом", "е"];
const ADJECTIVE_M = ["ий", "ый", "ой", "ого", "его", "ому", "ему", "им", "ым", "ом", "ем"];
const ADJECTIVE_F = ["ая", "яя", "ой", "ою", "ей", "ую", "юю"];

const withEndings = (stem: string, endings: readonly string[]) => endings.map((ending) => `${stem}${ending}`);

/** Sounds that come and go: «Павла», «Льва», and «Игорька», «Витька» of what ends in -ёк. */
const FLEETING: Readonly<Record<string, string>> = { павел: "павл", лев: "льв" };

export function firstNameForms(name: string, gender: Gender): string[] {
  const last = name.slice(-1);
  const stem = name.slice(0, -1);
  // «Саш», «Оль», «Тань»: how a name is called out.
  // But nobody calls an Александра Александр.
  if (last === "а")
    return [...withEndings(stem, A), ...(stem.length > 2 && namesOf(stem).length === 0 ? [stem] : [])];
  if (last === "я") return [...withEndings(stem, YA), ...(/[аеиоуыэюя]$/.test(stem) ? [] : [`${stem}ь`])];
  if (last === "ь") return withEndings(stem, gender === "m" ? SOFT_SIGN : [...FEMININE_SIGN, ...SOFT_SIGN]);
  if (last === "й") {
    return name === "серый" ? withEndings("сер", ADJECTIVE_M) : withEndings(stem, MASCULINE_J);
  }
  if (/[аеиоуыэю]$/.test(name)) return [name];
  if (gender === "f") return [name];
  const fleeting = FLEETING[name] ?? (/[^аеиоуыэюя]ек$/.test(name) ? `${name.slice(0, -2)}ьк` : undefined);
  const dropped = /[^аеиоуыэюя]ок$/.test(name) ? `${name.slice(0, -2)}к` : fleeting;
  return dropped === undefined ? withEndings(name, HARD) : [name, ...withEndings(dropped, HARD.slice(1))];
}

/** Without a gender both ways: «Мельник» stays as it is of her and bends of him. */
export function surnameForms(surname: string, gender: Gender | undefined): string[] {
  if (gender === undefined) return [...surnameForms(surname, "m"), ...surnameForms(surname, "f")];
  const last = surname.slice(-1);
  const stem = surname.slice(0, -1);
  // «Шевченко», «Седых», «Дюма»: these never bend.
  if (/([оеиуюэ]|[ыи]х)$/.test(surname)) return [surname];
  if (/(ов|ев|ин|ын)$/.test(surname)) {
    // She is «Руднева»; where the list knows her by the man's form, both are meant.
    return [
      ...withEndings(surname, MASCULINE_SURNAME),
      ...(gender === "f" ? withEndings(surname, FEMININE_SURNAME) : []),
    ];
  }
  if (/(ова|ева|ина|ына)$/.test(surname)) {
    return gender === "f"
      ? withEndings(stem, FEMININE_SURNAME)
      : withEndings(stem, [...FEMININE_SURNAME, ...A]);
  }
  if (/(ий|ый|ой)$/.test(surname)) {
    return [
      surname,
      ...(/.(ск|цк|[^аеиоуыэюя])(ий|ый|ой)$/.test(surname)
        ? withEndings(surname.slice(0, -2), ADJECTIVE_M)
        : []),
    ];
  }
  if (/(ая|яя)$/.test(surname)) return withEndings(surname.slice(0, -2), ADJECTIVE_F);
  if (last === "а") return withEndings(stem, A);
  if (last === "я") return withEndings(stem, YA);
  if (gender === "f") return [surname];
  if (last === "ь") return withEndings(stem, SOFT_SIGN);
  if (last === "й") return withEndings(stem, MASCULINE_J);
  // «Заяц» – «Зайца» and the like are left to their bearers; «Коваленок» – «Коваленка».
  const fleeting = /[^аеиоуыэюя][ео]к$/.test(surname)
    ? withEndings(`${surname.slice(0, -2)}к`, HARD.slice(1))
    : [];
  return [...withEndings(surname, HARD), ...withEndings(surname, ["ым"]), ...fleeting];
}

/** How a namesake of this gender is called: «Руднев» and «Руднева», «Невский» and «Невская». */
export function surnameOf(surname: string, gender: Gender): string {
  if (gender === "f" && /(ов|ев|ин|ын)$/.test(surname)) return `${surname}а`;
  if (gender === "m" && /(ова|ева|ина|ына)$/.test(surname)) return surname.slice(0, -1);
  if (gender === "f" && /[сц]кий$/.test(surname)) return `${surname.slice(0, -2)}ая`;
  return gender === "m" && /[сц]кая$/.test(surname) ? `${surname.slice(0, -2)}ий` : surname;
}

/** The names of this gender that go with one of the other: «Александр» and «Александра». */
export const firstNameOf = (name: string, gender: Gender): string[] =>
  [`${name}а`, `${name.slice(0, -1)}я`, name.slice(0, -1), `${name.slice(0, -1)}й`].filter((other) =>
    namesOf(other).some((entry) => entry.name === other && entry.gender === gender),
  );

/** «Петрович», and how it is said: «Петровича», «Петровне»; «Иваныч». */
export function patronymicForms(patronymic: string): string[] {
  if (/ич$/.test(patronymic)) {
    const spoken = patronymic.replace(/[ое]вич$/, "ыч");
    return [...withEndings(patronymic, HARD), ...withEndings(spoken, HARD)];
  }
  return withEndings(patronymic.slice(0, -1), A);
}

export const isPatronymic = (word: string): boolean =>
  /.(?:[оеё]вич|ьич|ич|[оеё]вна|ична|инична)$/.test(word) && word.length > 5;
export const genderOfPatronymic = (word: string): Gender => (word.endsWith("ч") ? "m" : "f");

/** The gender that a surname alone tells. */
export function genderOfSurname(surname: string): Gender | undefined {
  if (/(ова|ева|ина|ына|ская|цкая|ая)$/.test(surname)) return "f";
  return /(ов|ев|ин|ын|ский|цкий)$/.test(surname) ? "m" : undefined;
}

/** Looks like a surname in some case: for telling that somebody was meant whom the list does not know. */
export const looksLikeSurname = (form: string): boolean =>
  /^[а-я-]{2,}(?:(?:[оеё]в|[иы]н)(?:а|у|ым|ой|е|ых)?|[сц]к(?:ий|ого|ому|им|ая|ой|ую)|енко|ук|юк|як(?:а|у)?|[ыи]х|ян(?:а|у)?|дзе|швили|ич(?:а|у)?)$/.test(
    form,
  );
