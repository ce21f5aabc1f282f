import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { build, type Metafile } from "esbuild";
import { bundling, type FunctionPolicy } from "../../stacks/functions.ts";

/** A file of a bundle. */
export interface BundledFile {
  name: string;
  bytes: number;
  /** Sources that are in it, as paths inside the repository, and how much of each. */
  sources: readonly string[];
  bytesBySource: Readonly<Record<string, number>>;
  /** Of a file that something imports late by its name: the source behind it, and whether it gives nothing but a default. */
  entry?: { source: string; onlyDefault: boolean };
}

export interface Bundle {
  folder: string;
  /** As Lambda's setting names it. */
  handler: string;
  /** What is read before the first event, and what is read when a run needs it. */
  atImport: readonly BundledFile[];
  later: readonly BundledFile[];
  /** Packages that are not in it and have to lie beside it. */
  packages: readonly string[];
}

export const repository = join(import.meta.dirname, "../..");
const ENTRY = "bundle.mjs";

/** `require` and the like for libraries of the older kind inside a module (SST source, pkg/runtime/node/build.go, `Banner`). */
const BANNER = [
  "import { createRequire as topLevelCreateRequire } from 'module';",
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
].join("\n");

/**
 * Bundles a function as SST 4.17 does for `nodejs24.x` (SST source, pkg/runtime/node/build.go): one ES module `bundle.mjs` and its chunks, what
 * is installed stays outside. Only the maps for stack traces are left out, which SST does not put into the archive either.
 */
export async function bundleFunction(policy: BundledPolicy, folder: string): Promise<Bundle> {
  const { handler, install = [] } = policy;
  const dot = handler.lastIndexOf(".");
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [`${handler.slice(0, dot)}.ts`],
    outdir: folder,
    entryNames: "bundle",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    mainFields: ["module", "main"],
    minify: bundling.minify,
    splitting: bundling.splitting,
    keepNames: bundling.esbuild.keepNames,
    external: ["sharp", "pg-native", ...install, ...bundling.esbuild.external],
    banner: { js: BANNER },
    metafile: true,
    logLevel: "error",
  });
  const atImport = importedBy(entryOf(metafile), metafile);
  const describe = (output: string) => describeOutput(output, metafile, folder);
  const later = Object.keys(metafile.outputs).filter((output) => !atImport.has(output));
  return {
    folder,
    handler: `bundle${handler.slice(dot)}`,
    atImport: [...atImport].map(describe),
    later: later.map(describe),
    packages: externalsOf(metafile).filter((name) => !bundling.esbuild.external.includes(name)),
  };
}

export type BundledPolicy = Pick<FunctionPolicy, "handler" | "install">;

/** Versions of what has to be installed, as SST writes them beside the bundle: those of the repository. */
export async function manifestOf({ install = [] }: BundledPolicy): Promise<{
  dependencies: Record<string, string>;
}> {
  const { dependencies } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  return { dependencies: Object.fromEntries(install.map((name) => [name, dependencies[name] ?? "*"])) };
}

/** How much of the files is of which package; the repository's own sources are under "". */
export function bytesByPackage(files: readonly BundledFile[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [source, bytes] of files.flatMap(({ bytesBySource }) => Object.entries(bytesBySource))) {
    const [, inPackage] = /.*node_modules\/(.+)$/.exec(source) ?? [];
    const name = inPackage === undefined ? "" : (packageName(inPackage) ?? "");
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return sums;
}

export function bytesOf(files: readonly BundledFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function entryOf({ outputs }: Metafile): string {
  const entry = Object.keys(outputs).find((output) => output.endsWith(ENTRY));
  if (entry === undefined) throw new Error(`esbuild wrote no ${ENTRY}`);
  return entry;
}

/** The entry and whatever it imports before it runs; `import()` comes later. */
function importedBy(entry: string, { outputs }: Metafile): Set<string> {
  const seen = new Set<string>([entry]);
  for (const output of seen) {
    for (const { path, kind, external } of outputs[output]?.imports ?? []) {
      if (kind === "import-statement" && !external) seen.add(path);
    }
  }
  return seen;
}

function describeOutput(output: string, { outputs }: Metafile, folder: string): BundledFile {
  const { bytes = 0, inputs = {}, entryPoint, exports = [] } = outputs[output] ?? {};
  const parts = Object.entries(inputs).flatMap(([source, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [[source, bytesInOutput] as const] : [],
  );
  const sources = parts.map(([source]) => source);
  const bytesBySource = Object.fromEntries(parts);
  const name = relative(folder, join(repository, output));
  if (entryPoint === undefined) return { name, bytes, sources, bytesBySource };
  const onlyDefault = exports.length === 1 && exports[0] === "default";
  return { name, bytes, sources, bytesBySource, entry: { source: entryPoint, onlyDefault } };
}

function externalsOf({ outputs }: Metafile): string[] {
  const named = Object.values(outputs).flatMap(({ imports }) =>
    // A `require` that is left over is of something that the library can do without.
    imports
      .filter(({ external, kind }) => external && kind !== "require-call")
      .map(({ path }) => packageName(path)),
  );
  return [...new Set(named)].filter((name) => name !== undefined).sort();
}

const builtins = new Set(process.getBuiltinModule("node:module").builtinModules);

function packageName(path: string): string | undefined {
  if (path.startsWith("node:") || builtins.has(path)) return undefined;
  const [first = "", second] = path.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
