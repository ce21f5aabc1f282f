import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Import, importsOf, isCompositionRoot, violationsOf } from "./architecture-rules.ts";

const root = join(import.meta.dirname, "..");
const folders = [
  "core",
  "events",
  "functions",
  "adapters",
  "local",
  "stacks",
  "locales",
  "bench",
  "scripts",
  "test",
];
const MAX_LINES = 250;
/** A list of cases is looked up, not read. */
const MAX_TEST_LINES = 450;

/** Files that are longer, and why they are one file all the same. */
const longFiles: Readonly<Record<string, string>> = {};

interface SourceFile {
  path: string;
  source: string;
  imports: Import[];
}

let files: SourceFile[];
let drivers: ReadonlySet<string>;

beforeAll(async () => {
  const inFolders = await Promise.all(folders.map((folder) => sourcesUnder(join(root, folder))));
  const atTop = (await readdir(root)).filter((name) => name.endsWith(".ts")).map((name) => join(root, name));
  files = await Promise.all(
    [...atTop, ...inFolders.flat()].map(async (absolute) => {
      const source = await readFile(absolute, "utf8");
      return { path: relative(root, absolute).split(sep).join("/"), source, imports: importsOf(source) };
    }),
  );
  const composition = files.filter(({ path }) => isCompositionRoot(path));
  drivers = new Set(
    composition
      .flatMap(({ imports }) => imports)
      .filter(({ specifier }) => specifier.startsWith("../adapters/"))
      .map(({ specifier }) => specifier.replace("../", "").replace(/\.ts$/, "")),
  );
});

describe("the architecture", () => {
  it("is held by every import of every file [architecture:arrows-to-core]", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(drivers.size).toBeGreaterThan(6);
    expect(files.flatMap(({ path, imports }) => violationsOf(path, imports, drivers))).toEqual([]);
  });

  it("has no index.ts but that of the locales", () => {
    const found = files.map(({ path }) => path).filter((path) => /(^|\/)index\.ts$/.test(path));
    expect(found).toEqual(["locales/index.ts"]);
  });

  it("has no file for what nobody could name", () => {
    const nameless = /(^|\/)(utils?|helpers?|common|shared|misc)(\.|\/|-)/;
    expect(files.map(({ path }) => path).filter((path) => nameless.test(path))).toEqual([]);
  });

  it("never asks whether it runs locally", () => {
    const asks = /\bif\s*\(\s*!?\s*(is_?)?local\b(?!host)/i;
    const found = files.filter(({ path, source }) => !path.startsWith("test/") && asks.test(source));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it("reads the environment in the composition root and where programs start", () => {
    // lambda.ts asks for what Lambda alone sets.
    const mayRead =
      /^(functions\/(deps-root|lambda)\.ts|local\/|bench\/|scripts\/|stacks\/|test\/|[^/]+\.config\.ts)/;
    const found = files.filter(({ path, source }) => source.includes("process.env") && !mayRead.test(path));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it("has handlers of five lines", () => {
    const handlers = files.filter(({ path }) => /^functions\/[^/]+\/.*handler\.ts$/.test(path));
    expect(handlers.length).toBeGreaterThanOrEqual(5);
    for (const { path, source } of handlers) expect(lines(source), path).toBeLessThanOrEqual(5);
  });

  it("keeps a file within a few screens, or says why not", () => {
    const most = (path: string) => (path.startsWith("test/") ? MAX_TEST_LINES : MAX_LINES);
    const long = files.filter(({ path, source }) => lines(source) > most(path)).map(({ path }) => path);
    expect(long.filter((path) => !(path in longFiles))).toEqual([]);
    expect(Object.keys(longFiles).filter((path) => !long.includes(path))).toEqual([]);
  });
});

describe("the rule about imports", () => {
  const invented = new Set(["adapters/store/s3", "adapters/store/files", "adapters/queue/sqs"]);
  const rulesBroken = (file: string, source: string) =>
    violationsOf(file, importsOf(source), invented).map(({ specifier, rule }) => [specifier, rule]);

  it.each([
    ["core/call.ts", 'import { readFile } from "node:fs/promises";'],
    ["core/call.ts", 'import { CallEnded } from "../events/call-ended.ts";'],
    ["core/score/grade.ts", 'export { s3Store } from "../../adapters/store/s3.ts";'],
    ["events/define.ts", 'import type { Stage } from "../functions/run-stage.ts";'],
    ["locales/ru.ts", 'import * as z from "zod";'],
    ["adapters/store/s3.ts", 'import { filesStore } from "./files.ts";'],
    ["adapters/store/s3-write.ts", 'import { move } from "./files-write.ts";'],
    ["adapters/store/files.ts", 'import { S3Client } from "@aws-sdk/client-s3";'],
    ["adapters/queue/sqs.ts", 'import { translated } from "../store/s3-errors.ts";'],
    ["adapters/queue/sqs.ts", 'import { pipeline } from "../../events/pipeline.ts";'],
    ["adapters/store/body-rules.ts", 'import { s3Store } from "./s3.ts";'],
    ["functions/ingest/stage.ts", 'import { bitrix24 } from "../../adapters/crm/bitrix24.ts";'],
    ["functions/ingest/stage.ts", 'import { judge } from "../score/judge.ts";'],
    ["functions/ingest/stage.ts", 'import { openIngest } from "../deps.ts";'],
    ["functions/ingest/stage.ts", 'import type { SQSEvent } from "aws-lambda";'],
    ["functions/score/stage.ts", 'import { request } from "node:https";'],
    ["functions/score/handler.ts", 'import { Transcript } from "../../core/transcript.ts";'],
    ["functions/lambda.ts", 'import { handler } from "aws-lambda";'],
    ["functions/deps.ts", 'import { score } from "./score/stage.ts";'],
    ["functions/run-stage.ts", 'const { service } = await import("../local/service.ts");'],
    ["stacks/queues.ts", 'import { readConfig } from "../core/config.ts";'],
    ["local/service.ts", 'import { memoryStore } from "../test/fakes/store.ts";'],
    ["bench/main.ts", 'import "../stacks/queues.ts";'],
    ["core/call.ts", 'import { z } from "./errors";'],
    ["tools/somewhere.ts", 'import * as z from "zod";'],
  ])("refuses in %s: %s", (file, source) => {
    expect(rulesBroken(file, source)).toHaveLength(1);
  });

  it.each([
    ["core/call.ts", 'import * as z from "zod";\nimport {\n  sha256,\n} from "./hash.ts";'],
    ["adapters/store/s3.ts", 'import { S3Client } from "@aws-sdk/client-s3";'],
    [
      "adapters/store/s3.ts",
      'import { write } from "./s3-write.ts";\nimport { rules } from "./body-rules.ts";',
    ],
    ["functions/deps.ts", 'import type { ScorePorts } from "./score/stage.ts";'],
    ["functions/deps.ts", 'import { type ScorePorts, type Other } from "./score/stage.ts";'],
    ["functions/lambda.ts", 'import type { SQSEvent } from "aws-lambda";'],
    ["functions/ingest/stage.ts", '/* import { x } from "../score/judge.ts"; */'],
    ["stacks/queues.ts", 'import { pipeline } from "../events/pipeline.ts";'],
    ["local/service.ts", 'import { handler } from "../functions/score/handler.ts";'],
  ])("lets pass in %s: %s", (file, source) => {
    expect(rulesBroken(file, source)).toEqual([]);
  });
});

async function sourcesUnder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => /\.(ts|mts|mjs)$/.test(name)).map((name) => join(folder, name));
}

function lines(source: string): number {
  return source.trimEnd().split("\n").length;
}
