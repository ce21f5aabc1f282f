import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidenceOf, findQuote, readTurns, tokensIn } from "../../../core/score/quotes.ts";
import { tokenize } from "../../../core/score/text.ts";
import type { Turn } from "../../../core/transcript.ts";
import { type Line, readLines, turnsFrom } from "./transcripts.ts";

const find = (line: string | Line, quote: string) => {
  const [turn] = readLines(line);
  return findQuote(turn!, quote);
};

describe("a quote", () => {
  const said = "Добрый день! Меня зовут Анна, компания «Север-Окна». Ещё удобно говорить?";

  it.each([
    ["Добрый день!", "Добрый день!"],
    ["добрый ДЕНЬ", "Добрый день!"],
    ["меня зовут анна", "Меня зовут Анна"],
    ["день меня зовут", "день! Меня зовут"],
    ["Еще удобно", "Ещё удобно"],
    ["«Добрый день! Меня зовут Анна…»", "Добрый день! Меня зовут Анна"],
    ["компания Север Окна", "компания «Север-Окна»."],
    ["Север-Окна", "«Север-Окна»."],
    ["Окна", "Окна"],
    ["удобно говорить", "удобно говорить?"],
    [said, said],
  ])("«%s» is found and given as it stands: %s", (quote, given) => {
    expect(find(said, quote)?.quote).toBe(given);
  });

  it.each([
    ["a word in another form", "Добрый дня"],
    ["a word left out", "Меня Анна"],
    ["words in another order", "зовут меня"],
    ["a word that was not said", "Добрый день, Ольга"],
    ["half a word", "Добрый ден"],
    ["words joined", "ДобрыйДень"],
    ["an ellipsis for words left out", "Добрый день… компания"],
    ["a translation", "Good afternoon"],
    ["nothing", ""],
    ["punctuation alone", "…!"],
    ["more than the turn", `${said} Да`],
  ])("is refused with %s", (_name, quote) => {
    expect(find(said, quote)).toBeUndefined();
  });

  it("names its turn and speaker", () => {
    const turns = readLines("Алло", "К: Сколько стоит?");
    expect(findQuote(turns[1]!, "Сколько стоит")).toMatchObject({ turn: 1, speaker: "client" });
    expect(findQuote(turns[0]!, "Сколько стоит")).toBeUndefined();
  });

  it("of repeated words is the first occurrence", () => {
    expect(find("да да нет да да", "да да")).toMatchObject({ startSec: 0, endSec: 1 });
    expect(find("да нет да да нет", "да да нет")).toMatchObject({ startSec: 1, endSec: 2.5 });
  });

  it.each([
    ["Компания «Север-Окна», слушаю", "«Север-Окна»"],
    ["Да, (почти) всё", "(почти)"],
    ['Фирма "Рога", да', '"Рога"'],
    ["Фирма „Рога“, да", "„Рога“"],
  ])("keeps both quotation marks of «%s»", (text, given) => {
    expect(find(text, given)?.quote).toBe(given);
  });

  it("does not take a quotation mark without its partner", () => {
    expect(find("Он сказал «да нет»", "нет")?.quote).toBe("нет");
    expect(find("Он сказал «да нет»", "да")?.quote).toBe("да");
  });
});

describe("the seconds of a quote", () => {
  it("never run backwards, though the words' own times do", () => {
    const words = [
      { text: "добрый", startSec: 5, endSec: 6 },
      { text: "день", startSec: 1, endSec: 2 },
    ];
    const [turn] = readTurns([{ ...turnsFrom("Добрый день")[0]!, words }]);
    expect(findQuote(turn!, "добрый день")).toMatchObject({ startSec: 5, endSec: 5 });
  });

  it("come from the words' own times", () => {
    expect(find({ text: "Добрый день, Ольга", startSec: 10, endSec: 13 }, "день")).toMatchObject({
      startSec: 11,
      endSec: 12,
    });
  });

  it.each([
    [
      "hyphenated names timed as one word",
      "Это «Север-Окна» звонит",
      ["Это", "Север-Окна", "звонит"],
      "звонит",
      2,
      3,
    ],
    ["a hyphenated name itself", "Это «Север-Окна» звонит", ["Это", "Север-Окна", "звонит"], "Окна", 1, 2],
    ["a number that was normalised", "Ровно 12 тысяч", ["ровно", "двенадцать", "тысяч"], "12 тысяч", 1, 3],
    [
      "a number of several words before it",
      "Ровно 84000 рублей",
      ["ровно", "восемьдесят", "четыре", "тысячи", "рублей"],
      "рублей",
      4,
      5,
    ],
    [
      "a number of several words in it",
      "Ровно 84000 рублей",
      ["ровно", "восемьдесят", "четыре", "тысячи", "рублей"],
      "84000",
      1,
      4,
    ],
    [
      "a number that opens the turn",
      "84000 рублей ровно",
      ["восемьдесят", "четыре", "тысячи", "рублей", "ровно"],
      "84000 рублей",
      0,
      4,
    ],
    [
      "a number that ends the turn",
      "ровно 84000",
      ["ровно", "восемьдесят", "четыре", "тысячи"],
      "84000",
      1,
      4,
    ],
    [
      "a phone number before it",
      "Запишите 89123456789 спасибо до свидания",
      "запишите восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять спасибо до свидания".split(
        " ",
      ),
      "спасибо",
      11,
      12,
    ],
    ["words that the text leaves out", "да удобно", ["да", "э", "э", "удобно"], "удобно", 3, 4],
    ["a word that comes twice", "да 12 да", ["да", "двенадцать", "ой", "да"], "12 да", 1, 4],
    ["case and ё", "ЕЩЁ раз", ["еще", "раз"], "ещё", 0, 1],
    ["words that recognition left out", "да конечно удобно", ["да", "удобно"], "удобно", 1, 2],
  ])("are right with %s", (_name, text, words, quote, startSec, endSec) => {
    expect(find({ text, words, startSec: 0, endSec: words.length }, quote)).toMatchObject({
      startSec,
      endSec,
    });
  });

  it("are the turn's where no word is timed", () => {
    expect(find({ text: "Добрый день", words: [], startSec: 7, endSec: 9 }, "день")).toMatchObject({
      startSec: 7,
      endSec: 9,
    });
  });
});

