import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ConfigurationError } from "../../core/errors.ts";
import { configure as configureOwnMachine } from "../../functions/deps.ts";
import { closeDeps, configure, queue, sender, store } from "../../functions/deps-root.ts";

afterEach(closeDeps);

const key = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
const yandex = { AWS_ENDPOINT_URL_SQS: "https://message-queue.api.cloud.yandex.net", ...key };

test.each([
  ["store", store, {}, "AWS_ENDPOINT_URL_S3"],
  ["queue", queue, {}, "AWS_ENDPOINT_URL_SQS"],
  ["sender", sender, {}, "AWS_ENDPOINT_URL_SQS"],
  ["queue", queue, yandex, "SQS_PROTOCOL"],
] as const)("a function in the cloud has no %s without its variable", (_name, open, env, variable) => {
  configure({ env });
  expect(open).toThrow(ConfigurationError);
  expect(open).toThrow(variable);
});

test("on a machine of one's own the older protocol of queues is spoken", () => {
  configureOwnMachine({ env: yandex });
  expect(() => [queue(), sender()]).not.toThrow();
});

test("whoever only sends shares the embedded queue with those who receive", async () => {
  const folder = await mkdtemp(join(tmpdir(), "deps-root-"));
  configureOwnMachine({ env: { DATA_DIR: folder } });
  await sender().send("ingest", [{ body: "one" }]);
  expect(await queue().stats("ingest")).toMatchObject({ visible: 1 });
  closeDeps();
  await rm(folder, { recursive: true });
});
