import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError } from "../../core/errors.ts";
import { startService } from "../../local/service.ts";
import { type Environment, runScript, startMainService } from "./processes.ts";

/** Everything that the service needs; nobody answers at these addresses, and nobody is asked at the start. */
const complete: Environment = {
  BITRIX24_WEBHOOK_URL: "http://127.0.0.1:9/rest/1/secret/",
  BITRIX24_APPLICATION_TOKEN: "token",
  SBER_OAUTH_CLIENT_ID: "id",
  SBER_OAUTH_CLIENT_SECRET: "secret",
  LLM_BASE_URL: "off",
  TELEGRAM_BOT_TOKEN: "off",
  PORT: "0",
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-start-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (env: Environment) => runScript("local/main.ts", [], { cwd: folder, env });

describe("a service that cannot start", () => {
  it.each<[string, Environment, string]>([
    ["BITRIX24_WEBHOOK_URL", { BITRIX24_WEBHOOK_URL: "" }, "is missing: it is the portal's inbound webhook"],
    ["BITRIX24_WEBHOOK_URL", { BITRIX24_WEBHOOK_URL: "portal" }, "is malformed: an address like https://"],
    [
      "BITRIX24_WEBHOOK_URL",
      { BITRIX24_WEBHOOK_URL: "http://portal.bitrix24.ru/rest/1/secret/" },
      "must begin with https://: plain http is for this machine only",
    ],
    ["SBER_OAUTH_CLIENT_ID", { SBER_OAUTH_CLIENT_ID: " " }, "is missing: it is the client id"],
    ["SBER_OAUTH_CLIENT_SECRET", { SBER_OAUTH_CLIENT_SECRET: "" }, "is missing: it is the client secret"],
    ["SALUTESPEECH_API_URL", { SALUTESPEECH_API_URL: "http://sber.example" }, "must begin with https://"],
    ["SALUTESPEECH_CA_FILE", { SALUTESPEECH_CA_FILE: "absent.pem" }, "names a file that cannot be read"],
    ["LLM_BASE_URL", { LLM_BASE_URL: "" }, "is missing: it is the address of an OpenAI-compatible service"],
    ["LLM_API_KEY", { LLM_BASE_URL: "https://llm.example/v1", LLM_MODEL: "m" }, "is missing: it is the key"],
    [
      "LLM_MODEL",
      { LLM_BASE_URL: "https://llm.example/v1", LLM_API_KEY: "k" },
      "is missing: it is the model",
    ],
    [
      "LLM_FALLBACK_MODEL",
      {
        LLM_BASE_URL: "https://llm.example/v1",
        LLM_API_KEY: "k",
        LLM_MODEL: "m",
        LLM_FALLBACK_BASE_URL: "https://fallback.example/v1",
        LLM_FALLBACK_API_KEY: "k",
      },
      "is missing: it is the model to ask at LLM_FALLBACK_BASE_URL",
    ],
    ["TELEGRAM_BOT_TOKEN", { TELEGRAM_BOT_TOKEN: "" }, "is missing: it is the bot's token"],
    ["TELEGRAM_CHAT_ID", { TELEGRAM_BOT_TOKEN: "1:a" }, "is missing: it is the chat"],
    ["PORT", { PORT: "http" }, "is malformed: a whole number is expected"],
    ["PORT", { PORT: "70000" }, "is malformed: at most 65535"],
    ["TENANT", { TENANT: "Север" }, "is malformed: 1 to 64 of"],
    ["TIME_ZONE", { TIME_ZONE: "Moscow" }, "is malformed: not a time zone"],
    ["LOCALE", { LOCALE: "de" }, "is malformed: "],
    ["DIGEST_AT", { DIGEST_AT: "25:00" }, "is malformed: a time of day as HH:MM"],
    ["MIN_CALL_SEC", { MIN_CALL_SEC: "-1" }, "is malformed: at least 0"],
    ["SWEEP_EVERY_SEC", { SWEEP_EVERY_SEC: "0.5" }, "is malformed: a whole number is expected"],
    ["AWS_ENDPOINT_URL_S3", { AWS_ENDPOINT_URL_S3: "s3" }, "is malformed: an address like https://"],
    ["AWS_ENDPOINT_URL_SQS", { AWS_ENDPOINT_URL_SQS: "http://sqs.example" }, "must begin with https://"],
  ])("says what is wrong with %s in one sentence: %o", async (name, change, sentence) => {
    const env = { ...complete, DATA_DIR: join(folder, "data"), ...change };
    const error: unknown = await startService({ env, log: () => undefined }).catch((reason) => reason);
    if (!(error instanceof ConfigurationError)) throw new Error("it did not refuse", { cause: error });
    expect(error.message).toMatch(new RegExp(`^${name} `));
    expect(error.message).toContain(sentence);
    expect(error.message).not.toContain("\n");
    // It has begun nothing.
    expect(await readdir(folder)).toEqual([]);
  });

  it("never shows a value, which can be a secret", async () => {
    const env = { ...complete, BITRIX24_WEBHOOK_URL: "http://portal.example/rest/1/s3cr3t/" };
    await expect(startService({ env, log: () => undefined })).rejects.toThrow(/^((?!s3cr3t).)+$/);
  });

  it("prints the sentence and nothing else", async () => {
    const { BITRIX24_WEBHOOK_URL: _, ...env } = complete;
    expect(await start(env)).toEqual({
      code: 1,
      signal: null,
      stdout: "",
      stderr:
        "BITRIX24_WEBHOOK_URL is missing: it is the portal's inbound webhook, https://<portal>/rest/<user>/<secret>/, to look up calls and fetch recordings\n",
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("says that its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, () => resolve()));
    const { port } = other.address() as { port: number };
    const { code, stdout, stderr } = await start({ ...complete, PORT: String(port) });
    other.close();
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: `PORT ${port} is in use by another program: stop that one or set another PORT\n`,
    });
  });

  it("says that another service runs on its folder", async () => {
    const env = { ...complete, DATA_DIR: join(folder, "data") };
    const first = await startMainService({ env, cwd: folder });
    const { code, stderr } = await start(env);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "another service already runs on this DATA_DIR: stop it, or give this one another DATA_DIR and PORT\n",
    });
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    await first.end("SIGKILL");
    const next = await startMainService({ env, cwd: folder });
    expect(await next.end("SIGTERM")).toEqual({ code: 0, signal: null });
  });

  it("says that its bucket is not there, and does not begin anew beside queues that know better", async () => {
    const env = { ...complete, DATA_DIR: join(folder, "data") };
    const first = await startMainService({ env, cwd: folder });
    await first.end("SIGTERM");
    await rename(join(folder, "data", "bucket"), join(folder, "elsewhere"));
    const { code, stderr } = await start(env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATA_DIR has its queues but no folder bucket\/: mount it/);
    expect(await readdir(join(folder, "data"))).not.toContain("bucket");
  });

  it("says that its folder cannot be made", async () => {
    await writeFile(join(folder, "file"), "");
    const { code, stderr } = await start({ ...complete, DATA_DIR: join(folder, "file", "data") });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATA_DIR cannot be written: .+\n$/);
  });

  it("says that nobody answers at the address of its bucket", async () => {
    const aws = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
    const { code, stderr } = await start({ ...complete, ...aws, AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).not.toContain("    at ");
  });
});

