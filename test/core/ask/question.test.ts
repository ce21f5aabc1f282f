import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Period } from "../../../core/ask/period.ts";
import { findPeriod } from "../../../core/ask/periods.ts";
import { readQuestion } from "../../../core/ask/question.ts";
import { company, now, timeZone } from "../../ask/company.ts";
import { sentences } from "../../ask/sentences.ts";
import { inShort, periodInShort } from "../../ask/short.ts";
import { cases, timeoutMs } from "../../fuzz/runs.ts";

const read = (text: string) => readQuestion(text, company);
const TODAY = "2026-11-20";

it("knows more than a hundred sentences, each once", () => {
  expect(sentences.length).toBeGreaterThan(100);
  expect(new Set(sentences.map(([text]) => text)).size).toBe(sentences.length);
});

it.each(sentences)("«%s» is read as: %s", (text, expected) => expect(inShort(read(text))).toBe(expected));

it.each(sentences)("«%s» is read the same with other blanks, ё and marks", (text, expected) => {
  expect(inShort(read(`  ${text.replaceAll(" ", "   ")}\n`))).toBe(expected.replaceAll(/ {2,}/g, " "));
  expect(inShort(read(text.replaceAll("ё", "е"))).replaceAll("ё", "е")).toBe(expected.replaceAll("ё", "е"));
});

it.each(sentences)("«%s» names the same period in capitals", (text) => {
  const period = (typed: string) => periodInShort(findPeriod(typed, { now, timeZone })?.period);
  expect(period(text.toUpperCase()).toLowerCase()).toBe(period(text).toLowerCase());
});

it.each(sentences.filter(([, expected]) => expected.startsWith("unclear")))(
  "«%s» is answered with sentences that are understood",
  (text) => {
    const question = read(text);
    if (question.kind !== "unclear") throw new Error("it is clear");
    expect(question.suggestions.length).toBeGreaterThan(1);
    for (const suggestion of question.suggestions) expect(read(suggestion).kind).not.toBe("unclear");
  },
);

it("offers what is missing in the language of the reader", () => {
  expect(read("худшие звонки")).toMatchObject({
    suggestions: expect.arrayContaining(["худшие звонки за вчера"]),
  });
  expect(readQuestion("/worst", { ...company, locale: "ru" })).toMatchObject({
    suggestions: expect.arrayContaining(["/worst за вчера"]),
  });
  expect(read("worst calls")).toMatchObject({
    suggestions: expect.arrayContaining(["worst calls yesterday"]),
  });
});

it("keeps the period and the people of what is unclear, so that nobody types them twice", () => {
  expect(read("Руднев")).toMatchObject({ kind: "unclear", missing: "period", about: "agent" });
  expect(read("Руднев").people.matches[0]?.candidates.map(({ id }) => id)).toEqual(["rudnev"]);
  expect(read("за октябрь").period).toMatchObject({ from: "2026-10-01", to: "2026-10-31" });
});

it("echoes what it made nothing of as it was typed", () => {
  expect(read("худшие звонки вчера по Тбилиси").rest).toEqual(["Тбилиси"]);
});

it("keeps the words of an appeal", () => {
  expect(read("не согласен: клиент бросил трубку")).toMatchObject({
    text: "не согласен: клиент бросил трубку",
  });
  expect(read("/appeal 20261120-bitrix24-1 клиент бросил трубку")).toMatchObject({
    kind: "appeal",
    call: { kind: "id", callId: "20261120-bitrix24-1" },
    text: "20261120-bitrix24-1 клиент бросил трубку",
  });
});

it("says empty what is empty", () => {
  for (const text of ["", "   ", "\n"])
    expect(read(text)).toMatchObject({ kind: "unclear", missing: "text" });
});

describe("whatever is typed", () => {
  const words = [
    ..."за с по до от в к и на последние прошлой эта неделя месяц квартал год дня вчера сегодня завтра пн пятницу выходные ноября 5 31 25-го".split(
      " ",
    ),
    ..."2026 1-5 28.10 14:35 III кв утром обеда звонки худшие топ 3 ниже 40 Саши Руднева кроме отдел все сравни против мск + /digest почему №3".split(
      " ",
    ),
    ..."29.02 29 февраля 99999 0 00.00 24:00 ago last week calls - – , . ( \u0301 ё 😀 <b>".split(" "),
  ];
  const sentence = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((chosen) => chosen.join(" ")),
    fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((chosen) => chosen.join("")),
  );
  const moment = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
  const zone = fc.constantFrom("Europe/Moscow", "Asia/Kamchatka", "Pacific/Honolulu", "UTC");

  const all = (period: Period): Period[] => [
    period,
    ...(period.comparedTo ? [period.comparedTo] : []),
    ...(period.ambiguous ?? []),
  ];

  it(
    "nothing is thrown, and no period ends in the future or before it begins",
    () => {
      fc.assert(
        fc.property(sentence, moment, zone, (text, at, timeZone) => {
          const question = readQuestion(text, { ...company, now: at, timeZone });
          const today = findPeriod("сегодня", { now: at, timeZone })?.period.to ?? "";
          for (const { from, to, parts, rolling } of question.period ? all(question.period) : []) {
            expect(to <= today).toBe(true);
            expect(from === null || from <= to).toBe(true);
            for (const part of parts ?? []) expect(part.from <= part.to && part.to <= to).toBe(true);
            if (rolling) expect(rolling.to).toBe(at.toISOString());
          }
        }),
        cases as fc.Parameters<[string, Date, string]>,
      );
    },
    timeoutMs,
  );

  it(
    "blanks, capitals and ё change no period",
    () => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), (chosen) => {
          const period = (text: string) => periodInShort(findPeriod(text, { now, timeZone })?.period);
          const plain = period(chosen.join(" "));
          expect(period(`  ${chosen.join("  ")} `)).toBe(plain);
          expect(period(chosen.join(" ").toUpperCase())).toBe(plain);
          expect(period(chosen.join(" ").replaceAll("ё", "е"))).toBe(plain);
        }),
        cases as fc.Parameters<[string[]]>,
      );
    },
    timeoutMs,
  );

  it("a text that was pasted is read in no time", () => {
    const startedAt = performance.now();
    for (const piece of ["а", "5 ", "с 1 по ", "Саша ", "1-", "....", "- ", "где не ", "звонки вчера "])
      read(piece.repeat(4000));
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

it("ends today", () => {
  for (const [text] of sentences) expect((read(text).period?.to ?? TODAY) <= TODAY).toBe(true);
});
