import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../core/clock.ts";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario } from "../../local/sandbox/scenario.ts";
import { type RunningService, startMainService } from "./processes.ts";

/** A full disk, played by the largest size that the system lets a file of the service have. */

let folder: string;
let portal: SandboxPortal;
let service: RunningService;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-disk-"));
  portal = await startSandboxPortal(await loadScenario(), systemClock);
  service = await startMainService({
    env: { ...portal.env, DATA_DIR: "data" },
    cwd: folder,
    // Without it the system would end the process instead of failing the write.
    before: "trap '' XFSZ",
  });
});

afterEach(async () => {
  await service.end("SIGKILL");
  await portal.close();
  await rm(folder, { recursive: true, force: true });
});

const limitFiles = (size: number | "unlimited") =>
  execFileSync("prlimit", [`--pid=${service.child.pid}`, `--fsize=${size}:unlimited`]);
const endCall = (index: number) =>
  portal.bitrix24.postWebhook(service.webhook, portal.bitrix24.calls[index]?.nativeId ?? "");

// prlimit comes with Linux alone.
it.runIf(process.platform === "linux")(
  "answers 503 while the queue has no room, and takes calls again once it has",
  async () => {
    expect(await endCall(0)).toBe(200);
    limitFiles((await stat(join(folder, "data", "queues.sqlite-wal"))).size);
    expect(await endCall(1)).toBe(503);
    expect(await endCall(1)).toBe(503);
    const refused = await service.line(({ message }) => message === "request failed");
    expect(refused).toMatchObject({
      level: "ERROR",
      code: expect.stringMatching(/^queue\.(full_disk|disk_failed)$/),
    });
    limitFiles("unlimited");
    expect(await endCall(1)).toBe(200);
    expect(service.child.exitCode).toBeNull();
  },
);

it.runIf(process.platform === "linux")(
  "keeps a call whose recording has no room until there is some",
  async () => {
    const { calls } = portal.bitrix24;
    const index = calls.findIndex(({ recording }) => recording && recording.availableAfterSec === 0);
    // Large enough for the queue, too small for a recording.
    limitFiles(64 * 1024);
    expect(await endCall(index)).toBe(200);
    await service.line(({ stage, code }) => stage === "ingest" && code === "store.disk_full");
    expect(service.child.exitCode).toBeNull();
    limitFiles("unlimited");
    // The first pause of a message that failed is ten seconds.
    await service.line(({ stage, outcome }) => stage === "ingest" && outcome === "done");
  },
  30_000,
);
