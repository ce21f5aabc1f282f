import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureBucket, type S3StoreOptions, s3Store } from "../../../adapters/store/s3.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readText } from "../../../core/store-json.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { keysOf } from "../../store/conformance-lists.ts";
import { type S3Request, serveS3 } from "./s3-server.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "secret-of-test" };
const puts = ({ method }: S3Request) => method === "PUT";

describe("s3Store, when the host refuses or fails", () => {
  let server: Awaited<ReturnType<typeof serveS3>>;
  let options: S3StoreOptions;
  let store: Store;
  beforeEach(async () => {
    server = await serveS3();
    options = { bucket: server.bucket, endpoint: server.endpoint, credentials };
    store = s3Store(options);
  });
  afterEach(() => server.close());

  describe("says what to do", () => {
    it.each([
      [
        403,
        "InvalidAccessKeyId",
        "store.unauthorized",
        /AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and BUCKET/,
      ],
      [403, "SignatureDoesNotMatch", "store.unauthorized", /AWS_SECRET_ACCESS_KEY/],
      [403, "AccessDenied", "store.unauthorized", /BUCKET/],
      [401, "Unauthorized", "store.unauthorized", /AWS_ACCESS_KEY_ID/],
      [400, "ExpiredToken", "store.unauthorized", /AWS_ACCESS_KEY_ID/],
      [404, "NoSuchBucket", "store.no_bucket", /BUCKET/],
      [400, "AuthorizationHeaderMalformed", "store.wrong_region", /AWS_REGION/],
      [501, "NotImplemented", "store.not_implemented", /AWS_ENDPOINT_URL_S3/],
    ])("when the host answers %i %s", async (status, code, ownCode, message) => {
      for (const action of [
        () => store.get("one"),
        () => store.put("one", "x"),
        () => store.put("one", streamOf(9_000_000), { ifAbsent: true }),
        () => keysOf(store, ""),
        () => store.delete("one"),
      ]) {
        server.fail(() => true, ...Array.from({ length: 6 }, () => ({ status, code })));
        const error = await action().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(error).toMatchObject({ code: ownCode });
        expect((error as Error).message).toMatch(message);
        expect((error as Error).message).not.toMatch(/secret-of-test|127\.0\.0\.1/);
        server.faults.length = 0;
      }
    });

    it("when there is no such bucket", async () => {
      const elsewhere = s3Store({ ...options, bucket: "nobodys" });
      for (const action of [
        () => elsewhere.get("one"),
        () => elsewhere.put("one", "x", { ifMatch: '"1"' }),
        () => keysOf(elsewhere, ""),
      ])
        await expect(action()).rejects.toMatchObject({ name: "ConfigurationError", code: "store.no_bucket" });
    });
  });

  it("waits out a host that asks for fewer requests, and then comes back later", async () => {
    const slowDown = { status: 503, code: "SlowDown" };
    server.fail(puts, slowDown);
    expect(await store.put("one", "x")).toMatchObject({ written: true });
    server.fail(puts, slowDown, slowDown, slowDown);
    const error = await store.put("one", "x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ code: "store.slow_down", afterSec: 30 });
  });

  it.each([
    ["an error page", { status: 502, body: "<html>Bad gateway: Иванов</html>" }, "store.unavailable"],
    ["a reset connection", "reset" as const, "store.unreachable"],
    ["a page instead of a list", { status: 200, body: "<html><p>Иванов" }, "store.unavailable"],
  ])("takes %s for a failure that passes, and repeats nothing of it", async (_what, fault, code) => {
    server.fail(() => true, fault, fault, fault);
    const error = await keysOf(store, "").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VendorError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toMatch(/Иванов|html/);
  });

  it("says that AWS_REGION is missing before it sends anything to AWS", async () => {
    const { AWS_REGION, AWS_CONFIG_FILE } = process.env;
    delete process.env.AWS_REGION;
    process.env.AWS_CONFIG_FILE = "/dev/null";
    try {
      const error = await s3Store({ bucket: "calls", credentials })
        .get("one")
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "ConfigurationError", code: "store.wrong_region" });
    } finally {
      restore("AWS_REGION", AWS_REGION);
      restore("AWS_CONFIG_FILE", AWS_CONFIG_FILE);
    }
  });
});

describe("ensureBucket", () => {
  it("creates a bucket where there is none, and leaves one that is there alone", async () => {
    const server = await serveS3({ exists: false });
    try {
      const options = { bucket: server.bucket, endpoint: server.endpoint, credentials };
      const store = s3Store(options);
      await expect(store.put("one", "x")).rejects.toMatchObject({ code: "store.no_bucket" });
      await ensureBucket(options);
      await store.put("one", "x");
      await ensureBucket(options);
      expect(await readText(store, "one")).toBe("x");
      expect(server.requests.filter(({ method, key }) => method === "PUT" && key === "")).toHaveLength(1);
    } finally {
      await server.close();
    }
  });

  it("names the variables when the key is refused", async () => {
    const server = await serveS3();
    try {
      server.fail(() => true, { status: 403 });
      const ensured = ensureBucket({ bucket: server.bucket, endpoint: server.endpoint, credentials });
      await expect(ensured).rejects.toThrow(/AWS_ACCESS_KEY_ID/);
    } finally {
      await server.close();
    }
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
