import { describe, expect, it } from "vitest";
import { type Environment, readConfig } from "../../core/config.ts";

const S3 = { AWS_ENDPOINT_URL_S3: "https://s3.example" };
const SQS = { AWS_ENDPOINT_URL_SQS: "https://sqs.example" };
const bucketOf = (env: Environment) => readConfig({ ...S3, ...env }).s3;
const queuesOf = (env: Environment) => readConfig({ ...SQS, ...env }).sqs;

describe("the bucket and the queues of a cloud", () => {
  it("have defaults but for their addresses", () => {
    expect(bucketOf({})).toEqual({
      bucket: "call-quality",
      endpoint: "https://s3.example",
      conditionalWrites: "probe",
      region: "us-east-1",
    });
    expect(queuesOf({})).toEqual({
      endpoint: "https://sqs.example",
      namePrefix: "call-quality-",
      protocol: "json",
      region: "us-east-1",
    });
  });

  it("are asked for with the keys that are set, and the token of keys that end by themselves", () => {
    const keys = { AWS_ACCESS_KEY_ID: "tenant:key", AWS_SECRET_ACCESS_KEY: "secret" };
    expect(bucketOf(keys)?.credentials).toEqual({ accessKeyId: "tenant:key", secretAccessKey: "secret" });
    for (const read of [bucketOf, queuesOf])
      expect(read({ ...keys, AWS_SESSION_TOKEN: "token" })?.credentials).toEqual({
        accessKeyId: "tenant:key",
        secretAccessKey: "secret",
        sessionToken: "token",
      });
  });

  it.each([
    ["https://s3.cloud.ru", "ru-central-1"],
    ["https://storage.yandexcloud.net", "ru-central1"],
    ["https://s3.eu-central-1.amazonaws.com", "eu-central-1"],
    ["https://s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"],
    ["https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"],
    ["https://s3.amazonaws.com", "us-east-1"],
    ["http://127.0.0.1:9000", "us-east-1"],
  ])("%s is in %s unless AWS_REGION says otherwise", (endpoint, region) => {
    expect(bucketOf({ AWS_ENDPOINT_URL_S3: endpoint })?.region).toBe(region);
    expect(bucketOf({ AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: "elsewhere-1" })?.region).toBe(
      "elsewhere-1",
    );
  });

  it("speak the older protocol at Yandex's address, and anywhere else when told to", () => {
    const yandex = { AWS_ENDPOINT_URL_SQS: "https://message-queue.api.cloud.yandex.net" };
    expect(queuesOf(yandex)).toMatchObject({ protocol: "query", region: "ru-central1" });
    expect(queuesOf({ ...yandex, SQS_PROTOCOL: "json" })?.protocol).toBe("json");
    expect(queuesOf({ SQS_PROTOCOL: "query" })?.protocol).toBe("query");
    const lookalike = { AWS_ENDPOINT_URL_SQS: "https://message-queue.api.cloud.yandex.net.example.com" };
    expect(queuesOf(lookalike)?.protocol).toBe("json");
  });

  it.each([
    ["QUEUE_PREFIX", "calls/"],
    ["QUEUE_PREFIX", "очередь-"],
    ["QUEUE_PREFIX", "a b"],
    ["QUEUE_PREFIX", "a".repeat(67)],
    ["SQS_PROTOCOL", "xml"],
    ["S3_CONDITIONAL_WRITES", "yes"],
  ])("are refused with a malformed %s: %s", (name, value) => {
    const read = name.startsWith("S3") ? bucketOf : queuesOf;
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} is malformed: .{5,} expected$`));
    expect(() => read({ [name]: value })).not.toThrow(value);
  });

  it("have names that every service takes, with the longest prefix", () => {
    const prefix = queuesOf({ QUEUE_PREFIX: "a".repeat(66) })?.namePrefix;
    expect(`${prefix}transcribe-dlq`).toHaveLength(80);
  });
});