describe("whatever was said", () => {
  const word = fc.constantFrom(
    ..."добрый день меня зовут Анна Север-Окна 12 84000 да нет ещё щас don't «так» компания, рублей.".split(
      " ",
    ),
  );
  const text = fc.array(word, { minLength: 1, maxLength: 25 }).map((list) => list.join(" "));
  const span = fc.tuple(fc.nat(), fc.nat());

  it("any words that stand together are found, and lie within their turn", () => {
    fc.assert(
      fc.property(text, span, (said, [a, b]) => {
        const [turn] = readLines({ text: said, startSec: 5 });
        const from = a % turn!.tokens.length;
        const to = from + (b % (turn!.tokens.length - from));
        const source = said.slice(turn!.tokens[from]!.start, turn!.tokens[to]!.end);
        const found = findQuote(turn!, source)!;
        expect(said).toContain(found.quote);
        expect(tokenize(found.quote).map(({ form }) => form)).toEqual(
          turn!.tokens.slice(from, to + 1).map(({ form }) => form),
        );
        expect(found.startSec).toBeGreaterThanOrEqual(turn!.startSec);
        expect(found.startSec).toBeLessThanOrEqual(found.endSec);
        expect(found.endSec).toBeLessThanOrEqual(turn!.endSec);
      }),
    );
  });

  it("a quote that was tampered with is never found", () => {
    const distinct = "альфа бета гамма дельта омега сигма лямбда тета".split(" ");
    const corruption = fc.constantFrom("replace", "drop", "swap", "insert", "letter");
    fc.assert(
      fc.property(fc.shuffledSubarray(distinct, { minLength: 3 }), corruption, fc.nat(), (said, kind, at) => {
        // Neither the first nor the last word, so that dropping it leaves a hole.
        const middle = 1 + (at % (said.length - 2));
        const quote = [...said];
        if (kind === "replace") quote[middle] = "каппа";
        else if (kind === "drop") quote.splice(middle, 1);
        else if (kind === "swap") quote.splice(middle - 1, 2, said[middle]!, said[middle - 1]!);
        else if (kind === "insert") quote.splice(middle, 0, "не");
        else quote[middle] = `${said[middle]}х`;
        const [turn] = readLines(said.join(" "));
        expect(findQuote(turn!, said.join(" "))).toBeDefined();
        expect(findQuote(turn!, quote.join(" "))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it("words that do not fit their text at all do no harm", () => {
    fc.assert(
      fc.property(text, fc.array(fc.string(), { maxLength: 30 }), (said, words) => {
        const [turn] = readLines({ text: said, words, startSec: 1, endSec: 4 });
        for (let at = 0; at < turn!.tokens.length; at++) {
          const { startSec, endSec } = evidenceOf(turn!, at, at);
          expect(startSec).toBeLessThanOrEqual(endSec);
        }
      }),
    );
  });
});

it("evidence outside its turn is a mistake of the program", () => {
  const [turn] = readLines("Добрый день");
  expect(() => evidenceOf(turn!, 0, 2)).toThrow(RangeError);
});

it("a span of text is told in words", () => {
  const [turn] = readLines("Да. Добрый день! Алло.");
  expect(tokensIn(turn!, 4, 16)).toEqual({ from: 1, to: 2 });
  expect(tokensIn(turn!, 0, 1)).toBeUndefined();
});

it("reading turns leaves them as they were", () => {
  const turns: Turn[] = [
    { n: 0, speaker: "agent", channel: 0, startSec: 0, endSec: 1, text: "Алло", words: [] },
  ];
  const before = structuredClone(turns);
  readTurns(turns);
  expect(turns).toEqual(before);
});

it.each([
  ["Могу сразу скидку дать, 10 %.", "скидку дать, 10", "скидку дать, 10 %."],
  ["Это 500 ₽ за выезд.", "это 500", "Это 500 ₽"],
  ["Доходность 12% годовых.", "доходность 12", "Доходность 12%"],
])("«%s» keeps the sign of its number when «%s» is quoted", (text, quote, whole) => {
  const [turn] = readLines(text);
  expect(findQuote(turn!, quote)?.quote).toBe(whole);
});
