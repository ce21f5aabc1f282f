import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { maskTurns } from "../../../core/privacy/mask-turns.ts";
import { turnsSaying } from "./spoken-turns.ts";

const document = readFileSync(new URL("../../../docs/privacy.md", import.meta.url), "utf8");
const misses = document
  .slice(document.indexOf("## Known misses"))
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .slice(2)
  .map((row) => row.split("|").map((cell) => cell.trim()))
  .map(([, what = "", said = "", read = ""]) => ({ what, said, read }));

describe("docs/privacy.md tells the truth about what is missed:", () => {
  it("names thirty forms, each once", () => {
    expect(new Set(misses.map(({ said }) => said)).size).toBe(misses.length);
    expect(misses.length).toBeGreaterThanOrEqual(30);
  });

  it.each(misses)("$what: $said", ({ said, read }) => {
    const turns = turnsSaying(...said.split(" / "));
    const expected = read === "" ? turns.map((turn) => turn.text) : read.split(" / ");
    expect(maskTurns(turns).turns.map((turn) => turn.text)).toEqual(expected);
  });

  it.each([
    "Мой номер восемь девятьсот двенадцать 345 67 89.",
    "Сверю: плюс семь девятьсот двенадцать 345-67-89?",
  ])("and shows an example that is so: %s", (text) => {
    expect(document).toContain(text);
    const masked = maskTurns(turnsSaying(text)).turns[0]?.text ?? "";
    expect(masked).toContain("[ТЕЛЕФОН_1]");
    expect(document).toContain(masked);
  });
});
