import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { pipeline } from "../events/pipeline.ts";
import { textsFor } from "../locales/index.ts";
import { alarmsOf } from "../stacks/alarm-list.ts";
import { functionNames, functions } from "../stacks/functions.ts";
import { alarmName, functionName } from "../stacks/names.ts";
import { companyVariables, isSecret, secretVariables, variablesOf } from "../stacks/variables.ts";
import {
  anchorsOf,
  codesIn,
  linksOf,
  pathsNamed,
  readGuide,
  root,
  rowsUnder,
  spans,
  type Typed,
  typed,
} from "./guides/reading.ts";

/** Whoever follows a guide types what stands in it, so it has to be there. */

const run = promisify(execFile);
const aws = await readGuide("docs/deploy-aws.md");
const operations = await readGuide("docs/operations.md");
const server = await readGuide("docs/run-on-a-server.md");
const guides = [aws, operations, server];
const others = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
const everything = await Promise.all([
  ...["README.md", "README.ru.md", "CONTRIBUTING.md"].map(readGuide),
  ...others.map((name) => readGuide(`docs/${name}`)),
]);
const source = (path: string) => readFile(join(root, path), "utf8");
const alarms = alarmsOf("production", "api", { sweepEverySec: 600 }).map(({ name }) => name);

describe("commands", () => {
  interface CommandShape {
    name: string;
    commands: CommandShape[];
    arguments: { required: boolean; variadic: boolean }[];
    options: { long: string; takesValue: boolean; mandatory: boolean; variadic: boolean }[];
  }

  it("of the operator exist with their options, and have what they need", async () => {
    const { stdout } = await run(
      process.execPath,
      ["--import", "./test/guides/print-commands.mjs", "local/cli/main.ts"],
      { cwd: root },
    );
    const commands: CommandShape[] = JSON.parse(stdout);
    const named = everything.flatMap((guide) => typed(guide, ["cqa", "deploy/cqa-aws"]));
    expect(named.length).toBeGreaterThan(50);
    expect(named.flatMap((one) => mistakes(one, commands))).toEqual([]);
  });

  function mistakes({ guide, words, isWhole }: Typed, commands: CommandShape[]): string[] {
    if (words.length === 0 || words[0] === "--help") return [];
    const at = `${guide}: cqa ${words.join(" ")}`;
    const [name = "", ...rest] = words;
    const command = commands.find((one) => one.name === name);
    if (!command) return [`${at}: there is no ${name}`];
    if (command.commands.length > 0)
      return rest.length === 0 && !isWhole ? [] : mistakes({ guide, words: rest, isWhole }, command.commands);
    const given = new Set<string>();
    const positional: string[] = [];
    const found: string[] = [];
    for (let n = 0; n < rest.length; n += 1) {
      const word = rest[n] ?? "";
      const option = command.options.find(({ long }) => long === word);
      if (option) {
        given.add(word);
        if (option.takesValue && isWhole && rest[n + 1] === undefined)
          found.push(`${at}: ${word} wants a value`);
        if (option.takesValue) n += 1;
      } else if (word.startsWith("-")) found.push(`${at}: there is no ${word}`);
      else positional.push(word);
    }
    if (!isWhole) return found;
    for (const { long, mandatory } of command.options)
      if (mandatory && !given.has(long)) found.push(`${at}: ${long} is missing`);
    if (positional.length < command.arguments.filter(({ required }) => required).length)
      found.push(`${at}: an argument is missing`);
    if (positional.length > command.arguments.length && !command.arguments.some(({ variadic }) => variadic))
      found.push(`${at}: too many arguments`);
    return found;
  }

  it("of SST exist with their options", async () => {
    const home = await mkdtemp(join(tmpdir(), "call-quality-sst-"));
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      SST_SKIP_DEPENDENCY_CHECK: "1",
      SST_TELEMETRY_DISABLED: "1",
    };
    const named = guides.flatMap((guide) => typed(guide, ["sst"])).filter(({ words }) => words.length > 0);
    expect(named.length).toBeGreaterThan(15);
    const flagsOf = new Map<string, string>();
    for (const { words } of named) {
      const name = words.slice(0, words[0] === "secret" || words[0] === "telemetry" ? 2 : 1).join(" ");
      if (flagsOf.has(name)) continue;
      const program = join(root, "node_modules/.bin/sst");
      // Help about some commands is printed with a code of failure.
      const { stdout } = await run(program, [...name.split(" "), "--help"], { cwd: home, env }).catch(
        (failed: { stdout: string }) => failed,
      );
      expect(stdout, name).toContain(`Usage: sst ${name}`);
      flagsOf.set(name, stdout);
    }
    for (const { guide, words } of named) {
      const help = [...flagsOf].find(([name]) => `${words.join(" ")} `.startsWith(`${name} `))?.[1] ?? "";
      for (const word of words.filter((one) => one.startsWith("--")))
        expect(help, `${guide}: sst ${words.join(" ")}`).toMatch(new RegExp(`^ +${word} `, "m"));
    }
    await rm(home, { recursive: true, force: true });
  });

  it("of npm exist", async () => {
    const { scripts } = JSON.parse(await source("package.json"));
    const named = everything.flatMap((guide) => typed(guide, ["npm"]));
    const missing = named.filter(({ words: [first = "", second], isWhole }) => {
      if (first !== "run") return !["ci", "cit", "start", "test"].includes(first);
      return second === undefined ? isWhole : !(second in scripts);
    });
    expect(missing).toEqual([]);
  });
});

