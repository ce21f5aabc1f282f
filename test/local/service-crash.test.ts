import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as z from "zod";
import { filesStore } from "../../adapters/store/files.ts";
import { indexDayPrefix, publishedKey } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { fastClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import { checkCall } from "../../local/demo/check.ts";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario, type Scenario } from "../../local/sandbox/scenario.ts";
import { type RunningService, startFastService } from "./processes.ts";

/** The service as a process of its own against the sandbox vendors, stopped and killed in the middle of a day of calls. */

const DAY = "2026-11-19";
const GIVE_UP_MS = 60_000;
const UPLOAD = "Выставка.mp3";

let dataDir: string;
let begun: number;
let scenario: Scenario;
let portal: SandboxPortal;
let store: Store;
let services: RunningService[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "call-quality-crash-"));
  begun = Date.now();
  scenario = await loadScenario();
  portal = await startSandboxPortal(scenario, fastClock(30, begun));
  store = filesStore({ directory: join(dataDir, "bucket") });
  services = [];
});

afterEach(async () => {
  await Promise.all(services.map((service) => service.end("SIGKILL")));
  await portal.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<RunningService> {
  const service = await startFastService({ env: { ...portal.env, DATA_DIR: dataDir }, begun });
  services.push(service);
  return service;
}

async function endCalls(service: RunningService): Promise<void> {
  for (const { nativeId } of scenario.calls) {
    expect(await portal.bitrix24.postWebhook(service.webhook, nativeId)).toBe(200);
  }
}

const isHandled = (line: Record<string, unknown>) => line.message === "handled";

/** Resolves once the service has handled so many messages. */
function handled(service: RunningService, count: number): Promise<unknown> {
  let left = count;
  return service.line((line) => isHandled(line) && --left <= 0);
}

/** Every row, once there are so many; each is written when its call has come to its end. */
async function waitForRows(service: RunningService, count: number): Promise<CallRow[]> {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  for (;;) {
    // A row is written before the line about it is logged.
    const ends = service.lines.filter(isHandled).length;
    const rows = await rowsOf(service);
    if (rows.length >= count || Date.now() > giveUpAt) return rows;
    await handled(service, ends + 1);
  }
}

async function rowsOf(service: RunningService): Promise<CallRow[]> {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Moscow" }).format(begun);
  expect(service.child.exitCode).toBeNull();
  const rows: CallRow[] = [];
  for (const day of new Set([DAY, today])) {
    for await (const { key } of store.list(indexDayPrefix("default", day))) {
      const row = await readJson(store, key, CallRow);
      if (row) rows.push(row.value);
    }
  }
  return rows;
}

/** What is not as the scenario wants it, payments aside. */
async function problemsOf(rows: readonly CallRow[]): Promise<string[]> {
  const problems = scenario.calls.map(async (call) => {
    const own = rows.filter(({ callId }) => callId === `20261119-bitrix24-${call.nativeId}`);
    if (own[0] === undefined || own.length > 1) return [`${call.slug}: ${own.length} rows`];
    return checkCall(store, own[0], call, true);
  });
  return (await Promise.all(problems)).flat();
}

/** The paid starts of each recording that is one call's alone. */
function paidStarts(): Record<string, number> {
  const withSound = scenario.calls.filter(({ slug }) => portal.hashes.has(slug));
  return Object.fromEntries(
    withSound.map(({ slug }) => [slug, portal.saluteSpeech.started.get(portal.hashes.get(slug) ?? "") ?? 0]),
  );
}

/** The calls whose start of a paid task was under way when the service was killed, so that its answer was lost. */
async function lostStarts(): Promise<string[]> {
  const Marker = z.object({ state: z.string() });
  const found = scenario.calls.map(async ({ slug, nativeId }) => {
    const key = publishedKey("default", `20261119-bitrix24-${nativeId}`, "transcription");
    return (await readJson(store, key, Marker))?.value.state === "claimed" ? [slug] : [];
  });
  return (await Promise.all(found)).flat();
}

it("ends every call once when it is killed again and again, and pays twice only for a start whose answer was lost", {
  timeout: 120_000,
}, async () => {
  await mkdir(join(dataDir, "bucket", "uploads", "default"), { recursive: true });
  const uploaded = scenario.calls.find(({ slug }) => slug === "balcony");
  await copyFile(uploaded?.audio ?? "", join(dataDir, "bucket", "uploads", "default", UPLOAD));

  let service = await start();
  await endCalls(service);
  const lost: string[] = [];
  // Four times, since a message that was in hand at five kills is taken for one that kills.
  for (const messages of [1, 7, 12, 20]) {
    await handled(service, messages);
    await service.end("SIGKILL");
    lost.push(...(await lostStarts()));
    service = await start();
  }
  const rows = await waitForRows(service, scenario.calls.length + 1);
  expect(await problemsOf(rows)).toEqual([]);
  expect(rows.filter(({ title }) => title === UPLOAD)).toMatchObject([{ status: "scored" }]);
  expect(rows).toHaveLength(scenario.calls.length + 1);

  const paid = paidStarts();
  for (const [slug, starts] of Object.entries(paid)) {
    // The uploaded file is a call of its own.
    const wanted = slug === "balcony" ? 2 : 1;
    const lostOnes = lost.filter((one) => one === slug).length;
    expect(starts, slug).toBeGreaterThanOrEqual(wanted);
    if (slug !== "balcony") expect(starts, slug).toBeLessThanOrEqual(wanted + lostOnes);
  }
  const health = (await (await fetch(`${service.url}/health`)).json()) as {
    queues: Record<string, { dead: number }>;
  };
  expect(Object.values(health.queues).map(({ dead }) => dead)).toEqual([0, 0, 0, 0]);
});

it("loses nothing when it is stopped with calls in hand, and is gone within its grace", {
  timeout: 60_000,
}, async () => {
  const first = await start();
  await endCalls(first);
  await handled(first, 15);
  const askedAt = performance.now();
  expect(await first.end("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(performance.now() - askedAt).toBeLessThan(26_000);
  expect(first.lines.at(-1)).toMatchObject({ message: "the service has stopped" });
  expect(first.lines.filter(({ level }) => level === "ERROR")).toEqual([]);
  expect(await lostStarts()).toEqual([]);

  const second = await start();
  // What was in hand had been done or given back by the first itself.
  expect(second.lines[0]).toMatchObject({ messages_given_back: 0 });
  const rows = await waitForRows(second, scenario.calls.length);
  expect(await problemsOf(rows)).toEqual([]);
  expect(new Set(Object.values(paidStarts()))).toEqual(new Set([1]));
});

it("ends with its demo, however that ends", async () => {
  const service = await start();
  service.child.disconnect();
  expect(await service.end("SIGCONT")).toEqual({ code: 1, signal: null });
});
