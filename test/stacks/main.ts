import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { environmentTypes } from "./environment-types.ts";
import { synthesise } from "./synth.ts";

/**
 * `npm run test:stacks`: executes the deployment against mocks of AWS and looks at what it would make, makes mistakes on copies of it, and has the
 * compiler read it. Needs no account and no network but the package registry.
 */

const root = join(import.meta.dirname, "../..");
const sstSettings = {
  // Neither Pulumi's program nor a newer SST is wanted, and nobody is told of the run.
  SST_SKIP_DEPENDENCY_CHECK: "1",
  SST_TELEMETRY_DISABLED: "1",
  // npm, which is there anyway.
  SST_NO_BUN: "1",
};

if (!existsSync(join(root, ".sst/platform/config.d.ts"))) {
  console.log("Installing SST's platform into .sst, which takes half a minute and is done once.");
  await run("sst", ["install", "--stage", "test"], sstSettings);
}
await run("vitest", ["run", "--config", "vitest.stacks.config.ts"]);
// As `sst deploy` writes it.
await writeFile(join(root, "sst-env.d.ts"), environmentTypes(await synthesise()));
await run("tsc", ["-p", "stacks"]);
console.log("The compiler has nothing to say about sst.config.ts, stacks/ and sst-env.d.ts.");

/** A program of the project; the whole run ends with the first one that fails. */
async function run(program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const bin = join(root, "node_modules/.bin");
  const child = spawn(join(bin, program), args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...env },
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) process.exit(1);
}