describe("places", () => {
  it("that are linked are there, down to the heading", async () => {
    for (const { path, text } of everything)
      for (const target of linksOf(text).filter((link) => !link.startsWith("http"))) {
        const [file = "", anchor] = target.split("#");
        const linked = file === "" ? path : normalize(join(dirname(path), file));
        expect(existsSync(join(root, linked)), `${path}: ${target}`).toBe(true);
        if (anchor !== undefined)
          expect([...anchorsOf(await source(linked))], `${path}: ${target}`).toContain(anchor);
      }
  });

  it("that are named as files are there", () => {
    for (const { path, text } of guides)
      for (const file of pathsNamed(text))
        expect(existsSync(join(root, file)), `${path}: ${file}`).toBe(true);
  });
});

describe("the deployment", () => {
  it("has the alarms that are explained, and no other", () => {
    const explained = rowsUnder(operations.text, "## Alarms").flatMap(([cell = ""]) => codesIn(cell));
    expect(explained.sort()).toEqual([...alarms].sort());
  });

  it("has the secrets that are explained, under these names and variables", () => {
    const explained = rowsUnder(aws.text, "## 5. Secrets").map(([name = "", variable = ""]) => [
      ...codesIn(name),
      ...codesIn(variable),
    ]);
    const known = Object.entries(secretVariables).map(([variable, { name }]) => [name, variable]);
    expect(explained.sort()).toEqual(known.sort());
  });

  it("gets every secret that it cannot do without, and none that it does not know", () => {
    const set = typed(aws, ["sst"])
      .filter(({ words, isWhole }) => isWhole && words[0] === "secret" && words[1] === "set")
      .map(({ words }) => words[2]);
    const policies = Object.values(secretVariables);
    expect(policies.map(({ name }) => name)).toEqual(expect.arrayContaining(set));
    const required = policies.filter((policy) => !("optional" in policy)).map(({ name }) => name);
    expect(set).toEqual(expect.arrayContaining(required));
  });

  it("gets settings that it reads", () => {
    const [, block = ""] = /^cat > \.env <<'END'\n([\s\S]*?)^END$/m.exec(aws.text) ?? [];
    const names = [...block.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    const plain = [...companyVariables, ...Object.values(variablesOf).flat()].filter(
      (name) => !isSecret(name),
    );
    expect(names.length).toBeGreaterThan(5);
    expect([...plain, "AWS_REGION", "ALARM_EMAIL"]).toEqual(expect.arrayContaining(names));
  });

  it("prints the outputs that are explained", async () => {
    const [, body = ""] = /return \{\n([\s\S]*?)\n {2}\};/.exec(await source("stacks/cloud.ts")) ?? [];
    const printed = [...body.matchAll(/^ {4}(\w+)[:,]/gm)].map(([, name]) => name);
    const explained = rowsUnder(aws.text, "## 6. Deploy").flatMap(([cell = ""]) => codesIn(cell));
    expect(printed.length).toBeGreaterThan(5);
    expect(explained).toEqual(printed);
  });

  it("calls its functions, logs, alarms and dashboard what the guides call them", () => {
    const known = new Set([
      ...functionNames.map((name) => functionName("production", name)),
      ...[...alarms, "overview"].map((name) => alarmName("production", name)),
    ]);
    for (const { path, text } of [aws, operations])
      for (const [name] of text.matchAll(/call-quality-production-[a-z0-9-]*[a-z0-9]/g))
        expect(known.has(name), `${path}: ${name}`).toBe(true);
  });

  it("has the limits that are told of", async () => {
    const atOnce = Object.values(pipeline).reduce((sum, { concurrency }) => sum + concurrency, 0);
    expect(aws.text).toContain(`up to ${atOnce} at once`);
    const http = await source("stacks/http.ts");
    const [, perSec] = /REQUESTS_PER_SEC = (\d+)/.exec(http) ?? [];
    const [, burst] = /BURST = (\d+)/.exec(http) ?? [];
    expect(aws.text).toContain(`${perSec} requests a second, ${burst} at once`);
    const [, waitSec] = /\.max\((\d+)\)/.exec(await source("functions/mcp/tools/score-tools.ts")) ?? [];
    expect(aws.text).toContain(`${waitSec} s at most`);
    // What is left is for a cold start.
    expect(Number(waitSec)).toBeLessThanOrEqual(functions.mcp.timeoutSec - 5);
    const [, runtime = ""] = /runtime: "([^"]+)"/.exec(await source("stacks/make-functions.ts")) ?? [];
    expect(operations.text).toContain(`\`${runtime}\``);
  });
});

it("explains every trouble with a vendor that the supervisor is told of", () => {
  const explained = rowsUnder(operations.text, "## A vendor is left alone").flatMap(([, codes = ""]) =>
    codesIn(codes),
  );
  const told = Object.keys(textsFor("en").vendorAlert.reasons);
  // Telegram's own cannot be told by Telegram.
  expect(explained.filter((code) => !code.startsWith("notify.")).sort()).toEqual(told.sort());
});

it("names variables that the service, the deployment or its tools read", async () => {
  const known = new Set([
    ...[...(await source(".env.example")).matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name),
    ...["AWS_PROFILE", "ALARM_EMAIL", "STAGE"],
  ]);
  for (const { path, text } of [aws, operations])
    for (const span of spans(text))
      for (const [name] of span.matchAll(/^[A-Z][A-Z0-9]*_[A-Z0-9_]+(?=$|=)/g))
        expect(known.has(name) || name.endsWith("_"), `${path}: ${name}`).toBe(true);
});
