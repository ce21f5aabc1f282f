import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureQueues } from "../../adapters/queue/sqs-ensure-queues.ts";
import { queueDefinitions } from "../../functions/deps.ts";
import { serveS3 } from "../adapters/store/s3-server.ts";

/** `deploy/cqa-aws` in a folder that was deployed from, with SST and AWS played on this machine. */

const root = join(import.meta.dirname, "..", "..");
const BUCKET = "call-quality-analyst-production-callsbucket-abcdefgh";
const keys = { accessKeyId: "ASIAOPERATOR", secretAccessKey: "of the profile" };

let folder: string;
let s3: Awaited<ReturnType<typeof serveS3>>;
let sqs: FauxqsServer;
let model: Server;
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-aws-"));
  s3 = await serveS3({
    bucket: BUCKET,
    secretOf: (id) => (id === keys.accessKeyId ? keys.secretAccessKey : undefined),
  });
  sqs = await startFauxqs({ port: 0, logger: false });
  asked = [];
  model = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"no"}}');
  }).listen(0, "127.0.0.1");
  await once(model, "listening");
  await layOut();
});

afterEach(async () => {
  model.close();
  await Promise.all([s3.close(), sqs.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** What a clone holds after `npm ci` and a deployment, and the operator's AWS profile. */
async function layOut(): Promise<void> {
  for (const name of ["deploy", "node_modules/.bin", ".sst"])
    await mkdir(join(folder, name), { recursive: true });
  await copyFile(join(root, "deploy/cqa-aws"), join(folder, "deploy/cqa-aws"));
  await symlink(join(root, "local"), join(folder, "local"));
  await symlink(process.execPath, join(folder, "node_modules/.bin/node"));
  await secretsAre({});
  await outputsAre({
    alarms: "arn:aws:sns:eu-north-1:123456789012:call-quality-production-alarms",
    bucket: BUCKET,
    queuePrefix: "call-quality-production-",
  });
  const process_ = JSON.stringify({
    Version: 1,
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    SessionToken: "a session of the day",
  });
  await writeFile(join(folder, "keys.json"), process_);
  await writeFile(
    join(folder, "aws-config"),
    `[profile calls]\nregion = us-west-2\ncredential_process = cat ${join(folder, "keys.json")}\n`,
  );
}

const outputsAre = (outputs: Record<string, string>) =>
  writeFile(join(folder, ".sst/outputs.json"), JSON.stringify(outputs));

/** A stand-in of `sst` that knows these secrets, and writes down how it was called. */
async function secretsAre(secrets: Record<string, string>): Promise<void> {
  const lines = [
    "# call-quality-analyst/production",
    ...Object.entries(secrets).map((pair) => pair.join("=")),
  ];
  await writeFile(join(folder, "secrets"), `${lines.join("\n")}\n`);
  await writeFile(join(folder, "node_modules/.bin/sst"), '#!/bin/sh\necho "$@" >> sst-calls\ncat secrets\n', {
    mode: 0o755,
  });
}

async function run(args: string[], more: Record<string, string> = {}) {
  const child = spawn("deploy/cqa-aws", args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      AWS_PROFILE: "calls",
      AWS_CONFIG_FILE: join(folder, "aws-config"),
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${sqs.port}`,
      ...more,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, stdout, stderr };
}

it("works on the deployment's bucket and queues with the keys of an AWS profile", async () => {
  await ensureQueues({
    endpoint: `http://127.0.0.1:${sqs.port}`,
    region: "eu-north-1",
    credentials: keys,
    namePrefix: "call-quality-production-",
    protocol: "json",
    queues: queueDefinitions,
  });
  const checklist = join(root, "checklists/ru/first-sale.json");
  const imported = await run(["checklist", "import", checklist, "--publish"]);
  expect(imported).toMatchObject({ code: 0, stderr: "" });
  const status = await run(["status"]);
  expect(status).toMatchObject({ code: 0, stderr: "" });
  expect(status.stdout).toMatch(/^ingest +0/m);

  const { headers } = s3.requests.at(-1)!;
  expect(headers["x-amz-security-token"]).toBe("a session of the day");
  // The region of the deployment and not the one that the profile prefers.
  expect(headers.authorization).toMatch(/\/eu-north-1\/s3\//);
});

it("hands secrets to commands that talk to a vendor, to the letter, and asks for none otherwise", async () => {
  const secret = "a=b$HOME'c\"d`e`\\f";
  await secretsAre({ AdminToken: "token", LlmApiKey: secret });
  expect(await run(["checklist", "list"])).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, "sst-calls"))).toBe(false);

  await writeFile(join(folder, "checklist.json"), JSON.stringify(checklist));
  await writeFile(join(folder, "transcript.json"), JSON.stringify(transcript));
  const { port } = model.address() as AddressInfo;
  await run(["try", "checklist.json", "transcript.json"], {
    LLM_BASE_URL: `http://127.0.0.1:${port}/v1`,
    LLM_MODEL: "any",
  });
  expect(await readFile(join(folder, "sst-calls"), "utf8")).toBe("secret list --stage production\n");
  expect(asked[0]).toBe(`Bearer ${secret}`);
});

const checklist = {
  id: "short",
  version: 1,
  name: "Короткий",
  status: "published",
  criteria: [{ id: "needs", text: "Выяснил задачу", check: "semantic", weight: 20 }],
};

const transcript = {
  callId: "20261119-upload-1",
  language: "ru",
  durationSec: 5,
  channels: 2,
  source: { name: "salutespeech", model: "callcenter" },
  roles: { by: "channel", confidence: 1 },
  turns: [
    { n: 0, speaker: "agent", channel: 0, startSec: 0, endSec: 2, text: "Добрый день!", words: [] },
    { n: 1, speaker: "client", channel: 1, startSec: 3, endSec: 5, text: "Сколько стоит окно?", words: [] },
  ],
};

it("says what to do in a folder that was not deployed from, or was for another stage", async () => {
  const other = await run(["status"], { STAGE: "dev" });
  expect(other).toMatchObject({ code: 1, stdout: "" });
  expect(other.stderr).toContain("npx sst deploy --stage dev");
  await rm(join(folder, ".sst"), { recursive: true });
  expect(await run(["status"])).toMatchObject({ code: 1, stdout: "" });
});
