import { expect, it } from "vitest";
import { isFirstName, otherNames } from "../../../core/score/names.ts";
import { isNearSpelling, soundOf } from "../../../core/score/spelling.ts";
import { type Token, tokenize } from "../../../core/score/text.ts";

const word = (text: string) => tokenize(text)[0] as Token;

it.each([
  "Анна",
  "Анной",
  "Ольгу",
  "Игорю",
  "Павлом",
  "Ян",
  "Яной",
  "Иру",
  "Саша",
  "Лёша",
  "Айгуль",
  "Priya",
  "Dave",
])("%s is a first name", (name) => expect(isFirstName(word(name))).toBe(true));

it.each(["окно", "завод", "заявка", "Мяту", "он", "а", "компания", "окна", "speaking", "company"])(
  "%s is no first name",
  (name) => expect(isFirstName(word(name))).toBe(false),
);

it("knows a name's short forms and a short form's names", () => {
  const forms = (name: string) => otherNames(word(name)).map(({ form }) => form);
  expect(forms("Александр")).toContain("саша");
  expect(forms("Саша")).toEqual(expect.arrayContaining(["александр", "александра"]));
  expect(forms("David")).toContain("dave");
  expect(forms("окно")).toEqual([]);
});

it.each([
  ["Битрикс", "Bitrix", true],
  ["Север-Окна", "север окна", true],
  ["Ёлка", "елка", true],
  ["Волна", "Весна", false],
])("«%s» and «%s» sound alike: %s", (one, other, alike) => {
  expect(soundOf(one) === soundOf(other)).toBe(alike);
});

it.each([
  ["оксана", "оксана", 0, true],
  ["оксана", "аксана", 1, true],
  ["оксана", "оксан", 1, true],
  ["оксана", "окксана", 1, true],
  ["оксана", "аксан", 1, false],
  ["оксана", "ок", 2, false],
  ["", "", 0, true],
])("«%s» is «%s» but for %i letters: %s", (one, other, most, near) => {
  expect(isNearSpelling(one, other, most)).toBe(near);
});
