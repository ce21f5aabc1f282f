import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeywordCriterion } from "../../../core/checklist.ts";
import { findPhrase, readKeywords } from "../../../core/score/keyword.ts";
import { type Token, tokenize } from "../../../core/score/text.ts";
import { readLines } from "./transcripts.ts";

const hears = (phrase: string, said: string) => findPhrase(tokenize(phrase), tokenize(said)) !== undefined;

const criterion = (given: Partial<KeywordCriterion> & Pick<KeywordCriterion, "phrases">) =>
  KeywordCriterion.parse({ id: "c", text: "…", check: "keyword", ...given });

describe("whatever is said around it", () => {
  const words = ["добрый", "день", "меня", "зовут", "окно", "скидку", "не", "нет", "ну", "сейчас", "12"];
  const said = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(" "));
  const anyone = fc.constantFrom("agent", "client", "unknown");
  const lines = fc.array(fc.record({ speaker: anyone, text: said }), { maxLength: 6 });
  const wanted = criterion({ phrases: [["добрый день", "скидка"], ["меня зовут"]] });

  it("adding other turns never removes a hit", () => {
    fc.assert(
      fc.property(lines, lines, lines, (before, conversation, after) => {
        const alone = readKeywords(wanted, readLines(...conversation));
        const inside = readKeywords(wanted, readLines(...before, ...conversation, ...after));
        return inside.groupsHeard >= alone.groupsHeard;
      }),
    );
  });

  it("case and punctuation inside a sentence do not matter, but for what sets a negation apart", () => {
    const affirmative = words.filter((word) => word !== "не" && word !== "нет");
    const marks = fc.constantFrom(" ", ", ", "; ", ": ", " — ", " (", ") ", " «", "» ", "\n");
    const spelt = fc.array(fc.tuple(fc.constantFrom(...affirmative), marks, fc.boolean()), { maxLength: 15 });
    fc.assert(
      fc.property(spelt, (list) => {
        const plain = list.map(([word]) => word).join(" ");
        const dressed = list
          .map(([word, mark, upper]) => `${upper ? word.toUpperCase() : word}${mark}`)
          .join("");
        for (const phrase of ["добрый день", "скидка", "меня зовут"]) {
          if (hears(phrase, plain) !== hears(phrase, dressed)) return false;
        }
        return true;
      }),
    );
  });

  it("a stop takes the place of one word between two of a phrase, never more", () => {
    const fillers = fc.array(fc.constantFrom("ну", "окно", "12", "сейчас"), { maxLength: 4 });
    const stop = fc.constantFrom(". ", "! ", "? ", "… ", "... ");
    fc.assert(
      fc.property(fillers, fillers, stop, (before, after, mark) => {
        const words = [...before, ...after].length;
        const said = `добрый ${before.join(" ")}${mark}${after.join(" ")} день`;
        return hears("добрый день", said) === words <= 1;
      }),
    );
  });

  it("every hit is quoted with words that hold it", () => {
    fc.assert(
      fc.property(lines, (conversation) => {
        const turns = readLines(...conversation);
        for (const { turn, quote, startSec, endSec } of readKeywords(wanted, turns).evidence) {
          const source = turns[turn]!;
          expect(source.text).toContain(quote);
          expect(wanted.phrases.flat().some((phrase) => hears(phrase, quote))).toBe(true);
          expect(startSec).toBeGreaterThanOrEqual(source.startSec);
          expect(endSec).toBeLessThanOrEqual(source.endSec);
          expect(endSec).toBeGreaterThan(startSec);
        }
      }),
    );
  });

  it("the work grows no faster than the transcript", () => {
    const looks = (words: number) => {
      let count = 0;
      // The worst case: every word may begin the phrase.
      const tokens = tokenize("добрый ".repeat(words)).map(
        (token): Token => ({
          ...token,
          get form() {
            count += 1;
            return token.form;
          },
        }),
      );
      expect(findPhrase(tokenize("добрый добрый добрый день"), tokens)).toBeUndefined();
      return count;
    };
    const few = looks(500);
    expect(few).toBeGreaterThan(500);
    expect(looks(5000) / few).toBeLessThan(11);
  });
});
