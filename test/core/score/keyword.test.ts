import { describe, expect, it } from "vitest";
import { KeywordCriterion } from "../../../core/checklist.ts";
import { readKeywords } from "../../../core/score/keyword.ts";
import { type KeywordCase, keywordCases } from "./keyword-cases.ts";
import { readLines } from "./transcripts.ts";

function isHeard([wanted, said, , options = {}]: KeywordCase): boolean {
  const { agentName = null, companyNames = [], ...rest } = options;
  const phrases = wanted.split(" + ").map((group) => group.split(" | "));
  const { groups, groupsHeard } = readKeywords(
    criterion({ phrases, ...rest }),
    readLines(...said.split(" / ")),
    { agentName, companyNames },
  );
  return groupsHeard === groups;
}

const criterion = (given: Partial<KeywordCriterion> & Pick<KeywordCriterion, "phrases">) =>
  KeywordCriterion.parse({ id: "c", text: "…", check: "keyword", ...given });

describe("a criterion", () => {
  const named = keywordCases.map((one) => ({ one, name: `«${one[0]}» in «${one[1]}»: ${one[2]}` }));
  it.each(named)("$name", ({ one }) => {
    expect(isHeard(one)).toBe(one[2]);
  });

  it("is tried on a hundred and fifty cases, each once", () => {
    expect(new Set(keywordCases.map((one) => JSON.stringify(one))).size).toBeGreaterThanOrEqual(150);
    expect(new Set(keywordCases.map((one) => JSON.stringify(one))).size).toBe(keywordCases.length);
  });

  it("has no group left where only an unknown company's name could meet it", () => {
    const reading = readKeywords(criterion({ phrases: [["{company}"]] }), readLines("Слушаю."));
    expect(reading).toMatchObject({ groups: 0, groupsHeard: 0, evidence: [] });
  });

  it("is no violation for want of a company's name", () => {
    const phrases = [["вы сами виноваты"], ["{company}"]];
    const reading = readKeywords(
      criterion({ phrases, polarity: "prohibited" }),
      readLines("Вы сами виноваты."),
    );
    expect(reading).toMatchObject({ groups: 2, groupsHeard: 1 });
  });

  it.each(["привет, {клиент}", "{Agent}", "{}"])("is refused with the placeholder of «%s»", (phrase) => {
    expect(() => criterion({ phrases: [["да", phrase]] })).toThrow("{agent}, {name} and {company}");
  });
});

describe("the reading of a criterion", () => {
  it("hears nothing where nobody says a word", () => {
    expect(readKeywords(criterion({ phrases: [["да"]] }), readLines("…", "—"))).toMatchObject({
      groupsHeard: 0,
      evidence: [],
    });
  });

  it("counts the groups, and quotes the sentence of each with its seconds", () => {
    const reading = readKeywords(
      criterion({ phrases: [["добрый день", "здравствуйте"], ["меня зовут"], ["до свидания"]] }),
      readLines("Здравствуйте! Меня зовут Анна. Чем помочь?"),
    );
    expect(reading).toEqual({
      groups: 3,
      groupsHeard: 2,
      speakerUnknown: false,
      evidence: [
        { turn: 0, speaker: "agent", startSec: 0, endSec: 0.5, quote: "Здравствуйте!" },
        { turn: 0, speaker: "agent", startSec: 0.5, endSec: 2, quote: "Меня зовут Анна." },
      ],
    });
  });

  it("quotes a sentence once that two groups are heard in", () => {
    const { evidence, groupsHeard } = readKeywords(
      criterion({ phrases: [["меня зовут"], ["компания"]] }),
      readLines("Меня зовут Анна, компания «Север-Окна». Удобно?"),
    );
    expect(groupsHeard).toBe(2);
    expect(evidence.map(({ quote }) => quote)).toEqual(["Меня зовут Анна, компания «Север-Окна»."]);
  });

  it("does not end a sentence inside a number", () => {
    const { evidence } = readKeywords(
      criterion({ phrases: [["тысяч"]] }),
      readLines("Да. Окно 2.5 на 3.5 выходит 40 тысяч. Как вам?"),
    );
    expect(evidence[0]?.quote).toBe("Окно 2.5 на 3.5 выходит 40 тысяч.");
  });

  it("quotes words around the phrase where recognition wrote no sentences", () => {
    const filler = Array.from({ length: 200 }, (_value, index) => `слово${index}`).join(" ");
    const [turn] = readLines({ text: `${filler} замер бесплатный ${filler}`, endSec: 402 });
    const [evidence] = readKeywords(criterion({ phrases: [["замер бесплатный"]] }), [turn!]).evidence;
    expect(evidence?.quote.split(" ")).toHaveLength(18);
    expect(evidence?.quote).toContain("замер бесплатный");
    expect(evidence?.startSec).toBeCloseTo(192);
    expect(evidence?.endSec).toBeCloseTo(210);
  });

  it.each([
    ["agent", "Добрый день", true],
    ["agent", "К: Добрый день", false],
    ["client", "К: Добрый день", true],
    ["client", "Добрый день", false],
    ["any", "К: Добрый день", true],
  ] as const)("of %s in «%s» is %s", (speaker, line, heard) => {
    const { groupsHeard } = readKeywords(criterion({ phrases: [["добрый день"]], speaker }), readLines(line));
    expect(groupsHeard === 1).toBe(heard);
  });

  it("says that a speaker is unknown only when the criterion asks for one", () => {
    const turns = readLines({ speaker: "unknown", text: "Добрый день" });
    const phrases = [["добрый день"]];
    expect(readKeywords(criterion({ phrases }), turns)).toMatchObject({
      groupsHeard: 0,
      speakerUnknown: true,
    });
    expect(readKeywords(criterion({ phrases, speaker: "any" }), turns)).toMatchObject({
      groupsHeard: 1,
      speakerUnknown: false,
    });
  });

  it("never joins a phrase of two turns", () => {
    const { groupsHeard } = readKeywords(
      criterion({ phrases: [["добрый день"]] }),
      readLines("Добрый", "день"),
    );
    expect(groupsHeard).toBe(0);
  });

  it("is empty for a call without turns", () => {
    expect(readKeywords(criterion({ phrases: [["да"]], within: { firstSec: 5 } }), [])).toMatchObject({
      groupsHeard: 0,
      evidence: [],
      speakerUnknown: false,
    });
  });
});

