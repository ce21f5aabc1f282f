import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runScript } from "../local/processes.ts";

const root = join(import.meta.dirname, "..", "..");
const REASONS = "docs/decisions/2026-11-20-dependencies.md";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-licences-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const list = (project: string) => runScript("scripts/list-dependencies.ts", [project], { cwd: folder });

async function write(path: string, content: string | object): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
}

/** A project with the one dependency `direct`, which brings `brought`, and with `tool` for development. */
async function project({ direct = "MIT", brought = "ISC", tool = "MIT" }: Record<string, unknown>) {
  await write("package.json", { dependencies: { direct: "1.0.0" }, devDependencies: { tool: "2.0.0" } });
  await write("package-lock.json", {
    packages: {
      "": { name: "project" },
      "node_modules/direct": { version: "1.0.0", license: "MIT" },
      "node_modules/direct/node_modules/brought": { version: "3.0.0" },
      "node_modules/tool": { version: "2.0.0", dev: true },
      "node_modules/of-the-tool": { version: "4.0.0", dev: true, license: "GPL-3.0-only" },
    },
  });
  await write("node_modules/direct/package.json", { license: direct });
  await write("node_modules/direct/node_modules/brought/package.json", { license: brought });
  await write("node_modules/tool/package.json", { license: tool });
  await write(REASONS, "# Dependencies\n\n- `direct`: knows a format.\n- `tool`: see [why](other.md).\n");
}

describe("npm run licences", () => {
  it("finds every dependency of this project permissive and explained", async () => {
    const { code, stdout, stderr } = await list(root);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^zod +\d+\.\d+\.\d+ +MIT +deployed +everything that comes from outside/m);
    expect(stdout).toMatch(/^vitest +\S+ +MIT +development +\S/m);
    expect(stdout).toMatch(/^\d+ packages in all without those for development: MIT \d+, /m);
  });

  it("shows version, licence, use and reason, and counts what is brought along", async () => {
    await project({});
    expect(await list(folder)).toEqual({
      code: 0,
      signal: null,
      stderr: "",
      stdout: [
        "package  version  licence  for          why",
        "direct   1.0.0    MIT      deployed     knows a format.",
        "tool     2.0.0    MIT      development  see docs/decisions/other.md.",
        "",
        "2 packages in all without those for development: ISC 1, MIT 1",
        "",
      ].join("\n"),
    });
  });

  it.each([
    ["a direct one", { direct: "GPL-3.0-only" }, "direct is under GPL-3.0-only"],
    ["one for development", { tool: "BUSL-1.1" }, "tool is under BUSL-1.1"],
    [
      "one that another brings",
      { brought: "AGPL-3.0" },
      "brought, which another one brings, is under AGPL-3.0",
    ],
    ["one of two that both hold", { direct: "(MIT AND GPL-2.0)" }, "direct is under (MIT AND GPL-2.0)"],
    [
      "one that is not stated",
      { brought: null },
      "brought, which another one brings, is under no stated licence",
    ],
    ["one in words", { direct: "SEE LICENSE IN LICENSE.md" }, "direct is under SEE LICENSE IN LICENSE.md"],
  ])("refuses a licence that asks for more: %s", async (_what, licences, complaint) => {
    await project(licences);
    const { code, stderr } = await list(folder);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `\nNot as it must be:\n  ${complaint}\n` });
  });

  it.each(["MIT OR GPL-3.0-only", "(GPL-2.0 OR Apache-2.0)", "MIT AND ISC"])("takes %s", async (licence) => {
    await project({ direct: licence });
    expect((await list(folder)).code).toBe(0);
  });

  it("refuses a dependency without a reason", async () => {
    await project({});
    await write(REASONS, "- `tool`: lint.\n");
    const { code, stderr } = await list(folder);
    expect(code).toBe(1);
    expect(stderr).toContain(`direct has no line in ${REASONS}`);
  });
});
