import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteQueue } from "../../adapters/queue/sqlite.ts";
import { systemClock } from "../../core/clock.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { digestDue } from "../../events/digest-due.ts";
import { queueDefinitions } from "../../functions/deps.ts";
import { publish } from "../../functions/run-stage.ts";
import { startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario } from "../../local/sandbox/scenario.ts";
import { type BuiltImage, buildImage } from "./build.ts";
import { container, imageUserId, peakMemoryBytes } from "./container.ts";

/**
 * `npm run test:image`: is everything in the container that the service needs? Without Docker: what the Dockerfile says is done in a temporary folder,
 * then its command takes a call of the sandbox, judges it, makes a digest with its files, a backup, and stops in time.
 */

const project = join(import.meta.dirname, "..", "..");
const CALL = "office";
const DAY = "2026-11-19";

const folder = await mkdtemp(join(tmpdir(), "call-quality-image-"));
try {
  await chmod(folder, 0o755);
  const begun = performance.now();
  const image = await buildImage(project, folder);
  console.log(`installed as the Dockerfile says, in ${sinceSec(begun)} s`);
  for (const line of image.notRun) console.log(`not done, needs a real image: RUN ${line}`);
  const app = join(image.root, image.workdir);
  const [all, packages] = await Promise.all([bytesUnder(app), bytesUnder(join(app, "node_modules"))]);
  console.log(`${megabytes(all)} MB on top of the base image, ${megabytes(packages)} MB of them packages`);
  await tryOut(image);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function tryOut(image: BuiltImage): Promise<void> {
  const scenario = await loadScenario();
  const portal = await startSandboxPortal(scenario, systemClock);
  const dataDir = await ownFolder("data");
  const port = String(await freePort());
  // The sandbox's calls are of one day, so the sweep would find some of them or none.
  const variables = { ...portal.env, DATA_DIR: dataDir, PORT: port, SWEEP_EVERY_SEC: "86400" };
  const programs = container(image, variables);
  const service = programs.start(image.command);
  try {
    await service.line(({ message }) => message === "the service runs");
    const nativeId = scenario.calls.find(({ slug }) => slug === CALL)?.nativeId ?? "";
    const status = await portal.bitrix24.postWebhook(`http://127.0.0.1:${port}/webhooks/bitrix24`, nativeId);
    if (status !== 200) throw new Error(`the webhook answered ${status}`);
    const callId = `${DAY.replaceAll("-", "")}-bitrix24-${nativeId}`;
    await service.line(
      ({ event_type, call_id, outcome }) =>
        event_type === "call.scored" && call_id === callId && outcome !== "error",
    );
    console.log(`a call was judged, by ${imageUserId === undefined ? "this user" : `user ${imageUserId}`}`);
    await programs.run(image.health, "the health check");
    await askForDigest(dataDir);
    await service.line(({ event_type, outcome }) => event_type === "digest.due" && outcome !== "error");
    const files = portal.telegram.files.length;
    if (files === 0) throw new Error("the digest was sent without its files");
    console.log(`healthy; a digest with ${files} files was sent`);
    const backup = await ownFolder("backup");
    await programs.run(["node", "local/cqa.mjs", "backup", backup], "the backup");
    const peak = await peakMemoryBytes(service.process.pid);
    if (peak !== undefined) console.log(`the service weighed ${megabytes(peak)} MB at the most`);
    await stopInTime(service.process);
  } finally {
    if (service.process.exitCode === null) service.process.kill("SIGKILL");
    await portal.close();
  }
}

/** Its charts, PDF and Excel file need the native libraries. */
async function askForDigest(dataDir: string): Promise<void> {
  const queue = sqliteQueue({ file: join(dataDir, "queues.sqlite"), queues: queueDefinitions });
  await publish([digestDue({ tenant: "default", period: dayPeriod(DAY), time: new Date() })], queue);
  queue.close();
}

/** As Docker does it: SIGTERM, and SIGKILL after the grace of compose.yaml. */
async function stopInTime(child: ChildProcess): Promise<void> {
  const compose = await readFile(join(project, "compose.yaml"), "utf8");
  const graceSec = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]);
  const asked = performance.now();
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceSec * 1000);
  const [code, signal] = await exited;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`it did not stop in order: code ${code}, ${signal}`);
  console.log(`stopped in ${sinceSec(asked)} s of ${graceSec}`);
}

async function ownFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { mode: 0o700 });
  if (imageUserId !== undefined) await chown(path, imageUserId, imageUserId);
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function bytesUnder(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await lstat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function sinceSec(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}
