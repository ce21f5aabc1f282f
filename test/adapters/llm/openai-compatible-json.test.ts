import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonObject } from "../../../adapters/llm/openai-compatible-json.ts";

const answer = { verdict: "met", quote: '«Да» {вот так} "и" ``` <b> </think>' };
const keys = ["verdict", "quote"];
const json = JSON.stringify(answer);

describe("finding the JSON in an answer", () => {
  it.each([
    ["bare", json],
    ["pretty", JSON.stringify(answer, null, 2)],
    ["behind a byte order mark", `\ufeff${json}`],
    ["in a fence", `\`\`\`json\n${json}\n\`\`\``],
    ["in a fence without a language, Windows line ends", `\`\`\`\r\n${json}\r\n\`\`\`\r\n`],
    ["after prose", `Конечно! Вот оценка:\n\n${json}`],
    ["before prose", `${json}\n\nЕсли нужно, я поясню {подробнее}.`],
    ["after prose with braces and a quotation mark", `Формат {verdict, "quote} я понял.\n${json}`],
    ["after an empty object", `Сначала {}, потом:\n${json}`],
    ["after thinking", `<think>Пусть {"verdict":"partly"}… нет</think>\n${json}`],
    ["after thinking that drafts a whole answer", `<think>{"verdict":"partly","quote":null}</think>${json}`],
    ["after thinking whose opening tag stands in the prompt", `Хм, {"verdict":\n</think>\n\n${json}`],
    ["in an envelope", `{"call_score":${json}}`],
    ["in an array", `[${json}]`],
    ["twice", `${json}\n{"verdict":"not_met","quote":null}`],
  ])("finds it %s", (_where, text) => {
    expect(findJsonObject(text, keys)).toEqual(answer);
  });

  it("finds an object that lacks keys when there is no better one", () => {
    expect(findJsonObject('Вот: {"verdict":"met"}', keys)).toEqual({ verdict: "met" });
  });

  it.each([
    ["nothing", ""],
    ["a refusal in words", "Извините, я не могу оценивать людей."],
    ["half an object", '{"verdict":"met","quote":"Доб'],
    ["a JavaScript object", "{verdict: 'met'}"],
    ["an array of words", '["met"]'],
    ["a bare value", "null"],
  ])("finds nothing in %s", (_what, text) => {
    expect(findJsonObject(text, keys)).toBeUndefined();
  });

  it("is done in a moment with a text of nothing but braces", () => {
    expect(findJsonObject("{".repeat(200_000))).toBeUndefined();
  });

  const prose = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "```json\n",
      "```",
      "\ufeff",
      "Вот ответ: ",
      "<think>хм</think>",
      "{",
      "{ ",
      "} ",
      '"',
      "\\",
      "{}",
    ),
  );
  // Letters and digits only in the keys, so that no draft in the prose has the keys that are asked for.
  const value = fc.record({
    verdict: fc.string({ unit: "grapheme" }),
    quote: fc.option(fc.string({ unit: "binary" })),
    more: fc.jsonValue(),
  });

  it("finds whatever was wrapped in whatever prose", () => {
    fc.assert(
      fc.property(
        value,
        fc.array(prose, { maxLength: 6 }),
        fc.array(prose, { maxLength: 6 }),
        fc.constantFrom(undefined, 2, "\t"),
        (wrapped, before, after, indent) => {
          const written = JSON.stringify(wrapped, null, indent);
          const found = findJsonObject(before.join("") + written + after.join(""), [
            "verdict",
            "quote",
            "more",
          ]);
          expect(found).toEqual(JSON.parse(written));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
