import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { FunctionPolicy } from "../../stacks/functions.ts";
import { manifestOf, repository } from "./bundle.ts";

export type LambdaArchitecture = "arm64" | "x64";

/**
 * Lays beside a bundle what SST lays there: packages, installed for the function's processor, and copied files (SST source,
 * pkg/runtime/node/build.go and the component Function, `copyFiles`).
 */
export async function layOut(
  policy: Pick<FunctionPolicy, "handler" | "install" | "copyFiles">,
  folder: string,
  architecture: LambdaArchitecture,
): Promise<void> {
  for (const { from, to = from } of policy.copyFiles ?? []) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await cp(join(repository, from), join(folder, to), { recursive: true });
  }
  if (!policy.install?.length) return;
  await writeFile(join(folder, "package.json"), JSON.stringify(await manifestOf(policy)));
  const place = ["--platform=linux", "--os=linux", `--arch=${architecture}`, `--cpu=${architecture}`];
  // Audit and messages are the registry's, and change nothing of what is installed.
  const quiet = ["--no-audit", "--no-fund"];
  await promisify(execFile)("npm", ["install", "--force", ...place, ...quiet], { cwd: folder });
}
