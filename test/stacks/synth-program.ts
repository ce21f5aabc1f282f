import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { mocks, type Resource } from "./synth-mocks.ts";

/**
 * Executes `run()` of sst.config.ts as `sst deploy` does, against mocks instead of AWS: the config is bundled with SST's own platform, SST's server is
 * played on loopback, and every resource that would be made is written out as JSON.
 *
 *     node test/stacks/synth-program.ts <project> <platform> <stage>
 */

/** What `sst deploy` asks for when it builds a function. */
export interface Build {
  functionID: string;
  handler: string;
  runtime: string;
  copyFiles: { from: string; to: string }[];
  properties: { install?: Record<string, string>; architecture: string };
  links: Record<string, unknown>;
}

export interface Synthesised {
  app: { name: string; removal: string; protect: boolean; region: string };
  outputs: Record<string, unknown>;
  resources: Resource[];
  builds: Build[];
}

const [project = "", platform = "", stage = ""] = process.argv.slice(2);
const require = createRequire(join(platform, "package.json"));
const pulumi = require("@pulumi/pulumi");
const esbuild = require("esbuild");

const forNode = {
  format: "esm",
  platform: "node",
  bundle: true,
  mainFields: ["module", "main"],
  logLevel: "error",
} as const;

const scratch = mkdtempSync(join(platform, "synth-"));
const builds: Build[] = [];
const resources: Resource[] = [];
const server = await playSst();
// What is thrown in the middle of Pulumi's promises comes here.
process.on("unhandledRejection", fail);
try {
  process.env.SST_SERVER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app = await readApp();
  pulumi.runtime.setMocks(mocks(app.region, resources), app.name, stage, false);
  const { exec } = await import(pathToFileURL(await bundle("config.mjs", app)).href);
  const made = await pulumi.runtime.runInPulumiStack(() => exec());
  const outputs = await new Promise((resolve) => pulumi.output(made).apply(resolve));
  await pulumi.runtime.waitForRPCs?.();
  await pulumi.runtime.disconnect?.();
  process.stdout.write(JSON.stringify({ app, outputs, resources, builds }));
} catch (error) {
  fail(error);
}
rmSync(scratch, { recursive: true, force: true });
server.close();
server.closeAllConnections();

function fail(error: unknown): never {
  rmSync(scratch, { recursive: true, force: true });
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

/** The part of SST's own process that components talk to. */
async function playSst() {
  // By itself: the archives that are made of it lie under the scratch folder as well.
  const out = join(scratch, "bundle");
  mkdirSync(out);
  writeFileSync(join(out, "stub.mjs"), "export const handler = async () => {};\n");
  const answers: Record<string, (input: Build) => unknown> = {
    "Provider.Aws.Bootstrap": () => ({ asset: "sst-asset", state: "sst-state", version: 1 }),
    "Runtime.Build": (build) => {
      builds.push(build);
      return {
        handler: basename(build.handler).replace(/^.*\./, "stub."),
        out,
        errors: [],
        sourcemaps: [],
      };
    },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString());
    const result =
      answers[method]?.(params[0]) ?? (method.endsWith(".Create") ? { id: "made", outs: params[0] } : {});
    response.end(JSON.stringify({ result }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** `app()` is asked first, alone: it says what `run()` finds in `$app`. */
async function readApp(): Promise<Synthesised["app"]> {
  const outfile = join(scratch, "app.mjs");
  await esbuild.build({
    stdin: { contents: `export { default } from "${project}/sst.config.ts";`, resolveDir: project },
    banner: { js: "const $config = (config) => config;" },
    external: ["./stacks/*"],
    ...forNode,
    outfile,
  });
  const { default: config } = await import(pathToFileURL(outfile).href);
  const { name, removal, protect, providers } = await config.app({ stage });
  return { name, removal, protect, region: providers.aws.region };
}

/** SST 4.17, pkg/js/js.go and pkg/project/run.go. */
async function bundle(name: string, app: Synthesised["app"]): Promise<string> {
  const outfile = join(scratch, name);
  const lock: { alias: string; package: string }[] = JSON.parse(
    readFileSync(join(platform, "../provider-lock.json"), "utf8"),
  );
  const globals = [
    ...lock.map((entry) => `import * as ${entry.alias} from "${entry.package}";`),
    `import * as sst from "${platform}/src/components";`,
  ].join("\n");
  const paths = { home: platform, root: project, work: scratch, platform };
  await esbuild.build({
    absWorkingDir: project,
    stdin: {
      contents: `import { run } from "${platform}/src/auto/run.ts"; import config from "${project}/sst.config.ts"; export const exec = () => run(config.run);`,
      resolveDir: project,
      sourcefile: "eval.ts",
      loader: "ts",
    },
    banner: {
      js: [
        "import { createRequire as __require } from 'node:module'; import { fileURLToPath as __path } from 'node:url';",
        "const require = __require(import.meta.url);",
        "const __filename = __path(import.meta.url); const __dirname = __path(new URL('.', import.meta.url));",
      ].join("\n"),
    },
    define: {
      $app: JSON.stringify({ ...app, stage, home: "aws", providers: { aws: { region: app.region } } }),
      $cli: JSON.stringify({ command: "deploy", dev: false, paths, state: { version: {} } }),
      $dev: "false",
    },
    inject: [join(platform, "src/shim/run.js")],
    nodePaths: [join(platform, "node_modules")],
    external: [
      "@pulumi/*",
      "undici",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    plugins: [withGlobals(globals)],
    ...forNode,
    outfile,
  });
  return outfile;
}

/** `sst` and the providers are there without an import, in our files alone. */
function withGlobals(globals: string) {
  return {
    name: "globals",
    setup(build: { onLoad(options: { filter: RegExp }, load: (file: { path: string }) => unknown): void }) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path.startsWith(platform) || path.includes("node_modules")
          ? undefined
          : { contents: `${globals}\n${readFileSync(path, "utf8")}`, loader: "ts" },
      );
    },
  };
}
