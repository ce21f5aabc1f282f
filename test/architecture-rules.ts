import { posix } from "node:path";

/** One import of one file, as it stands in the source. */
export interface Import {
  specifier: string;
  typeOnly: boolean;
}

export interface Violation {
  file: string;
  specifier: string;
  rule: string;
}

interface Target {
  /** A path inside the repository, or undefined of a package. */
  path: string | undefined;
  specifier: string;
  typeOnly: boolean;
}

interface Rule {
  /** As in docs/architecture.md: who, and what it may import. */
  says: string;
  governs(file: string): boolean;
  allows(target: Target, file: string, drivers: ReadonlySet<string>): boolean;
}

const within =
  (...folders: string[]) =>
  (target: Target) =>
    folders.some((folder) => target.path === folder || target.path?.startsWith(`${folder}/`));
const packages = (...names: string[]) => {
  return ({ path, specifier }: Target) =>
    path === undefined && names.some((name) => specifier === name || specifier.startsWith(`${name}/`));
};
const ownFolder = (target: Target, file: string) =>
  target.path !== undefined && posix.dirname(target.path) === posix.dirname(file);
const isBuiltin = ({ path, specifier }: Target) => path === undefined && specifier.startsWith("node:");

/** Each driver's own library; `zod` and Node's own modules are everybody's. */
const vendorLibraries: Readonly<Record<string, readonly string[]>> = {
  "adapters/store/s3": ["@aws-sdk/client-s3", "@aws-sdk/lib-storage", "@aws-sdk/s3-request-presigner"],
  "adapters/queue/sqs": ["@aws-sdk/client-sqs", "@aws-sdk/core"],
  "adapters/crm/bitrix24": ["undici"],
  "adapters/speech/salutespeech": ["undici"],
  "adapters/llm/openai-compatible": ["openai"],
  "adapters/index/duckdb": ["@duckdb/node-api"],
  "adapters/chat/grammy": ["grammy"],
};

/** Packages of one function alone. */
const functionLibraries: Readonly<Record<string, readonly string[]>> = {
  "functions/report": ["pdfmake", "write-excel-file", "@resvg/resvg-js"],
  "functions/mcp": ["@modelcontextprotocol"],
};

/** The bot and MCP answer with the very report that digests are made of, in the same words, so that none can say different things. */
const reportForReaders = [
  "functions/report/make-report.ts",
  "functions/report/digest-message.ts",
  "functions/report/digest-message-agent.ts",
  "functions/report/digest-message-calls.ts",
  "functions/report/digest-words.ts",
  "functions/report/appeal-notice.ts",
];
const readersOfReports = ["functions/bot", "functions/mcp"];
/** An assistant scores an old call by the very rules of the command. */
const rescoring = "functions/score/rescore.ts";

/** A function that opens a connection or a file of its own goes round the ports. */
const PURE_BUILTINS = ["node:buffer", "node:crypto", "node:path", "node:stream", "node:url", "node:util"];

const isHandler = (file: string) => /^functions\/[^/]+\/([a-z-]+-)?handler\.ts$/.test(file);

