import { fork } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { filesStore } from "../../adapters/store/files.ts";
import { indexDayPrefix } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { fastClock } from "../../core/clock.ts";
import { readJson } from "../../core/store-json.ts";
import { DigestDue } from "../../events/digest-due.ts";
import { base, closeDeps, configure } from "../../functions/deps.ts";
import { publish } from "../../functions/run-stage.ts";
import { addBadMoments, startSandboxPortal } from "../sandbox/portal.ts";
import { loadScenario } from "../sandbox/scenario.ts";
import { checkCall } from "./check.ts";
import { dim, printCall, printDigest, say } from "./print.ts";
import { chooseVendors } from "./vendors.ts";

/** `npm run demo`: one day of calls through the whole pipeline on this machine; exits non-zero when any result is not what it must be. */

const DAY = "2026-11-19";
const UPLOAD_NAME = "Звонок с выставки, 19 ноября.mp3";
const UPLOADED = "balcony";
const dataDir = ".data-demo";
const GIVE_UP_SEC = { sandbox: 60, real: 900 };

const begun = Date.now();
if (existsSync(".env")) process.loadEnvFile(".env");
await rm(dataDir, { recursive: true, force: true });
await mkdir(join(dataDir, "bucket", "uploads", "default"), { recursive: true });

const scenario = await loadScenario();
const vendors = chooseVendors(process.env);
// A minute passes in a second, unless somebody else's clock has to be kept.
const speed = vendors.allSandbox ? 60 : 1;
const clock = fastClock(speed, begun);
const portal = await startSandboxPortal(scenario, clock);
if (vendors.allSandbox) addBadMoments(portal);
for (const line of vendors.lines) say(line);

const env = { ...portal.env, ...vendors.env, DATA_DIR: dataDir, PORT: "0", DIGEST_AT: "23:59" };
const logFile = join(dataDir, "service.log");
const child = fork(join(import.meta.dirname, "service.ts"), [String(speed), String(begun)], {
  env: { PATH: process.env.PATH ?? "", ...env },
  stdio: ["ignore", "pipe", "pipe", "ipc"],
});
const log = createWriteStream(logFile);
child.stdout?.pipe(log);
child.stderr?.pipe(log);
const { port } = await new Promise<{ port: number }>((resolve, reject) => {
  child.once("message", (message) => resolve(message as { port: number }));
  child.once("exit", () => reject(new Error(`the service did not start, see ${logFile}`)));
});
const problems: string[] = [];
const expect = (what: string, found: unknown, wanted: unknown) => {
  if (found !== wanted) problems.push(`${what}: ${found}, expected ${wanted}`);
};

const webhook = `http://127.0.0.1:${port}/webhooks/bitrix24`;
const first = scenario.calls[0]?.nativeId ?? "";
expect("a forged webhook", await portal.bitrix24.postWebhook(webhook, first, { token: "forged" }), 401);
for (const call of scenario.calls)
  expect(call.slug, await portal.bitrix24.postWebhook(webhook, call.nativeId), 200);
expect("a webhook that comes twice", await portal.bitrix24.postWebhook(webhook, first), 200);
const uploaded = scenario.calls.find((call) => call.slug === UPLOADED);
await copyFile(uploaded?.audio ?? "", join(dataDir, "bucket", "uploads", "default", UPLOAD_NAME));
say(
  `${scenario.calls.length} calls have ended in the portal (one notice came twice, one was forged), and one file was put under uploads/.\n`,
);

const store = filesStore({ directory: join(dataDir, "bucket") });
const rows = await waitForRows(scenario.calls.length + 1);

configure({ env: { ...env }, clock });
await publish(
  [DigestDue.create({ tenant: "default", subject: DAY, time: clock.now(), data: { day: DAY } })],
  base().queue,
);
const digest = await waitForDigest();
if (digest) printDigest(digest);

await check();
child.removeAllListeners("exit");
child.kill("SIGTERM");
await new Promise((resolve) => child.once("exit", resolve));
closeDeps();
await portal.close();

say("Everything it wrote is plain files:");
for (const path of [
  "bucket/calls/default/",
  `bucket/reports/default/${DAY}/digest.json`,
  "bucket/checklists/default/first-sale/1.json",
  "service.log",
]) {
  say(`  ${join(dataDir, path)}`);
}
say(dim(`${((Date.now() - begun) / 1000).toFixed(1)} s`));
if (problems.length > 0) {
  console.error(`\nNot as it must be:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  process.exit(1);
}
say("Every result is as it must be.");

async function waitForRows(count: number): Promise<Map<string, CallRow>> {
  const seen = new Map<string, CallRow>();
  const giveUpAt = Date.now() + (vendors.allSandbox ? GIVE_UP_SEC.sandbox : GIVE_UP_SEC.real) * 1000;
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Moscow" }).format(new Date());
  while (seen.size < count && Date.now() < giveUpAt) {
    for (const day of [DAY, today]) {
      for await (const { key } of store.list(indexDayPrefix("default", day))) {
        if (seen.has(key)) continue;
        const row = await readJson(store, key, CallRow);
        if (!row) continue;
        seen.set(key, row.value);
        printCall(row.value, seen.size, count);
      }
    }
    await setTimeout(100);
  }
  expect("calls that came to an end", seen.size, count);
  return new Map([...seen.values()].map((row) => [row.callId, row]));
}

async function waitForDigest(): Promise<string | undefined> {
  if (!vendors.sandbox.telegram) return undefined;
  const giveUpAt = Date.now() + 10_000;
  while (portal.telegram.messages.length === 0 && Date.now() < giveUpAt) await setTimeout(50);
  return portal.telegram.messages.map((message) => message.plain).join("\n\n");
}

async function check(): Promise<void> {
  const judged = vendors.sandbox.speech && vendors.sandbox.model;
  for (const call of scenario.calls) {
    const row = rows.get(`20261119-bitrix24-${call.nativeId}`);
    if (row) problems.push(...(await checkCall(store, row, call, judged)));
    else problems.push(`${call.slug}: nothing came of it`);
  }
  const upload = [...rows.values()].find((row) => row.title === UPLOAD_NAME);
  if (uploaded && upload) problems.push(...(await checkCall(store, upload, uploaded, judged)));
  else problems.push("the uploaded file was not scored");
  if (vendors.sandbox.telegram) expect("digests in Telegram", portal.telegram.messages.length, 1);
  if (!vendors.sandbox.speech) return;
  for (const call of scenario.calls) {
    const hash = portal.hashes.get(call.slug);
    if (hash === undefined) continue;
    expect(
      `${call.slug}: paid transcriptions`,
      portal.saluteSpeech.started.get(hash) ?? 0,
      call.slug === UPLOADED ? 2 : 1,
    );
  }
}
