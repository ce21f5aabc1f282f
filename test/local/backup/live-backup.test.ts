import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as z from "zod";
import { filesStore } from "../../../adapters/store/files.ts";
import { callKey, indexDayPrefix, publishedKey, transcriptKey } from "../../../core/bucket-layout.ts";
import { CallRow } from "../../../core/call-row.ts";
import { fastClock } from "../../../core/clock.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readJson } from "../../../core/store-json.ts";
import { checkCall } from "../../../local/demo/check.ts";
import { type SandboxPortal, startSandboxPortal } from "../../../local/sandbox/portal.ts";
import { loadScenario, type Scenario } from "../../../local/sandbox/scenario.ts";
import { type RunningService, runScript, startFastService } from "../processes.ts";

/** A backup of a service at work, the loss of the machine, and a new one that goes on from the backup. */

const DAY = "2026-11-19";
const EVENING = Date.parse(`${DAY}T18:30:00+03:00`);
const GIVE_UP_MS = 60_000;

let folder: string;
let begun: number;
let scenario: Scenario;
let portal: SandboxPortal;
let services: RunningService[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-backup-"));
  begun = Date.now();
  scenario = await loadScenario();
  portal = await startSandboxPortal(scenario, fastClock(30, begun, EVENING));
  services = [];
});

afterEach(async () => {
  await Promise.all(services.map((service) => service.end("SIGKILL")));
  await portal.close();
  await rm(folder, { recursive: true, force: true });
});

const bucketOf = (dataDir: string): Store => filesStore({ directory: join(dataDir, "bucket") });
const idOf = (nativeId: string) => `20261119-bitrix24-${nativeId}`;

async function start(dataDir: string): Promise<RunningService> {
  const env = { ...portal.env, DATA_DIR: dataDir, SWEEP_EVERY_SEC: "60" };
  const service = await startFastService({ env, begun, shown: EVENING });
  services.push(service);
  return service;
}

async function cqa(dataDir: string, ...args: string[]): Promise<string> {
  const ended = await runScript("local/cqa.mjs", args, { cwd: folder, env: { DATA_DIR: dataDir } });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  return ended.stdout;
}

/** Resolves once the service has handled so many messages since its start. */
function handled(service: RunningService, count: number): Promise<unknown> {
  let left = count;
  return service.line((line) => line.message === "handled" && --left <= 0);
}

async function rowsOf(store: Store): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  for await (const { key } of store.list(indexDayPrefix("default", DAY))) {
    const row = await readJson(store, key, CallRow);
    if (row) rows.push(row.value);
  }
  return rows;
}

async function waitForRows(service: RunningService, store: Store): Promise<CallRow[]> {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  for (;;) {
    const seen = service.lines.filter(({ message }) => message === "handled").length;
    const rows = await rowsOf(store);
    if (rows.length >= scenario.calls.length || Date.now() > giveUpAt) return rows;
    await handled(service, seen + 1);
  }
}

/** The calls whose transcription needs no payment any more, as far as the backup knows. */
async function paidCalls(store: Store): Promise<Set<string>> {
  const Marker = z.object({ state: z.string() });
  const found = scenario.calls.map(async ({ slug, nativeId }) => {
    const callId = idOf(nativeId);
    const marker = await readJson(store, publishedKey("default", callId, "transcription"), Marker);
    const transcript = await readJson(store, transcriptKey("default", callId), z.unknown());
    return marker?.value.state === "done" || transcript ? [slug] : [];
  });
  return new Set((await Promise.all(found)).flat());
}

function startsOf(slug: string): number {
  return portal.saluteSpeech.started.get(portal.hashes.get(slug) ?? "") ?? 0;
}

it("loses no call and pays for nothing that the backup knows, when the machine is lost [backup:live]", async () => {
  const [dataDir, backup, newDir] = ["data", "backup", "new"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const first = await start(dataDir);
  // The last notices come after the backup: only the portal still knows those calls.
  const [late, early] = [scenario.calls.slice(-3), scenario.calls.slice(0, -3)];
  for (const { nativeId } of early)
    expect(await portal.bitrix24.postWebhook(first.webhook, nativeId)).toBe(200);
  await handled(first, 8);
  await cqa(dataDir, "backup", backup);
  await handled(first, 16);
  expect(await cqa(dataDir, "backup", backup)).toMatch(/backup complete/);
  for (const { nativeId } of late)
    expect(await portal.bitrix24.postWebhook(first.webhook, nativeId)).toBe(200);
  await handled(first, 28);
  await first.end("SIGKILL");
  const startedBefore = new Map(scenario.calls.map(({ slug }) => [slug, startsOf(slug)]));

  await cqa(newDir, "restore", backup);
  const store = bucketOf(newDir);
  const paid = await paidCalls(store);
  // Whatever has a row has everything under it.
  for (const { callId } of await rowsOf(store))
    expect(await store.get(callKey("default", callId)).then((found) => found?.sizeBytes)).toBeGreaterThan(0);

  const second = await start(newDir);
  const rows = await waitForRows(second, store);
  const problems = scenario.calls.map(async (call) => {
    const own = rows.filter(({ callId }) => callId === idOf(call.nativeId));
    if (own[0] === undefined || own.length > 1) return [`${call.slug}: ${own.length} rows`];
    return checkCall(store, own[0], call, true);
  });
  expect((await Promise.all(problems)).flat()).toEqual([]);

  const withSound = scenario.calls.filter(({ slug }) => portal.hashes.has(slug));
  expect(paid.size).toBeGreaterThan(0);
  for (const { slug } of withSound) {
    const again = startsOf(slug) - (startedBefore.get(slug) ?? 0);
    if (paid.has(slug)) expect(again, slug).toBe(0);
    else expect(again, slug).toBe(1);
  }
});
