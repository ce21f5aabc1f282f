import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { promises } from "./promises.ts";

/** `it("… [webhook:forged]"`, also of `it.each(…)("… [webhook:forged]"`, at the end of a test's name. */
const KEY_IN_NAME = /\[([a-z]+:[a-z0-9-]+)\]["'`],\s*(?:async\b|\(|function\b)/g;

const kept = await keysInTestNames(import.meta.dirname);

describe("the promises", () => {
  it("are each held by a test", () => {
    const broken = Object.entries(promises).filter(([key]) => !kept.has(key));
    expect(broken).toEqual([]);
  });

  it("are all written down where tests name them", () => {
    expect([...kept].filter((key) => !(key in promises))).toEqual([]);
  });

  it("are sentences", () => {
    for (const promise of Object.values(promises)) expect(promise).toMatch(/^[A-Z].+\.$/);
  });

  it("are looked for in the names of tests, not in comments or lists", () => {
    const source = [
      'it("refuses a stranger [webhook:forged]", async () => {});',
      'it.each([1, 2])("pays once [score:paid-once]", (n) => {});',
      "// keeps [report:locale]",
      'const key = "[report:digest-once]";',
    ].join("\n");
    expect([...keysIn(source)]).toEqual(["webhook:forged", "score:paid-once"]);
  });
});

async function keysInTestNames(folder: string): Promise<Set<string>> {
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith(".test.ts") && name !== "promises.test.ts",
  );
  const sources = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return new Set(sources.flatMap(keysIn));
}

function keysIn(source: string): string[] {
  return [...source.matchAll(KEY_IN_NAME)].map(([, key = ""]) => key);
}
