import { describe, expect, it } from "vitest";
import { findPeople } from "../../../core/ask/names.ts";
import { staff } from "../../ask/company.ts";
import { peopleInShort } from "../../ask/short.ts";

const short = (text: string) => peopleInShort(findPeople(text, staff));

const table = (rows: string): [string, string][] =>
  rows
    .trim()
    .split("\n")
    .map((row) => row.split(" => ").map((cell) => cell.trim()) as [string, string]);

describe("who is meant", () => {
  it.each(
    table(`
      звонки Рудневой => rudneva
      звонки Руднева => rudnev|rudneva
      Рудневу => rudnev|rudneva
      с Рудневым => rudnev
      у Саши => rudnev|belova
      по Ирине => rudneva
      с Петровым => petrov
      звонки Петровой => ivanova
      звонки Александра => rudnev|belova
      звонки Александра Руднева => rudnev
      Александры Беловой => belova
      Александру => rudnev|belova
      Руднев Александр => rudnev
      Ирина Сергеевна => rudneva
      Ирине Сергеевне => rudneva
      Евгению => shevchenko
      Павла => lebedev
      с Павлом Лебедевым => lebedev
      Марии => ivanova
      Иванова-Петрова => ivanova
      звонки Ивановой-Петровой => ivanova
      петровой маши => ivanova
    `),
  )("«%s» in some case is %s", (text, expected) => expect(short(text)).toBe(expected));

  it.each(
    table(`
      Саша => rudnev|belova
      Шура => rudnev|belova
      Саня => rudnev|belova
      Женя => shevchenko
      у Жени => shevchenko
      Лёша => chernykh
      леха => chernykh
      Дима => petrov
      Митя => petrov
      Димон => petrov
      с Пашей => lebedev
      Настя => kozlova
      Маша => ivanova
      Юля => sedykh
      Оля => olga
      Лёля => olga
      Ира => rudneva
      Насть => kozlova
      Саш => rudnev|belova
      Оль => olga
      Юлечка => sedykh
      у Настеньки => kozlova
      Сашуля => rudnev|belova
      Димочке => petrov
      Ириша => rudneva
      Машенька => ivanova
      Пашка => lebedev
      Аля => belova
    `),
  )("«%s», a short or pet form, is %s", (text, expected) => expect(short(text)).toBe(expected));

  it.each(
    table(`
      саша => rudnev|belova
      sasha => rudnev|belova
      cfif => rudnev|belova
      lbvf => petrov
      Алексанр => rudnev|belova
      Алексанр Руднев => rudnev
      петроа => petrov|ivanova
      Шевчнко => shevchenko
      Дмитрей => petrov
      Руднева А. => rudnev
      А. Руднева => rudnev
      Руднева И.С. => rudneva
      Саша Р. => rudnev
      Саша Р => rudnev
      Саша Б. => belova
      rudnev => rudnev
      rudneva irina => rudneva
      dmitriy petrov => petrov
      Dmitry Petrov => petrov
      zhenya => shevchenko
    `),
  )("«%s», however it is written, is %s", (text, expected) => expect(short(text)).toBe(expected));

  it.each(
    table(`
      Шевченко => shevchenko
      у Шевченко => shevchenko
      у Седых => sedykh
      звонки Чёрных => chernykh
      звонки Черных => chernykh
      звонки Мельника => oleg
      с Мельником => oleg
      Мельник => olga|oleg
      Ольги Мельник => olga
    `),
  )("«%s», which does not bend with everybody, is %s", (text, expected) =>
    expect(short(text)).toBe(expected),
  );

  it.each(
    table(`
      Саша и Дима => rudnev|belova, petrov
      Дима, Оля и Паша => petrov, olga, lebedev
      Дима Оля => petrov, olga
      кроме Саши => not rudnev|belova everybody
      все кроме Саши и Димы => not rudnev|belova, petrov everybody
      все, кроме Рудневой => not rudneva everybody
      без Паши => not lebedev everybody
      все => everybody
      по всем менеджерам => everybody
      отдел Иры => [Отдел продаж]
      отдел Саши => department of rudnev|belova
      кроме Димы отдел продаж => not petrov [Отдел продаж]
      отдел продаж => [Отдел продаж]
      по отделу продаж => [Отдел продаж]
      отдел розницы => [Розница]
      по рознице => [Розница]
      опт и розница => [Розница, Опт]
      мои звонки => self
      Петров и Оля => petrov, olga
    `),
  )("«%s» is %s", (text, expected) => expect(short(text)).toBe(expected));

  it.each(
    table(`
      звонки Степанова => ?Степанова
      Саша Степанов => ?Саша Степанов
      Дима Руднев => ?Дима Руднев
      у Васи => ?Васи
      звонки вали => ?вали
      @nick => ?@nick
      новенькая => ?новенькая
      отчёт по Кузнецовой => ?Кузнецовой
      звонки Новиковой => ?Новиковой
      звонки Одинцова => ?Одинцова
      Саша З. => ?Саша З.
    `),
  )("«%s» is nobody of the list, and said so: %s", (text, expected) => expect(short(text)).toBe(expected));
});

it.each([
  "худшие звонки вчера",
  "как дела у ребят",
  "почему 40 у звонка",
  "сколько слов-паразитов",
  "все звонки",
  "за всё время",
  "звонки продаж",
  "клиент Иван Петров",
  "звонок клиенту Александру",
  "разговор с клиентом Димой",
  "вера в себя",
  "максимум баллов",
  "",
])("«%s» names nobody of the team", (text) => expect(short(text)).toBe(""));

it("leaves what is no name", () => {
  expect(findPeople("звонки Рудневой за вчера", staff).rest).toBe("звонки за вчера");
  expect(findPeople("все, кроме Саши: звонки", staff).rest).toBe(", : звонки");
});

it("says where a misspelling was forgiven", () => {
  expect(findPeople("Алексанр", staff).matches[0]?.isGuess).toBe(true);
  expect(findPeople("Александр", staff).matches[0]?.isGuess).toBeUndefined();
});

it("names a person once however often the sentence does", () => {
  expect(short("Дима Петров и Петров Дима")).toBe("petrov");
});

it("takes the only bearer of a name that is hers and the genitive of his", () => {
  const alone = (id: string) => staff.filter((member) => member.id === id);
  expect(peopleInShort(findPeople("звонки Александра", alone("rudnev")))).toBe("rudnev");
  expect(peopleInShort(findPeople("звонки Александра", alone("belova")))).toBe("belova");
});

it.each([
  ["Саша Петров", "у Саши", true],
  ["Саша Петрова", "у Александры", true],
  ["Саша Петрова", "у Александра Петрова", true],
  ["Саша Петров", "у Александры Петровой", false],
  ["John Smith", "John's calls", true],
  ["John Smith", "calls of smith", true],
  ["Ким Анна", "у Ким", true],
  ["Петрович Иван", "звонки Петровича", true],
  ["Кравчук Игорь", "звонки Кравчука", true],
  ["Кравчук Инна", "звонки Кравчука", false],
  ["Бойко Лев", "у Льва", true],
  ["Лисица Ольга", "звонки Лисицы", true],
  ["Толстой Пётр", "с Толстым", true],
  ["Серёгин Сергей", "у Серёги", true],
  ["Савицкая Гузель", "по Савицкой", true],
  ["Анна-Мария Кох", "у Анны", true],
])("«%s» of the list is meant by «%s»: %s", (name, text, isMeant) => {
  const { matches } = findPeople(text, [{ id: "one", name, departments: [] }]);
  expect(matches.some(({ candidates }) => candidates.length === 1)).toBe(isMeant);
});