describe("a service that starts", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "says so in one line, tells its health, and ends at %s",
    async (signal) => {
      const service = await startMainService({ env: { ...complete, DATA_DIR: "data" }, cwd: folder });
      // The schedule looks at its digests at the same time.
      expect(service.lines.filter(({ message }) => message !== "ran")).toEqual([
        expect.objectContaining({
          level: "INFO",
          message: "the service runs",
          bucket: "files",
          queues: "sqlite",
          conditional_writes: "honoured",
          messages_given_back: 0,
          webhook_token: "set",
          next_digest_at: expect.stringMatching(/T16:00:00\.000Z$/),
        }),
      ]);
      const queue = { visible: 0, delayed: 0, inFlight: 0, dead: 0 };
      expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({
        status: "ok",
        queues: { ingest: queue, transcribe: queue, score: queue, report: queue },
      });
      expect(await service.end(signal)).toEqual({ code: 0, signal: null });
      expect(service.lines.at(-1)).toMatchObject({ message: "the service has stopped" });
      expect(await readdir(join(folder, "data", "bucket"))).toContain("uploads");
    },
  );

  it("refuses every webhook, and says why, while it has no token to know them by", async () => {
    const { BITRIX24_APPLICATION_TOKEN: _, ...env } = complete;
    const service = await startMainService({ env, cwd: folder });
    expect(service.lines[0]).toMatchObject({
      webhook_token: expect.stringContaining("BITRIX24_APPLICATION_TOKEN"),
    });
    const body = new URLSearchParams({ event: "ONVOXIMPLANTCALLEND", "auth[application_token]": "" });
    const response = await fetch(service.webhook, { method: "POST", body });
    expect(response.status).toBe(401);
    await service.end("SIGKILL");
  });

  it("reads .env in the folder where it is started", async () => {
    const lines = Object.entries({ ...complete, TIME_ZONE: "Asia/Vladivostok" });
    await writeFile(join(folder, ".env"), lines.map(([name, value]) => `${name}=${value}`).join("\n"));
    const service = await startMainService({ env: {}, cwd: folder });
    expect(service.lines[0]).toMatchObject({ next_digest_at: expect.stringMatching(/T09:00:00\.000Z$/) });
    await service.end("SIGKILL");
  });
});
