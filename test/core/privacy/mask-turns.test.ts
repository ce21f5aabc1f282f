import { describe, expect, it } from "vitest";
import { MASKING_RULE } from "../../../core/privacy/kinds.ts";
import { maskTurns } from "../../../core/privacy/mask-turns.ts";
import { unmaskAnswer } from "../../../core/privacy/unmask.ts";
import { findQuote, readTurns } from "../../../core/score/quotes.ts";
import { turnsSaying } from "./spoken-turns.ts";

const textsOf = (...lines: string[]) => maskTurns(turnsSaying(...lines)).turns.map((turn) => turn.text);

describe("a number dictated over several turns", () => {
  it("is masked in each of them", () => {
    expect(
      textsOf(
        "Записывайте: восемь девятьсот двенадцать",
        "М: Так.",
        "триста сорок пять",
        "М: Угу, дальше.",
        "67 89. Всё.",
      ),
    ).toEqual([
      "Записывайте: [ТЕЛЕФОН_1_ЧАСТЬ_1]",
      "Так.",
      "[ТЕЛЕФОН_1_ЧАСТЬ_2]",
      "Угу, дальше.",
      "[ТЕЛЕФОН_1_ЧАСТЬ_3]. Всё.",
    ]);
  });

  it("is masked where the other side repeats its pieces", () => {
    expect(
      textsOf(
        "8 912",
        "М: восемь девятьсот двенадцать",
        "345 67",
        "М: Так…",
        "восемьдесят девять",
        "М: 67 89, верно?",
      ),
    ).toEqual([
      "[ТЕЛЕФОН_1_ЧАСТЬ_1]",
      "[ТЕЛЕФОН_1_ЧАСТЬ_1]",
      "[ТЕЛЕФОН_1_ЧАСТЬ_2]",
      "Так…",
      "[ТЕЛЕФОН_1_ЧАСТЬ_3]",
      "[ТЕЛЕФОН_1_ЧАСТЬ_2], верно?",
    ]);
  });

  it("is the value that is said whole later", () => {
    expect(textsOf("8 912 345", "67 89", "М: Сверю: плюс семь девятьсот двенадцать 345 67 89?")).toEqual([
      "[ТЕЛЕФОН_1_ЧАСТЬ_1]",
      "[ТЕЛЕФОН_1_ЧАСТЬ_2]",
      "Сверю: [ТЕЛЕФОН_1]?",
    ]);
  });

  it("ends where the other side says more than a few words", () => {
    const texts = [
      "Их было 8 912",
      "М: Давайте я расскажу, что у нас есть по этой теме, а потом вы решите.",
      "345 67 89 штук",
    ];
    expect(textsOf(...texts.map((text) => text))).toEqual(texts.map((text) => text.replace(/^М: /, "")));
  });

  it("is not made of numbers of two voices", () => {
    expect(textsOf("8 912", "М: 345 67 89")).toEqual(["8 912", "345 67 89"]);
  });
});

describe("tokens", () => {
  it("are numbered in the order of the call, each kind for itself", () => {
    const { turns, found } = maskTurns(
      turnsSaying("8 912 345 67 89 и a@b.ru", "М: 8 913 000 11 22, 8 912 345 67 89", "c@d.ru"),
    );
    expect(turns.map((turn) => turn.text)).toEqual([
      "[ТЕЛЕФОН_1] и [ПОЧТА_1]",
      "[ТЕЛЕФОН_2], [ТЕЛЕФОН_1]",
      "[ПОЧТА_2]",
    ]);
    expect(found).toEqual({ phone: 2, card: 0, email: 2, passport: 0, inn: 0, snils: 0 });
  });

  it("leave a number to a token that stands in the conversation already", () => {
    const { turns, unmask } = maskTurns(turnsSaying("[ТЕЛЕФОН_1] и 8 912 345 67 89"));
    expect(turns[0]?.text).toBe("[ТЕЛЕФОН_1] и [ТЕЛЕФОН_2]");
    expect(unmask("[ТЕЛЕФОН_1], [ТЕЛЕФОН_2]")).toBe("[ТЕЛЕФОН_1], 8 912 345 67 89");
  });

  it("are explained to the model for every kind", () => {
    const { turns } = maskTurns(
      turnsSaying(
        "8 912 345 67 89, a@b.ru, ИНН 7707083893, СНИЛС 112-233-445 95, карта 4276 3800 1234 5679, паспорт 4512 345678",
      ),
    );
    const tokens = turns[0]?.text.match(/\[[^\]]+\]/g) ?? [];
    expect(tokens).toHaveLength(6);
    for (const token of tokens) expect(MASKING_RULE).toContain(token);
  });
});

describe("masked turns", () => {
  it("carry no timed words, as these say the numbers in clear", () => {
    const [turn] = turnsSaying("Звоните: 8 912 345 67 89");
    const words = [{ text: "восемь", startSec: 0, endSec: 1 }];
    const masked = maskTurns([{ ...turn!, words }]);
    expect(masked.turns[0]?.words).toEqual([]);
  });

  it("leave the turns they were made of as they are", () => {
    const turns = turnsSaying("8 912 345 67 89");
    const before = structuredClone(turns);
    maskTurns(turns);
    expect(turns).toEqual(before);
  });
});

