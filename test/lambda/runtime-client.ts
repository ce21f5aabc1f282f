import { execFile } from "node:child_process";
import { access, cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const manifest = join(import.meta.dirname, "runtime-client");
/** Outside of `node_modules/`, which `npm ci` removes, and outside of every folder that tests look through. */
const place = join(import.meta.dirname, "../../.data-lambda/runtime-client");
const client = join(place, "node_modules/aws-lambda-ric");

/** Where the runtime client starts; it is installed and compiled when it is needed first, which takes a minute. */
export async function runtimeClient(say: (line: string) => void): Promise<string> {
  if (!(await isBuilt())) {
    await assertTools();
    say("installing the runtime client, which compiles itself: once, about a minute");
    await cp(manifest, place, { recursive: true });
    await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: place });
    if (!(await isBuilt()))
      throw new Error(
        "the runtime client did not compile: run `npm ci` in .data-lambda/runtime-client and see",
      );
  }
  return join(client, "index.mjs");
}

function isBuilt(): Promise<boolean> {
  return access(join(client, "rapid-client.node")).then(
    () => true,
    () => false,
  );
}

async function assertTools(): Promise<void> {
  if (process.platform !== "linux")
    throw new Error(
      "the runtime client compiles on Linux only: run this in a container or in the hosted workflow",
    );
  const missing: string[] = [];
  for (const tool of ["cmake", "make", "g++", "python3", "xz"]) {
    await run(tool, ["--version"]).catch(() => missing.push(tool));
  }
  if (missing.length > 0)
    throw new Error(
      `${missing.join(", ")} is missing: the runtime client is compiled with it (Debian: apt-get install cmake make g++ python3 xz-utils)`,
    );
}