/** The first rule that governs a file decides. */
const rules: Rule[] = [
  {
    says: "core → zod, pure libraries",
    governs: (file) => file.startsWith("core/"),
    allows: (target) =>
      within("core")(target) ||
      // Of a cron only the reckoning: clocks and timers are whoever's asks it.
      packages("zod", "@orama/stemmers", "music-metadata", "croner", "node:crypto")(target) ||
      // Only to tell an address from a name.
      packages("node:net")(target),
  },
  {
    says: "events → core, zod",
    governs: (file) => file.startsWith("events/"),
    allows: (target) => within("core", "events")(target) || packages("zod")(target),
  },
  {
    says: "locales → nothing",
    governs: (file) => file.startsWith("locales/"),
    allows: within("locales"),
  },
  {
    says: "adapters/<port>/<driver> → core, its own pieces, the port's rules, its vendor's library",
    governs: (file) => file.startsWith("adapters/"),
    allows: (target, file, drivers) => {
      const driver = driverOf(file, drivers);
      if (target.path === undefined) {
        return isBuiltin(target) || packages("zod", ...(vendorLibraries[driver ?? ""] ?? []))(target);
      }
      if (within("core")(target)) return true;
      const other = driverOf(target.path, drivers);
      return ownFolder(target, file) && (other === undefined || other === driver);
    },
  },
  {
    says: "handler.ts → functions/lambda.ts or lambda-http.ts, its own piece functions/deps-<function>.ts and its own folder",
    governs: isHandler,
    allows: (target, file) =>
      within("functions/lambda.ts", "functions/lambda-http.ts")(target) ||
      /^functions\/deps-[a-z]+\.ts$/.test(target.path ?? "") ||
      ownFolder(target, file),
  },
  {
    says: "lambda.ts, lambda-http.ts → core, events, run-stage.ts, http.ts, aws-lambda's types, Powertools",
    governs: (file) => file === "functions/lambda.ts" || file === "functions/lambda-http.ts",
    allows: (target) =>
      within("core", "events", "functions/run-stage.ts", "functions/http.ts")(target) ||
      packages("@aws-lambda-powertools")(target) ||
      (target.typeOnly && packages("aws-lambda")(target)),
  },
  {
    says: "deps.ts and its pieces → core, events, adapters, one another, and of the functions the types of their ports",
    governs: isCompositionRoot,
    allows: (target) =>
      within("core", "events", "adapters")(target) ||
      isCompositionRoot(target.path ?? "") ||
      (target.typeOnly && within("functions")(target)) ||
      packages("node:fs/promises", "node:path")(target),
  },
  {
    says: "run-stage.ts, http.ts → core, events",
    governs: (file) => /^functions\/[^/]+\.ts$/.test(file),
    allows: within("core", "events"),
  },
  {
    says: "functions/<f>/ → core, events, locales, its own folder, run-stage.ts, http.ts, zod, its documents' libraries; the bot and MCP → the report as well; MCP → rescoring",
    governs: (file) => file.startsWith("functions/"),
    allows: (target, file) => {
      const folder = file.split("/").slice(0, 2).join("/");
      return (
        within("core", "events", "locales", folder, "functions/run-stage.ts", "functions/http.ts")(target) ||
        (readersOfReports.includes(folder) && within(...reportForReaders)(target)) ||
        (folder === "functions/mcp" && target.path === rescoring) ||
        packages("zod", ...PURE_BUILTINS, ...(functionLibraries[folder] ?? []))(target) ||
        // Fonts of the PDF lie beside the code.
        (folder === "functions/report" && packages("node:fs", "node:fs/promises")(target))
      );
    },
  },
  {
    says: "stacks → events/pipeline.ts",
    governs: (file) => file.startsWith("stacks/"),
    allows: (target) =>
      within("stacks", "events/pipeline.ts")(target) ||
      (target.path === undefined && !packages("@aws-sdk")(target)),
  },
  {
    // In no commit.
    says: "sst-env.d.ts, as SST writes it → sst",
    governs: (file) => file === "sst-env.d.ts",
    allows: packages("sst"),
  },
  {
    says: "sst.config.ts → stacks",
    governs: (file) => file === "sst.config.ts",
    allows: within("stacks"),
  },
  {
    says: "local → everything but stacks and test",
    governs: (file) => file.startsWith("local/"),
    allows: (target) => !within("stacks", "test")(target),
  },
  {
    says: "bench, scripts → everything; of stacks its tables alone",
    governs: (file) => file.startsWith("bench/") || file.startsWith("scripts/"),
    allows: (target) =>
      !within("stacks")(target) || within("stacks/functions.ts", "stacks/alarm-list.ts")(target),
  },
  {
    says: "test → everything",
    governs: (file) => file.startsWith("test/"),
    allows: () => true,
  },
  {
    says: "a tool's configuration → its tool",
    governs: (file) => /^[^/]+\.config\.ts$/.test(file),
    allows: (target) => target.path === undefined,
  },
];

/** `deps.ts`, and the files that it is made of. */
export function isCompositionRoot(file: string): boolean {
  return /^functions\/deps(-[a-z]+)*\.ts$/.test(file);
}

/** `drivers`: paths without extension, e.g. `adapters/store/s3`. */
export function violationsOf(
  file: string,
  imports: readonly Import[],
  drivers: ReadonlySet<string>,
): Violation[] {
  const rule = rules.find(({ governs }) => governs(file));
  if (!rule) return [{ file, specifier: "", rule: "no rule of docs/architecture.md governs this folder" }];
  return imports.flatMap(({ specifier, typeOnly }) => {
    const isRelative = specifier.startsWith(".");
    if (isRelative && !/\.(ts|json)$/.test(specifier))
      return [{ file, specifier, rule: "relative imports end in .ts (or .json)" }];
    const path = isRelative ? posix.join(posix.dirname(file), specifier) : undefined;
    return rule.allows({ path, specifier, typeOnly }, file, drivers)
      ? []
      : [{ file, specifier, rule: rule.says }];
  });
}

/** The driver that a file of `adapters/` is or is a piece of; undefined for rules that all drivers of a port keep. */
function driverOf(path: string, drivers: ReadonlySet<string>): string | undefined {
  const name = path.replace(/\.ts$/, "");
  return [...drivers]
    .filter((driver) => name === driver || name.startsWith(`${driver}-`))
    .sort((a, b) => a.length - b.length)[0];
}

/** Static and dynamic imports and exports, those of types too. Comments are no imports. */
export function importsOf(source: string): Import[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const statements = [
    ...code.matchAll(
      /^\s*(?:import|export)\s+(?<type>type\s+)?(?<names>[^;'"`]*?)\s*from\s*["'](?<specifier>[^"']+)["']/gm,
    ),
    ...code.matchAll(/^\s*import\s*["'](?<specifier>[^"']+)["']/gm),
    ...code.matchAll(/\b(?:import|require)\s*\(\s*["'`](?<specifier>[^"'`]+)["'`]/g),
  ];
  return statements.map(({ groups }) => ({
    specifier: groups?.specifier ?? "",
    typeOnly: groups?.type !== undefined || onlyTypes(groups?.names ?? ""),
  }));
}

/** `{ type A, type B }` */
function onlyTypes(names: string): boolean {
  const inBraces = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  if (inBraces === undefined) return false;
  const list = inBraces
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return list.length > 0 && list.every((name) => name.startsWith("type "));
}
