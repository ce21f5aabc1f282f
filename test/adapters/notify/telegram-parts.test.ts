import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText } from "../../../adapters/notify/telegram-html.ts";
import { MAX_PART, splitIntoParts } from "../../../adapters/notify/telegram-parts.ts";
import { escapeHtml } from "../../../core/ports/notify.ts";

/** Balanced: every tag is closed in the order it was opened. */
function isBalanced(html: string): boolean {
  const open: string[] = [];
  for (const [, slash, name = ""] of html.matchAll(/<(\/?)([a-z-]+)[^<>]*>/g)) {
    if (!slash) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

const withoutBlanks = (text: string) => text.replace(/\s+/g, "");

describe("splitting a text into messages", () => {
  it("puts blocks together while they fit", () => {
    expect(splitIntoParts(["a".repeat(2000), "b".repeat(1898), "c"])).toEqual([
      `${"a".repeat(2000)}\n\n${"b".repeat(1898)}`,
      "c",
    ]);
  });

  it("counts what is visible, not what is written", () => {
    const block = `<b>${"&lt;".repeat(MAX_PART)}</b>`;
    expect(splitIntoParts([block])).toEqual([block]);
  });

  it("keeps a block whole that fits, even when it leaves the message before it short", () => {
    const [first, second] = ["a\n".repeat(1500), "b\n".repeat(1500)];
    expect(splitIntoParts([first, second])).toEqual([first, second]);
  });

  it("cuts a long block at the last line break that fits", () => {
    const lines = ["a".repeat(30), "b".repeat(30), "c".repeat(30)];
    expect(splitIntoParts([lines.join("\n")], 70)).toEqual([`${lines[0]}\n${lines[1]}`, lines[2]]);
  });

  it("cuts at words where no line ends", () => {
    expect(splitIntoParts(["один два три четыре"], 9)).toEqual(["один два", "три", "четыре"]);
  });

  it("closes tags at the cut and opens them again with their attributes", () => {
    expect(splitIntoParts(['<b>раз <a href="https://example.com/?a=1&amp;b=2">два три</a></b>'], 8)).toEqual([
      '<b>раз <a href="https://example.com/?a=1&amp;b=2">два</a></b>',
      '<b><a href="https://example.com/?a=1&amp;b=2">три</a></b>',
    ]);
  });

  it("never cuts inside an entity or a surrogate pair", () => {
    expect(splitIntoParts(["a&lt;b&#128512;c"], 2)).toEqual(["a&lt;", "b", "&#128512;", "c"]);
    expect(splitIntoParts(["😀😀😀"], 3)).toEqual(["😀", "😀", "😀"]);
  });

  it("leaves no empty pair of tags where a tag opens at the cut", () => {
    expect(splitIntoParts(["один <b>два</b>"], 4)).toEqual(["один", "<b>два</b>"]);
  });

  it("does not send half a surrogate pair, which cannot be written in UTF-8", () => {
    expect(splitIntoParts(["до \ud83d после"])).toEqual(["до \ufffd после"]);
  });

  it("joins the rest of a long block with what follows it", () => {
    expect(splitIntoParts([`${"a".repeat(9)} bb`, "cc"], 10)).toEqual(["a".repeat(9), "bb\n\ncc"]);
  });

  const visibleText = fc
    .array(
      fc.oneof(
        fc.constantFrom(" ", "\n", "<", "&", "&lt;", "ё", "😀", "👩‍👧", "слово"),
        fc.string({ unit: "grapheme" }),
      ),
      {
        maxLength: 60,
      },
    )
    .map((pieces) => escapeHtml(pieces.join("")));
  const html = fc.letrec<{ node: string; block: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      visibleText,
      fc
        .tuple(fc.constantFrom("b", "i", "code", "blockquote"), tie("block"))
        .map(([name, inner]) => `<${name}>${inner}</${name}>`),
      tie("block").map((inner) => `<a href="https://example.com/">${inner}</a>`),
    ),
    block: fc.array(tie("node"), { maxLength: 4 }).map((nodes) => nodes.join("")),
  })).block;

  it("loses no visible character, keeps every part within the limit, and every tag in balance", () => {
    fc.assert(
      fc.property(fc.array(html, { maxLength: 6 }), fc.integer({ min: 2, max: 200 }), (blocks, maxPart) => {
        const parts = splitIntoParts(blocks, maxPart);
        expect(withoutBlanks(parts.map(plainText).join(""))).toBe(
          withoutBlanks(blocks.map(plainText).join("").toWellFormed()),
        );
        for (const part of parts) {
          expect(plainText(part).length).toBeLessThanOrEqual(maxPart);
          expect(plainText(part).trim()).not.toBe("");
          expect(isBalanced(part)).toBe(true);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("cuts no block that fits into a message", () => {
    fc.assert(
      fc.property(fc.array(html, { maxLength: 6 }), (blocks) => {
        const parts = splitIntoParts(blocks, 400);
        for (const block of blocks) {
          const length = plainText(block).length;
          if (length === 0 || length > 400 || plainText(block).trim() === "") continue;
          expect(parts.some((part) => part.includes(block))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
