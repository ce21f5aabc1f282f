import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { vendorHealthKey } from "../../../core/bucket-layout.ts";
import { VendorError } from "../../../core/errors.ts";
import type { QueueStats } from "../../../core/ports/queue.ts";
import { remembered } from "../../../core/remembered.ts";
import { writeJson } from "../../../core/store-json.ts";
import { closeDeps, configure } from "../../../functions/deps.ts";
import { handler } from "../../../functions/health/handler.ts";
import type { Health } from "../../../functions/health/health.ts";
import { type HealthPorts, receiveHealth } from "../../../functions/health/receive.ts";
import { type HttpService, serveHttp } from "../../../local/http.ts";
import { memoryStore } from "../../fakes/store.ts";

const empty: QueueStats = { visible: 0, delayed: 0, inFlight: 0, dead: 0 };
const request = (method = "GET", path = "/health") => ({
  method,
  path,
  contentType: null,
  body: Buffer.alloc(0),
});

function world(changed: Partial<HealthPorts> = {}) {
  const store = memoryStore();
  let nowMs = 0;
  let asked = 0;
  const ports: HealthPorts = {
    store,
    queue: {
      stats: async () => {
        asked += 1;
        return empty;
      },
    },
    tenant: "default",
    conditionalWrites: async () => ({ ifAbsent: "honoured", ifMatch: "honoured" }),
    answerWithinMs: 5000,
    memory: remembered<Health>({ keepMs: 5000, elapsedMs: () => nowMs }),
    ...changed,
  };
  return {
    store,
    ask: async (method?: string, path?: string) => {
      const { status, headers, body } = await receiveHealth(request(method, path), ports);
      return { status, headers, text: String(body), json: () => JSON.parse(String(body)) };
    },
    asked: () => asked,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("health", () => {
  it("is ok with the length of each queue, and names the vendors that are unwell", async () => {
    const { store, ask } = world();
    const health = {
      vendor: "llm",
      state: "paused",
      code: "llm.unauthorized",
      problem: "the model rejected the API key: check LLM_API_KEY",
      method: "complete",
      since: "2026-11-20T10:00:00.000Z",
      failures: 3,
      until: "2026-11-20T11:00:00.000Z",
      tellAt: "2026-11-20T10:00:00.000Z",
      announced: false,
      recoveredAt: null,
    };
    await writeJson(store, vendorHealthKey("default", "llm"), health);
    await writeJson(store, vendorHealthKey("default", "crm"), { ...health, vendor: "crm", state: "well" });
    const { status, headers, json } = await ask();
    expect([status, headers]).toEqual([
      200,
      { "content-type": "application/json", "cache-control": "no-store" },
    ]);
    const { state, code, since, until } = health;
    expect(json()).toEqual({
      status: "ok",
      queues: { ingest: empty, transcribe: empty, score: empty, report: empty },
      vendors: { llm: { state, code, since, until } },
      conditional_writes: "honoured",
    });
  });

  it("is ok on a bucket whose conditional writes are emulated, and says so", async () => {
    const { ask } = world({ conditionalWrites: async () => ({ ifAbsent: "ignored", ifMatch: "refused" }) });
    expect((await ask()).json()).toMatchObject({ status: "ok", conditional_writes: "emulated" });
  });

  it("asks the queues once for any number of requests within five seconds", async () => {
    const { ask, asked, pass } = world();
    await Promise.all(Array.from({ length: 50 }, () => ask()));
    pass(4999);
    await ask("HEAD");
    expect(asked()).toBe(4);
    pass(1);
    await ask();
    expect(asked()).toBe(8);
  });

  it("is down when a queue or the bucket cannot be asked, and says which by codes alone", async () => {
    const gone = Object.assign(new Error("connect to https://user:secret@host"), { name: "AccessDenied" });
    const noQueue = world({ queue: { stats: () => Promise.reject(gone) } });
    const { status, json } = await noQueue.ask();
    expect(status).toBe(503);
    expect(json()).toMatchObject({ status: "down", problems: { queues: "AccessDenied" }, vendors: {} });
    expect(json()).not.toHaveProperty("queues");

    const lost = () => Promise.reject(new VendorError("store.unreachable", "the bucket has no answer"));
    const noBucket = world({ store: { ...memoryStore(), get: lost } });
    expect((await noBucket.ask()).json()).toMatchObject({
      status: "down",
      problems: { bucket: "store.unreachable" },
      queues: { ingest: empty },
    });
  });

  it("is down instead of late when there is no answer", async () => {
    const { ask } = world({ queue: { stats: () => new Promise(() => undefined) }, answerWithinMs: 20 });
    const { status, json } = await ask();
    expect([status, json()]).toMatchObject([
      503,
      { status: "down", problems: { queues: "health.no_answer" }, vendors: {} },
    ]);
  });

  it("is told to those who read, on its own path, and changes nothing", async () => {
    const { ask } = world();
    expect(await ask("HEAD")).toMatchObject({ status: 200, text: "" });
    expect(await ask("POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    expect(await ask("GET", "/health/secrets")).toMatchObject({ status: 404 });
    expect(await ask("GET", "/health/")).toMatchObject({ status: 200 });
    // A named stage of a gateway.
    expect(await ask("GET", "/production/health")).toMatchObject({ status: 200 });
  });
});

describe("the deployed handler", () => {
  let dataDir: string;
  let http: HttpService | undefined;
  afterEach(async () => {
    await http?.close(0);
    closeDeps();
    await rm(dataDir, { recursive: true });
  });

  it("answers on one machine with what is true now", async () => {
    dataDir = await mkdtemp(join(tmpdir(), "call-quality-health-"));
    await mkdir(join(dataDir, "bucket"));
    configure({ env: { DATA_DIR: dataDir } });
    http = await serveHttp({ port: 0, routes: { "/health": handler } });
    const url = `http://127.0.0.1:${http.port}/health`;
    const response = await fetch(url);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await response.json()).toMatchObject({ status: "ok", queues: { ingest: empty } });
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(405);
    // A folder that is gone reads like an empty one.
    await rm(join(dataDir, "bucket"), { recursive: true });
    const down = await fetch(url);
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({ status: "down", problems: { bucket: "store.gone" } });
  });
});
