import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { APIGatewayProxyEventV2, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { aligned } from "../../bench/table.ts";
import { systemClock } from "../../core/clock.ts";
import { pipeline, stageNames, visibilitySec } from "../../events/pipeline.ts";
import { serveHttp } from "../../local/http.ts";
import { startPump } from "../../local/pump.ts";
import { type Bundle, bundleFunction, bytesOf } from "../../scripts/bundle/bundle.ts";
import { layOut } from "../../scripts/bundle/lay-out.ts";
import { type FunctionName, functionNames, functions } from "../../stacks/functions.ts";
import { type FunctionProcess, startFunction } from "./function-process.ts";
import { playDay } from "./play.ts";
import { runtimeClient } from "./runtime-client.ts";
import { openSite, type Site } from "./site.ts";

/**
 * `npm run test:lambda`: every function as SST bundles it, in a folder of its own with nothing of this repository beside it, under the client
 * with which Lambda runs Node functions; a bucket, queues and the vendors on loopback. A day of calls goes through.
 */

const say = (line: string) => console.log(line);
const begun = performance.now();
const client = await runtimeClient(say);
const LOG_FILE = ".data-lambda/functions.log";
await mkdir(dirname(LOG_FILE), { recursive: true });
const logFile = createWriteStream(LOG_FILE);
const log = (line: string) => void logFile.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), "lambda-"));
const site = await openSite();
const running = new Map<FunctionName, FunctionProcess>();
try {
  const bundles = await bundleAll();
  say(`${bundles.size} functions are bundled; their packages lie beside them`);
  const tracer = await listenForTraces();
  for (const [name, bundle] of bundles) {
    const { timeoutSec, memoryMb } = functions[name];
    // Tracing is on in the stack.
    const env = { ...site.envOf(name), AWS_XRAY_DAEMON_ADDRESS: tracer.address };
    const { folder, handler } = bundle;
    running.set(
      name,
      await startFunction({ name, folder, handler, env, timeoutSec, memoryMb, runtimeClient: client, log }),
    );
  }
  say("all of them have started; a day of calls goes through");
  const problems = await playThrough(site);
  problems.push(
    ...[...running.values()].flatMap(({ name, errors }) => errors.map((line) => `${name}: ${line}`)),
  );
  problems.push(...site.refused());
  if (tracer.segments() === 0) problems.push("no trace was sent");
  tracer.close();
  printTable(bundles);
  for (const problem of problems) console.error(problem);
  say(
    problems.length === 0
      ? `every call ended once; took ${((performance.now() - begun) / 1000).toFixed(0)} s`
      : `${problems.length} things are not as they must be; ${LOG_FILE} has what the functions said`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await Promise.all([...running.values()].map((one) => one.stop()));
  await site.close();
  await rm(folder, { recursive: true, force: true });
}

async function bundleAll(): Promise<Map<FunctionName, Bundle>> {
  const bundles = new Map<FunctionName, Bundle>();
  for (const name of functionNames) {
    const bundle = await bundleFunction(functions[name], join(folder, name));
    await layOut(functions[name], bundle.folder, process.arch === "arm64" ? "arm64" : "x64");
    bundles.set(name, bundle);
  }
  return bundles;
}

/** Queues, ways in and schedules, each before its function as in the cloud. */
async function playThrough(site: Site): Promise<string[]> {
  const problems: string[] = [];
  const invoke = (name: FunctionName, event: unknown) => {
    const started = running.get(name);
    return started ? started.invoke(event) : Promise.reject(new Error(`${name} does not run`));
  };
  const pumps = stageNames.map((stage) =>
    startPump({
      stage,
      // One process, one event at a time.
      policy: { ...pipeline[stage], concurrency: 1 },
      visibilitySec: visibilitySec(stage),
      handler: async (event: SQSEvent) => (await invoke(stage, event)) as SQSBatchResponse,
      queue: site.queue,
      clock: systemClock,
      onError: (_stage, error) => problems.push(String(error)),
    }),
  );
  const to = (name: FunctionName) => async (event: APIGatewayProxyEventV2) =>
    (await invoke(name, event)) as { statusCode: number };
  const gateway = await serveHttp({
    port: 0,
    host: "127.0.0.1",
    routes: {
      "/webhooks/bitrix24": to("webhook"),
      "/webhooks/telegram": to("bot"),
      "/mcp": to("mcp"),
      "/health": to("health"),
    },
  });
  try {
    const url = `http://127.0.0.1:${gateway.port}`;
    problems.push(...(await playDay({ site, url, runScheduled: (name) => invoke(name, {}) })));
    for (const stage of stageNames) {
      const { dead } = await site.queue.stats(stage);
      if (dead > 0) problems.push(`${dead} dead letters of ${stage}`);
    }
    return problems;
  } finally {
    await Promise.all(pumps.map((pump) => pump.stop(1)));
    await gateway.close(1);
  }
}

/** Where X-Ray's daemon would be. */
async function listenForTraces() {
  const socket = createSocket("udp4");
  let segments = 0;
  socket.on("message", () => {
    segments += 1;
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    segments: () => segments,
    close: () => socket.close(),
  };
}

function printTable(bundles: ReadonlyMap<FunctionName, Bundle>): void {
  const lines = [...bundles].map(([name, { atImport, later }]) => {
    const { initMs = 0, invocations = 0, peakMb } = running.get(name) ?? {};
    const sizes = [bytesOf(atImport), bytesOf(later)].map((bytes) => (bytes / 1000).toFixed(0));
    return [name, ...sizes, initMs.toFixed(0), String(invocations), (peakMb?.() ?? 0).toFixed(0)];
  });
  say("");
  say(aligned([["function", "KB at import", "KB later", "init ms", "runs", "peak MB"], ...lines]));
  say("");
}