describe("unmasking", () => {
  const turns = turnsSaying(
    "Мой номер 8 (912) 345-67-89.",
    "М: Мой номер плюс семь девятьсот двенадцать 345 67 89, так?",
    "Да, 89123456789, а ещё раз — восемь девятьсот двенадцать 345 67 89, записали?",
  );
  const { unmask, turns: masked } = maskTurns(turns);

  it.each([
    ["a whole turn", 0, "Мой номер [ТЕЛЕФОН_1].", "Мой номер 8 (912) 345-67-89."],
    ["the wording of the turn", 1, "номер [ТЕЛЕФОН_1]", "номер плюс семь девятьсот двенадцать 345 67 89"],
    ["the wording of the place, the first", 2, "Да, [ТЕЛЕФОН_1], а ещё", "Да, 89123456789, а ещё"],
    [
      "the wording of the place, the second",
      2,
      "раз [ТЕЛЕФОН_1]",
      "раз восемь девятьсот двенадцать 345 67 89",
    ],
    [
      "a quote in another case and punctuation",
      1,
      "мой номер [телефон_1] так",
      "мой номер плюс семь девятьсот двенадцать 345 67 89 так",
    ],
    [
      "a quote whose brackets were lost",
      1,
      "номер ТЕЛЕФОН_1, так?",
      "номер плюс семь девятьсот двенадцать 345 67 89, так?",
    ],
    ["a token alone", 1, "[ТЕЛЕФОН_1]", "плюс семь девятьсот двенадцать 345 67 89"],
    [
      "a sentence that nobody said, by the turn",
      1,
      "Назвал [ТЕЛЕФОН_1]",
      "Назвал плюс семь девятьсот двенадцать 345 67 89",
    ],
    ["a token that was never given out", 1, "[ТЕЛЕФОН_9] и [КАРТА_1]", "[ТЕЛЕФОН_9] и [КАРТА_1]"],
    ["a turn that is not there", 99, "Назвал [ТЕЛЕФОН_1]", "Назвал 8 (912) 345-67-89"],
  ])("puts back %s", (_what, turn, text, expected) => {
    expect(unmask(text, turn)).toBe(expected);
  });

  it("finds the turn of a quote by itself, and takes the first wording for what nobody said", () => {
    expect(unmask("[ТЕЛЕФОН_1], так?")).toBe("плюс семь девятьсот двенадцать 345 67 89, так?");
    expect(unmask("Клиент оставил [ТЕЛЕФОН_1].")).toBe("Клиент оставил 8 (912) 345-67-89.");
  });

  it("gives quotes that are found in the turns they are from", () => {
    const read = readTurns(turns);
    for (const [index, turn] of masked.entries()) {
      expect(findQuote(read[index]!, unmask(turn.text, turn.n))?.quote).toBe(turns[index]!.text);
    }
  });

  it("goes through a model's answer, each quote by the turn beside it", () => {
    const answer = {
      summary: "Оставил [ТЕЛЕФОН_1]",
      verdicts: {
        checked: { evidence: [{ turn: 1, speaker: "agent", quote: "[ТЕЛЕФОН_1], так?" }], level: null },
      },
      advice: ["Повторить [ТЕЛЕФОН_1]", 5, true],
    };
    expect(unmaskAnswer(answer, unmask)).toEqual({
      summary: "Оставил 8 (912) 345-67-89",
      verdicts: {
        checked: {
          evidence: [{ turn: 1, speaker: "agent", quote: "плюс семь девятьсот двенадцать 345 67 89, так?" }],
          level: null,
        },
      },
      advice: ["Повторить 8 (912) 345-67-89", 5, true],
    });
  });

  it("survives an answer that is nested for its own sake", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(5000)}"[ТЕЛЕФОН_1]"${"]".repeat(5000)}`);
    expect(unmaskAnswer([deep, "[ТЕЛЕФОН_1]"], unmask)).toHaveProperty("1", "8 (912) 345-67-89");
  });

  it("does not lose an answer's property called __proto__", () => {
    const answer: unknown = JSON.parse('{"__proto__":"[ТЕЛЕФОН_1]"}');
    expect(JSON.stringify(unmaskAnswer(answer, unmask))).toBe('{"__proto__":"8 (912) 345-67-89"}');
  });
});

describe("a long call", () => {
  it.each([
    ["digits one by one", "8 9 1 2 3 "],
    ["phones", "79123456789 8 913 345 67 89 "],
    ["prices", "8 900, "],
    ["the word for @", "собака "],
    ["addresses", "@a.b"],
    ["brackets", "[ТЕЛЕФОН_"],
    ["plus signs", "+ 7 "],
  ])("of nothing but %s takes time in proportion to its length", (_what, piece) => {
    // The processor's time of this thread: how busy the machine is otherwise does not count.
    const cpuMs = () => process.threadCpuUsage().user / 1000;
    const timeOf = (length: number) => {
      const turns = turnsSaying(piece.repeat(Math.ceil(length / piece.length)));
      const startedAt = cpuMs();
      const { turns: masked, unmask } = maskTurns(turns);
      expect(unmask(masked[0]!.text, 0)).toBe(turns[0]!.text);
      return cpuMs() - startedAt;
    };
    const bestOf = (length: number) => Math.min(timeOf(length), timeOf(length), timeOf(length));
    const short = Math.max(bestOf(10_000), 5);
    // Eight times as long; a quadratic search would take 64 times.
    expect(bestOf(80_000)).toBeLessThan(short * 40);
  });
});
