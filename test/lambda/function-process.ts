import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";

/** One function in a process of its own, under the client with which Lambda runs Node functions. */
export interface FunctionProcess {
  name: string;
  /** From the start of the process until it asked for its first event. */
  initMs: number;
  invocations: number;
  /** Lines of its log that say "ERROR". */
  errors: string[];
  /** Runs the handler on one event; events that come meanwhile wait. Rejects when it throws, dies or takes too long. */
  invoke(event: unknown): Promise<unknown>;
  /** The most memory that it held, as the kernel counts it. */
  peakMb(): number;
  stop(): Promise<void>;
}

export interface FunctionOptions {
  name: string;
  /** As laid out for Lambda. */
  folder: string;
  handler: string;
  env: Readonly<Record<string, string>>;
  timeoutSec: number;
  memoryMb: number;
  runtimeClient: string;
  log(line: string): void;
}

interface Invocation {
  id: string;
  event: unknown;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const INIT_WITHIN_MS = 20_000;
const KEPT_LINES = 20;

/** Answers as Lambda's Runtime API does (Lambda docs, "Using the Lambda runtime API"). */
export async function startFunction(options: FunctionOptions): Promise<FunctionProcess> {
  const { name, timeoutSec } = options;
  const waiting: Invocation[] = [];
  const inHand = new Map<string, Invocation>();
  const errors: string[] = [];
  const lastLines: string[] = [];
  const { promise: ready, resolve: isReady, reject: initFailed } = Promise.withResolvers<void>();
  let asking: ServerResponse | undefined;
  let invocations = 0;
  let ended = false;

  function give(): void {
    const next = asking && !asking.destroyed ? waiting.shift() : undefined;
    if (!next || !asking) return;
    inHand.set(next.id, next);
    invocations += 1;
    asking.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": next.id,
      "lambda-runtime-deadline-ms": String(Date.now() + timeoutSec * 1000),
      "lambda-runtime-invoked-function-arn": `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      "lambda-runtime-trace-id": traceId(),
    });
    asking.end(JSON.stringify(next.event));
    asking = undefined;
  }

  function finish(id: string, end: (invocation: Invocation) => void): void {
    const invocation = inHand.get(id);
    inHand.delete(id);
    if (invocation) end(invocation);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , ...path] = (request.url ?? "").split("/");
    const [area, id = "", what] = path[0] === "runtime" ? path.slice(1) : path;
    const body = (await buffer(request)).toString("utf8");
    if (area === "invocation" && id === "next") {
      asking = response;
      isReady();
      return give();
    }
    response.writeHead(202).end("{}");
    if (area === "init") initFailed(new Error(`${name} failed to load: ${body}`));
    else if (what === "response") finish(id, ({ resolve }) => resolve(JSON.parse(body || "null")));
    else finish(id, ({ reject }) => reject(new Error(`${name} threw: ${body}`)));
  }

  const server = createServer((...exchange) => void answer(...exchange));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const startedAt = performance.now();
  const child = spawn(process.execPath, [options.runtimeClient, options.handler], {
    cwd: options.folder,
    // Nothing else: what a function needs it gets from the stack.
    env: { ...lambdaVariables(options, (server.address() as AddressInfo).port), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      options.log(`${name} ${line}`);
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      if (line.includes('"level":"ERROR"') || !line.startsWith("{")) errors.push(line);
    });
  }
  const exited = once(child, "exit").then(() => {
    ended = true;
    const error = new Error(`${name} ended by itself:\n${lastLines.join("\n")}`);
    initFailed(error);
    for (const { reject } of [...inHand.values(), ...waiting]) reject(error);
  });
  const late = setTimeout(() => initFailed(new Error(`${name} was not ready in time`)), INIT_WITHIN_MS);
  await ready.finally(() => clearTimeout(late));
  const initMs = performance.now() - startedAt;

  return {
    name,
    initMs,
    errors,
    get invocations() {
      return invocations;
    },
    peakMb: () => peakMb(child),
    invoke(event) {
      if (ended) return Promise.reject(new Error(`${name} has ended`));
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.push({ id: randomUUID(), event, resolve, reject });
      give();
      const timer = setTimeout(
        () => reject(new Error(`${name} ran longer than its ${timeoutSec} s`)),
        timeoutSec * 1000,
      );
      return promise.finally(() => clearTimeout(timer));
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What Lambda sets (Lambda docs, "Defined runtime environment variables"). */
function lambdaVariables(options: FunctionOptions, port: number): Record<string, string> {
  const { name, memoryMb } = options;
  return {
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "stream",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    // The role of the function, as its variables bring it. The bucket knows by it who has asked.
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: "role-secret",
    AWS_SESSION_TOKEN: "role-session",
    LAMBDA_TASK_ROOT: options.folder,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    _HANDLER: options.handler,
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
  };
}

function traceId(): string {
  const hex = (bytes: number) => randomBytes(bytes).toString("hex");
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=1`;
}

function peakMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1]) / 1024;
}
