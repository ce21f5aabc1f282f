import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { printAlerts, printCall, printDigest, printEnd } from "../local/demo/print.ts";
import { chooseVendors } from "../local/demo/vendors.ts";
import { DAY, playDay } from "./local/demo/play-day.ts";

const root = join(import.meta.dirname, "..");
const english = await readFile(join(root, "README.md"), "utf8");
const russian = await readFile(join(root, "README.ru.md"), "utf8");
const UPLOADED = { name: "Звонок с выставки, 19 ноября.mp3", of: "balcony" };

afterEach(() => vi.restoreAllMocks());

test("the two READMEs have headings of the same levels in the same order", () => {
  const levels = (text: string) => prose(text).match(/^#+(?= )/gm);
  expect(levels(russian)).toEqual(levels(english));
});

test("the two READMEs have the same code blocks", () => {
  expect(codeBlocks(russian)).toEqual(codeBlocks(english));
});

test("the two READMEs show the same pictures and lead to the same places, each in its language", () => {
  const targets = (text: string) => linkTargets(text).map((target) => target.replace(".ru.md", ".md"));
  expect(targets(russian)).toEqual(targets(english));
});

test.each([
  ["README.md", english],
  ["README.ru.md", russian],
])("every local link of %s leads somewhere", (_name, text) => {
  const local = linkTargets(text).filter((target) => !/^(https?:|#)/.test(target));
  expect(local.length).toBeGreaterThan(0);
  expect(local.filter((target) => !existsSync(join(root, target)))).toEqual([]);
});

test("every npm script that the README names exists", async () => {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const own = new Set([...Object.keys(scripts), "ci", "cit"]);
  const named = [...english.matchAll(/\bnpm (?:run )?([a-z-]+)/g)].map(([, name]) => name ?? "");
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !own.has(name))).toEqual([]);
});

test("the README names commands of the operator as they are, and says of no other that it is there", async () => {
  const source = await readFile(join(root, "local", "cli", "main.ts"), "utf8");
  const commands = new Set([...source.matchAll(/\.command\("([a-z-]+)/g)].map(([, name]) => name));
  const [there = "", missing = ""] = english.split("## What is not there yet");
  const named = (text: string) => [...text.matchAll(/npx cqa ([a-z-]+)/g)].map(([, name]) => name ?? "");
  const isCommand = (name: string) => name.startsWith("--") || commands.has(name);
  expect(named(there).filter((name) => !isCommand(name))).toEqual([]);
  expect(named(missing).filter(isCommand)).toEqual([]);
  // All the commands that were planned are there; other things are not.
  expect(missing.match(/^- /gm)?.length).toBeGreaterThan(0);
});

test("the demo's output in the README is what the code prints", { timeout: 60_000 }, async () => {
  const day = await playDay(UPLOADED);
  const shown = demoOutput();
  const expectedCalls = printed(() => {
    for (const row of day.rows) printCall(row, 1, day.rows.length);
  });
  expect(shown.calls.map(comparable).sort()).toEqual(expectedCalls.map(comparable).sort());
  expect(shown.counters).toEqual(day.rows.map((_row, index) => `${index + 1}/${day.rows.length}`));
  expect(shown.alerts).toEqual(printed(() => printAlerts(day.alerts)));
  expect(shown.digest).toEqual(printed(() => printDigest(day.digest)));
  expect(shown.before).toEqual(expect.arrayContaining(chooseVendors({}).lines));
  const duration = /^\d+\.\d s$/;
  const expectedEnd = printed(() => printEnd(".data-demo", DAY, Date.now()));
  expect(shown.after.map((line) => line.replace(duration, "0.0 s"))).toEqual(
    [...expectedEnd, "Every result is as it must be."].map((line) => line.replace(duration, "0.0 s")),
  );
});

/** The block of the README that follows the demo's command, in its parts. */
function demoOutput() {
  const blocks = codeBlocks(english);
  const at = blocks.findIndex((block) => block.includes("npm run demo"));
  const lines = (blocks[at + 1] ?? "").split("\n").slice(1, -1);
  const isCall = (line: string) => /^\[ *\d+\/\d+\]/.test(line);
  const calls = lines.filter(isCall);
  const ends = (line: string) => line.startsWith("└");
  const [from, to] = [lines.findIndex(isTitle), lines.findLastIndex(ends)];
  return {
    before: lines.slice(0, lines.findIndex(isCall)),
    calls,
    counters: calls.map((line) => line.slice(1, line.indexOf("]")).trim()),
    alerts: lines.slice(
      lines.findIndex((line) => line.startsWith("Told at once")),
      lines.findIndex(ends) + 1,
    ),
    digest: lines.slice(from, to + 1),
    after: lines.slice(to + 1).filter((line) => line !== ""),
  };
}

function isTitle(line: string): boolean {
  return line.startsWith("The digest, as");
}

/** Calls come to their end in any order, and an uploaded file carries the time at which it came. */
function comparable(line: string): string {
  const call = line.replace(/^\[ *\d+\/\d+\] /, "");
  return call.includes(UPLOADED.name) ? call.replace(/^\d\d:\d\d/, "--:--") : call;
}

function printed(print: () => void): string[] {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  print();
  const lines = log.mock.calls.flatMap(([text]) => String(text).split("\n")).map((line) => line.trimEnd());
  log.mockRestore();
  // Without the colours of a terminal, and the empty lines around.
  return lines.map((line) => line.replaceAll(COLOUR, "")).filter((line) => line !== "");
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");

function codeBlocks(text: string): string[] {
  return text.match(/^```[\s\S]*?^```$/gm) ?? [];
}

function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

function linkTargets(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map(
    ([, link, picture]) => link ?? picture ?? "",
  );
}
