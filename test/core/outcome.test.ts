import { describe, expect, it } from "vitest";
import { outcomeKind, outcomes } from "../../core/outcome.ts";
import { textsFor } from "../../locales/index.ts";

describe.each(["ru", "en"] as const)("in %s", (locale) => {
  const texts = textsFor(locale);

  it("every outcome has a text, and every text an outcome", () => {
    expect(Object.keys(texts.outcomes).sort()).toEqual(Object.keys(outcomes).sort());
  });

  it.each(Object.entries(texts.outcomes))("%s is said in its own words", (code, text) => {
    expect(text.trim()).toBe(text);
    expect(/\p{Script=Cyrillic}/u.test(text)).toBe(locale === "ru");
    expect(Object.values(texts.outcomes).filter((other) => other === text)).toHaveLength(1);
    expect(texts.digest.reason(code, 2)).toContain(text);
  });

  it("a code without a text is shown as it is", () => {
    expect(texts.digest.reason("vendor.new_code", 2)).toContain("vendor.new_code");
    expect(texts.digest.reason("constructor", 2)).toContain("constructor");
  });
});

it.each(Object.entries(outcomes))("%s ends a call as %s", (code, kind) => {
  expect(code).toMatch(/^[a-z]+\.[a-z_]+$/);
  expect(outcomeKind(code)).toBe(kind);
});

it.each(["vendor.new_code", "constructor", "__proto__", ""])(
  "«%s», which nobody knows, is a failure",
  (code) => {
    expect(outcomeKind(code)).toBe("failed");
  },
);
