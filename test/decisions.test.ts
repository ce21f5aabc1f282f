import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const decisions = join(root, "docs", "decisions");
const files = await readdir(decisions);

test("every direct dependency has its line of reasons, and every line its dependency", async () => {
  const packages = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const direct = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
    Object.keys(packages[kind] ?? {}),
  );
  const text = await readFile(join(decisions, "2026-11-20-dependencies.md"), "utf8");
  const explained = text.split("\n").flatMap((line) => {
    const [, names = "", reason = ""] = /^- (.+?): (.+)$/.exec(line) ?? [];
    return reason === "" ? [] : [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
  });
  expect(explained.sort()).toEqual(direct.sort());
});

test("every decision is called by its day and says what was decided", async () => {
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const [, day] = /^(\d{4}-\d{2}-\d{2})-[a-z0-9-]+\.md$/.exec(file) ?? [];
    const text = await readFile(join(decisions, file), "utf8");
    expect(text, `${file} does not begin with a title and its day`).toMatch(/^# .+\n\n_\d{4}-\d{2}-\d{2}_\n/);
    expect(text.includes(`_${day}_`), `${file} gives another day inside`).toBe(true);
  }
});

test("every local link of the docs leads somewhere", async () => {
  const documents = [
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ...(await readdir(join(root, "docs")))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
    ...files.map((name) => `docs/decisions/${name}`),
  ];
  const broken: string[] = [];
  for (const document of documents) {
    const text = await readFile(join(root, document), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^https?:/.test(target) || existsSync(join(root, document, "..", target))) continue;
      broken.push(`${document}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});
