import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleFunction, bytesByPackage, bytesOf } from "../../scripts/bundle/bundle.ts";
import { type FunctionName, functionNames, functions } from "../../stacks/functions.ts";

export interface ColdStart {
  name: FunctionName;
  /** Of the bundle, without the packages beside it. */
  allBytes: number;
  /** What a cold start in the cloud reads of it, the tracer included. */
  readBytes: number;
  /** Of which package how much is imported before the first event; what is ours is under "". The tracer comes on top. */
  byPackage: ReadonlyMap<string, number>;
  imports: Import[];
}

/** One in a fresh process: on the clock, and of the processor. */
export interface Import {
  ms: number;
  cpuMs: number;
}

export interface ColdStarts {
  functions: ColdStart[];
  /** A handler that does nothing, bundled alike. */
  empty: Import[];
}

const script = join(import.meta.dirname, "import-once.mjs");

/** Every function's import in fresh processes, in turns with an empty handler, so that a slow moment of the machine hits all. */
export async function measureColdStarts(folder: string, rounds: number): Promise<ColdStarts> {
  const empty = join(folder, "empty/bundle.mjs");
  await mkdir(join(folder, "empty"), { recursive: true });
  await writeFile(empty, "export const handler = async () => ({});\n");
  const measured: ColdStart[] = [];
  for (const name of functionNames) {
    const { atImport, later } = await bundleFunction(functions[name], join(folder, name));
    // Once to have the files in the machine's memory, for whoever comes first would pay for all.
    const { bytes } = await importOnce(entryOf(folder, name), "count");
    measured.push({
      name,
      allBytes: bytesOf([...atImport, ...later]),
      readBytes: bytes,
      byPackage: bytesByPackage(atImport),
      imports: [],
    });
  }
  const emptyImports: Import[] = [];
  for (let round = 0; round < rounds; round += 1) {
    emptyImports.push(await importOnce(empty));
    for (const one of measured) one.imports.push(await importOnce(entryOf(folder, one.name)));
  }
  return { functions: measured, empty: emptyImports };
}

const entryOf = (folder: string, name: FunctionName) => join(folder, name, "bundle.mjs");

async function importOnce(file: string, mode = "time"): Promise<Import & { bytes: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, file, mode], {
    // As in the cloud, where tracing is on; nobody listens there.
    env: { AWS_REGION: "us-east-1", AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:9", AWS_LAMBDA_FUNCTION_NAME: "f" },
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("{")));
}
