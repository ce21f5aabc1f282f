import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleFunction, bytesOf, manifestOf } from "../../scripts/bundle/bundle.ts";
import { type FunctionName, functionNames, functions } from "../../stacks/functions.ts";

/** What each function's bundle holds, as SST makes it. Nothing here measures time: `npm run bench:cold` does. */

const bundles = new Map<FunctionName, Bundle>();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundles-"));
  for (const name of functionNames)
    bundles.set(name, await bundleFunction(functions[name], join(folder, name)));
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const bundleOf = (name: FunctionName) => {
  const bundle = bundles.get(name);
  if (!bundle) throw new Error(`${name} was not bundled`);
  return bundle;
};
const sourcesOf = (files: Bundle["atImport"]) => files.flatMap(({ sources }) => sources);
const holds = (files: Bundle["atImport"], what: string) =>
  sourcesOf(files).some((source) => source.includes(what));

/** Kilobytes that are read before the first event: a little above what they are, so that a library that slips in is noticed. */
const mostAtImport: Readonly<Record<FunctionName, number>> = {
  webhook: 300,
  ingest: 730,
  transcribe: 770,
  score: 700,
  report: 750,
  bot: 1170,
  mcp: 1380,
  health: 520,
  sweep: 600,
  schedule: 595,
};

describe("the bundles", () => {
  it.each(functionNames)("read no more at the start of %s than they need", (name) => {
    expect(bytesOf(bundleOf(name).atImport) / 1000).toBeLessThan(mostAtImport[name]);
  });

  it("keep the bucket and every vendor but the portal's notices out of the webhook's", () => {
    const { atImport, later } = bundleOf("webhook");
    const all = [...atImport, ...later];
    expect(holds(all, "node_modules/@aws-sdk/client-sqs/")).toBe(true);
    for (const stranger of [
      "node_modules/openai/",
      "node_modules/grammy/",
      "node_modules/undici/",
      "node_modules/@duckdb/",
      "node_modules/@aws-sdk/client-s3/",
      "node_modules/aws-xray-sdk-core/",
      "adapters/queue/sqs-dead-letters",
    ])
      expect(holds(all, stranger), stranger).toBe(false);
    expect(bundleOf("webhook").packages).toEqual([]);
  });

  it.each([
    ["ingest", "node_modules/undici/"],
    ["transcribe", "node_modules/undici/"],
    ["score", "node_modules/openai/"],
    ["bot", "node_modules/openai/"],
    ["mcp", "node_modules/openai/"],
    ["report", "node_modules/write-excel-file/"],
    ["report", "functions/report/documents/"],
    ["report", "functions/report/charts/"],
    ["report", "locales/bot."],
    ["report", "locales/mcp."],
    ["report", "locales/documents."],
    ["webhook", "node_modules/@aws-lambda-powertools/logger/"],
    ["health", "node_modules/@aws-lambda-powertools/logger/"],
    ["schedule", "node_modules/aws-xray-sdk-core/"],
  ] as const)("let %s read %s when it is needed first", (name, what) => {
    const { atImport, later } = bundleOf(name);
    expect(holds(later, what)).toBe(true);
    expect(holds(atImport, what)).toBe(false);
  });

  it.each([
    ["ingest", ["openai", "grammy", "@modelcontextprotocol"]],
    ["transcribe", ["openai", "grammy", "@modelcontextprotocol"]],
    ["score", ["undici", "grammy", "music-metadata", "@modelcontextprotocol"]],
    ["report", ["openai", "undici", "grammy", "music-metadata", "@modelcontextprotocol"]],
    ["sweep", ["openai", "grammy", "@modelcontextprotocol"]],
    ["schedule", ["openai", "undici", "grammy", "music-metadata"]],
    ["health", ["openai", "undici", "grammy", "music-metadata", "aws-xray-sdk-core"]],
  ] as const)("hold nothing of others' libraries in %s's, not even unread", (name, strangers) => {
    const { atImport, later } = bundleOf(name);
    const found = strangers.filter((one) => holds([...atImport, ...later], `node_modules/${one}/`));
    expect(found).toEqual([]);
  });

  it.each(functionNames)(
    "hold nothing in %s's of what only a machine of one's own has or may look for",
    (name) => {
      const { atImport, later } = bundleOf(name);
      for (const stranger of [
        "adapters/queue/sqlite",
        "adapters/queue/sqs-query",
        "adapters/store/files",
        "node_modules/@aws-sdk/credential-provider-sso/",
        "node_modules/@aws-sdk/nested-clients/",
        "node_modules/@smithy/credential-provider-imds/",
      ])
        expect(holds([...atImport, ...later], stranger), stranger).toBe(false);
    },
  );

  it.each(functionNames)("leave out of %s's what is installed beside it, and nothing else", async (name) => {
    const { install = [] } = functions[name];
    expect(bundleOf(name).packages).toEqual([...install].sort());
    const { dependencies } = await manifestOf(functions[name]);
    expect(Object.values(dependencies)).not.toContain("*");
  });

  // With split chunks, such a package's `import()` has a default export and no names: what was asked for is undefined.
  it.each(functionNames)("import no CommonJS package late in %s's", (name) => {
    const late = bundleOf(name).later.filter(({ entry }) => entry?.onlyDefault);
    // The SDK's own, for browsers; Node never asks for it.
    expect(late.map(({ entry }) => entry?.source).filter((source) => !source?.includes("/bowser/"))).toEqual(
      [],
    );
  });
});
