import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { serveS3 } from "../adapters/store/s3-server.ts";
import { type Environment, runScript, startMainService } from "./processes.ts";

/** A service on a bucket that does not hold the conditions of writes. */

let folder: string;
let s3: Awaited<ReturnType<typeof serveS3>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-emulated-"));
  s3 = await serveS3({ conditions: "ignored", bucket: "recordings", exists: false });
});

afterEach(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

it("says in its log, its health and its status what that means, and what to do [store:says-so]", async () => {
  const env: Environment = {
    BITRIX24_WEBHOOK_URL: "http://127.0.0.1:9/rest/1/secret/",
    BITRIX24_APPLICATION_TOKEN: "token",
    SBER_OAUTH_CLIENT_ID: "id",
    SBER_OAUTH_CLIENT_SECRET: "secret",
    LLM_BASE_URL: "off",
    TELEGRAM_BOT_TOKEN: "off",
    DATA_DIR: "data",
    BUCKET: "recordings",
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: "tenant:key",
    AWS_SECRET_ACCESS_KEY: "secret-of-s3",
  };
  const service = await startMainService({ env, cwd: folder });
  const meaning = expect.stringMatching(
    /If-None-Match \(ignored\) and If-Match \(ignored\).*run ONE process/,
  );
  const line = await service.line(({ message }) => message === "the service runs");
  expect(line).toMatchObject({
    bucket: "s3",
    queues: "sqlite",
    conditional_writes: "emulated",
    conditional_writes_mean: meaning,
  });
  const health = await (await fetch(`${service.url}/health`)).json();
  expect(health).toMatchObject({ status: "ok", conditional_writes: "emulated" });
  const { stdout, stderr } = await runScript("local/cqa.mjs", ["status"], { cwd: folder, env });
  expect({ stderr, emulated: stdout.split("\n").filter((text) => text.startsWith("conditional")) }).toEqual({
    stderr: "",
    emulated: [expect.stringMatching(/^conditional writes are emulated: .*run ONE process/)],
  });
  expect(await service.end("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(JSON.stringify(service.lines)).not.toMatch(/tenant:key|secret-of-s3/);
  expect([...s3.objects.keys()].filter((key) => key.includes("probe"))).toEqual([]);
});
