import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { s3Store } from "../../adapters/store/s3.ts";
import { indexDayPrefix } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { systemClock } from "../../core/clock.ts";
import { readJson } from "../../core/store-json.ts";
import { checkCall } from "../../local/demo/check.ts";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "../../local/sandbox/salutespeech.ts";
import { loadScenario, type Scenario } from "../../local/sandbox/scenario.ts";
import { serveS3 } from "../adapters/store/s3-server.ts";
import { type Environment, runScript, startFastService } from "./processes.ts";

const DAY = "2026-11-19";
const UPLOAD = "Звонок с выставки.mp3";
const GIVE_UP_MS = 60_000;

let folder: string;
let scenario: Scenario;
let portal: SandboxPortal;
let speech: SaluteSpeechSandbox;
let s3: Awaited<ReturnType<typeof serveS3>>;
let sqs: FauxqsServer;
let env: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-cloud-"));
  scenario = await loadScenario();
  // A queue of the cloud keeps its own time, which cannot be made to pass faster: nothing is late here.
  for (const call of scenario.calls) call.recordingAfterSec = 0;
  portal = await startSandboxPortal(scenario, systemClock);
  speech = await quickSpeech();
  s3 = await serveS3({ bucket: "call-quality", exists: false });
  sqs = await startFauxqs({ port: 0, logger: false });
  env = {
    ...portal.env,
    SALUTESPEECH_OAUTH_URL: speech.oauthUrl,
    SALUTESPEECH_API_URL: speech.apiUrl,
    DATA_DIR: join(folder, "data"),
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${sqs.port}`,
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
});

afterEach(async () => {
  await Promise.all([portal.close(), speech.close(), s3.close(), sqs.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** Done when it is first asked for. */
async function quickSpeech(): Promise<SaluteSpeechSandbox> {
  const recordings = new Map(
    scenario.calls.map(({ slug, segments }) => [portal.hashes.get(slug) ?? "", segments]),
  );
  const key = portal.env.SBER_OAUTH_CLIENT_ID ?? "";
  return startSaluteSpeechSandbox({ clientId: key, clientSecret: key, recordings, pollsUntilDone: 0 });
}

it("plays the whole day on S3 and SQS and keeps nothing on the disk", { timeout: 90_000 }, async () => {
  const uploaded = scenario.calls.find(({ slug }) => slug === "balcony");
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const store = s3Store({ bucket: "call-quality", endpoint: s3.endpoint, region: "us-east-1", credentials });
  const service = await startFastService({ env, begun: Date.now(), speed: 1 });
  expect(service.lines[0]).toMatchObject({ bucket: "s3", queues: "sqs", conditional_writes: "honoured" });
  for (const { nativeId } of scenario.calls) {
    expect(await portal.bitrix24.postWebhook(service.webhook, nativeId)).toBe(200);
  }
  await store.put(`uploads/default/${UPLOAD}`, await readFile(uploaded?.audio ?? ""));

  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Moscow" }).format(new Date());
  const rows = new Map<string, CallRow>();
  const giveUpAt = Date.now() + GIVE_UP_MS;
  while (rows.size < scenario.calls.length + 1 && Date.now() < giveUpAt) {
    for (const day of new Set([DAY, today])) {
      for await (const { key } of store.list(indexDayPrefix("default", day))) {
        const row = await readJson(store, key, CallRow);
        if (row) rows.set(row.value.callId, row.value);
      }
    }
    await setTimeout(200);
  }
  for (const call of scenario.calls) {
    const row = rows.get(`20261119-bitrix24-${call.nativeId}`);
    expect(row && (await checkCall(store, row, call, true)), call.slug).toEqual([]);
  }
  expect([...rows.values()].filter(({ title }) => title === UPLOAD)).toMatchObject([{ status: "scored" }]);
  for (const [hash, starts] of speech.started) {
    expect(starts).toBe(hash === portal.hashes.get("balcony") ? 2 : 1);
  }

  const digest = await runScript("local/cqa.mjs", ["digest", "--day", DAY], { cwd: folder, env });
  expect(digest).toMatchObject({ code: 0, stderr: "sent to Telegram\n" });
  expect(portal.telegram.messages.map(({ plain }) => plain).join("\n")).toContain("из 13 звонков");
  const status = await runScript("local/cqa.mjs", ["status"], { cwd: folder, env });
  expect(status).toMatchObject({ code: 0, stderr: "" });

  expect(await service.end("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(await readdir(folder)).toEqual([]);
});
