import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setClock } from "../../../core/clock.ts";
import { base, closeDeps, configure } from "../../../functions/deps.ts";
import { handler } from "../../../functions/ingest/sweep-handler.ts";
import {
  type Bitrix24Sandbox,
  type Bitrix24SandboxOptions,
  type SandboxCall,
  startBitrix24Sandbox,
} from "../../../local/sandbox/bitrix24.ts";

/** The sweep as it is deployed, against a portal. */

let dataDir: string;
let portal: Bitrix24Sandbox | undefined;
let lines: Record<string, unknown>[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "call-quality-sweep-"));
  lines = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      lines.push(
        ...String(chunk)
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
      return true;
    });
  }
});

afterEach(async () => {
  vi.restoreAllMocks();
  closeDeps();
  await portal?.close();
  await rm(dataDir, { recursive: true });
});

const call = (nativeId: string, startedAt: string): SandboxCall => ({
  nativeId,
  callType: "2",
  startedAt,
  durationSec: 60,
  failedCode: "200",
  agentId: "11",
  phone: "+79990000101",
  line: "reg100001",
});

async function open(options: Bitrix24SandboxOptions): Promise<Bitrix24Sandbox> {
  const clock = setClock("2026-11-20T10:00:00Z");
  portal = await startBitrix24Sandbox({ ...options, clock });
  configure({ env: { BITRIX24_WEBHOOK_URL: portal.webhookUrl, DATA_DIR: dataDir }, clock });
  return portal;
}

const logged = () => lines.filter((line) => line.message === "ran");

it("finds calls page by page, and leaves one line with numbers alone", async () => {
  const calls = Array.from({ length: 120 }, (_, n) => call(`CALL.${n}`, "2026-11-20T09:00:00+03:00"));
  await open({ calls });
  await handler();
  expect((await base().queue.stats("ingest")).visible).toBe(120);
  expect(logged()).toEqual([
    expect.objectContaining({ level: "INFO", schedule: "sweep", outcome: "done", listed: 120, found: 120 }),
  ]);
  expect(JSON.stringify(lines)).not.toContain("+7999");
});

it("believes no row that was not asked for, and counts those that come all the same", async () => {
  const old = Array.from({ length: 60 }, (_, n) => call(`OLD.${n}`, "2025-01-01T09:00:00+03:00"));
  await open({ calls: [call("CALL.1", "2026-11-20T09:00:00+03:00"), ...old], dropFilters: true });
  await handler();
  expect((await base().queue.stats("ingest")).visible).toBe(1);
  const [line] = logged();
  expect(line).toMatchObject({ outcome: "done", listed: 1, found: 1 });
  expect(line?.dropped).toBeGreaterThanOrEqual(60);
  lines.length = 0;
  await handler();
  // Counted for each sweep anew.
  expect(logged()[0]?.dropped).toBeLessThan(Number(line?.dropped) * 2);
});

it("fails for the platform's alarm when the portal refuses it, and says what to do", async () => {
  const { webhookUrl } = await open({ secret: "good" });
  configure({ env: { BITRIX24_WEBHOOK_URL: webhookUrl.replace("good", "bad"), DATA_DIR: dataDir } });
  await expect(handler()).rejects.toMatchObject({ code: "crm.unauthorized" });
  expect(logged()).toEqual([
    expect.objectContaining({
      level: "ERROR",
      outcome: "error",
      code: "crm.unauthorized",
      problem: expect.stringContaining("BITRIX24_WEBHOOK_URL"),
      listed: 0,
    }),
  ]);
});

it("comes again with the next turn when the portal wants a pause", async () => {
  const { fail } = await open({ calls: [call("CALL.1", "2026-11-20T09:00:00+03:00")] });
  fail("voximplant.statistic.get", { status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } });
  await handler();
  expect(logged()).toEqual([expect.objectContaining({ outcome: "later", code: "crm.paced", found: 0 })]);
});