describe("the window", () => {
  const heardAt = (
    startSec: number,
    within: KeywordCriterion["within"],
    opening: { startSec: number; endSec: number },
  ) =>
    readKeywords(
      criterion({ phrases: [["добрый день"]], within }),
      readLines(
        { speaker: "client", text: "Алло", ...opening },
        { text: "Добрый день", startSec, endSec: startSec + 1 },
        { speaker: "client", text: "Пока", startSec: 99, endSec: 100 },
      ),
    ).groupsHeard === 1;

  it.each([
    // Telephony pads the file with 20 seconds of noise: the clock starts with the first word.
    [25, { firstSec: 10 }, true],
    [30, { firstSec: 10 }, true],
    [30.1, { firstSec: 10 }, false],
    [92, { lastSec: 10 }, true],
    [89, { lastSec: 10 }, true],
    [88.9, { lastSec: 10 }, false],
    [50, { firstSec: 40, lastSec: 60 }, true],
    [70, { firstSec: 40, lastSec: 60 }, false],
    [70, undefined, true],
  ] as const)("at %s s with %j: %s", (startSec, within, heard) => {
    expect(heardAt(startSec, within, { startSec: 20, endSec: 21 })).toBe(heard);
  });

  it("is about the words, not about the turn that they stand in", () => {
    const filler = Array.from({ length: 100 }, () => "слово").join(" ");
    const late = readLines({ text: `${filler} добрый день`, endSec: 102 });
    const early = readLines({ text: `до свидания ${filler}`, endSec: 102 });
    expect(
      readKeywords(criterion({ phrases: [["добрый день"]], within: { firstSec: 30 } }), late).groupsHeard,
    ).toBe(0);
    expect(
      readKeywords(criterion({ phrases: [["до свидания"]], within: { lastSec: 30 } }), early).groupsHeard,
    ).toBe(0);
  });

  it("takes a later saying when the first one lies before it", () => {
    const turns = readLines(
      { text: "До свидания говорить рано", startSec: 0, endSec: 2 },
      { text: "До свидания", startSec: 100, endSec: 101 },
    );
    const { evidence } = readKeywords(
      criterion({ phrases: [["до свидания"]], within: { lastSec: 10 } }),
      turns,
    );
    expect(evidence).toMatchObject([{ turn: 1, startSec: 100 }]);
  });

  it("goes by the turn where words have no times", () => {
    const turns = readLines({ text: "Добрый день", startSec: 3, endSec: 200, words: [] });
    expect(
      readKeywords(criterion({ phrases: [["добрый день"]], within: { firstSec: 5 } }), turns).groupsHeard,
    ).toBe(1);
  });
});
