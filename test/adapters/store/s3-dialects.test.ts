import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type S3StoreOptions, s3Store } from "../../../adapters/store/s3.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readText } from "../../../core/store-json.ts";
import { storeConformance } from "../../store/conformance.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { collect, keysOf } from "../../store/conformance-lists.ts";
import { serveS3 } from "./s3-server.ts";

/** How hosts differ that all say of themselves that they are compatible with S3. */

const SECRET = "secret-of-test";
/** Cloud.ru's form: the tenant, a colon, the key (Cloud.ru docs, Object Storage, "Generating an API key"). */
const CLOUD_RU_KEY = "0a1b2c3d-4e5f-6789-abcd-ef0123456789:9f8e7d6c5b4a";

let close = async () => {};
afterEach(() => close());

async function open(
  made: Parameters<typeof serveS3>[0],
  more: Partial<S3StoreOptions> = {},
): Promise<{ store: Store; server: Awaited<ReturnType<typeof serveS3>> }> {
  const server = await serveS3(made);
  close = server.close;
  const { bucket, endpoint } = server;
  const credentials = { accessKeyId: "test", secretAccessKey: SECRET };
  return { store: s3Store({ bucket, endpoint, credentials, ...more }), server };
}

storeConformance("s3Store on a host that checks every signature, with a key like Cloud.ru's", async () => {
  const secretOf = (id: string) => (id === CLOUD_RU_KEY ? SECRET : undefined);
  const { endpoint, bucket, close } = await serveS3({ secretOf });
  const credentials = { accessKeyId: CLOUD_RU_KEY, secretAccessKey: SECRET };
  return { store: s3Store({ bucket, endpoint, credentials, region: "ru-central-1" }), close };
});

storeConformance("s3Store on a host that lists by pages of three", async () => {
  const { endpoint, bucket, close } = await serveS3({ pageSize: 3 });
  const credentials = { accessKeyId: "test", secretAccessKey: SECRET };
  return { store: s3Store({ bucket, endpoint, credentials }), close };
});

describe("a signature", () => {
  const secretOf = (id: string) => (id === "test" ? SECRET : undefined);

  it("is refused when the secret is another one", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "another" };
    const { store } = await open({ secretOf }, { credentials });
    await expect(store.get("one")).rejects.toMatchObject({ code: "store.unauthorized" });
  });

  it("covers the token of keys that end by themselves", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: SECRET, sessionToken: "token-of-a-role" };
    const { store, server } = await open({ secretOf }, { credentials });
    await store.put("uploads/default/Звонок + скидка (1).mp3", streamOf(9_000_000));
    expect(server.requests.length).toBeGreaterThan(2);
    for (const { headers } of server.requests) {
      expect(headers["x-amz-security-token"]).toBe("token-of-a-role");
      expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
    }
  });

  it.each(["ru-central-1", "ru-central1", "us-east-1"])("is made for the region %s", async (region) => {
    const { store, server } = await open({ secretOf }, { region });
    await store.put("one", "x");
    expect(server.requests[0]?.headers.authorization).toContain(`/${region}/s3/aws4_request`);
  });
});

describe("a list", () => {
  const keys = [
    "uploads/default/100% + скидка.mp3",
    "uploads/default/a+b c%20d.mp3",
    "uploads/default/Звонок «Ёлка».mp3",
    "uploads/default/🎧.mp3",
  ].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));

  it.each(["V2", "V1", "url-encoded"] as const)("is whole on a host that speaks %s", async (listing) => {
    const { store } = await open({ listing, pageSize: 1 });
    for (const key of keys) await store.put(key, key);
    expect(await keysOf(store, "uploads/")).toEqual(keys);
  });

  it("is refused rather than cut off or endless where a host gives no way to the next page", async () => {
    const { store } = await open({ listing: "V1 without start-after", pageSize: 2 });
    for (const key of keys) await store.put(key, key);
    await expect(keysOf(store, "uploads/")).rejects.toMatchObject({ code: "store.list_repeats" });
  });
});

it("does not list the first page for ever on a host that gives a token and knows none", async () => {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/xml");
    const object = "<Key>uploads/a</Key><Size>1</Size><LastModified>2026-11-20T10:00:00.000Z</LastModified>";
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken><Contents>${object}</Contents></ListBucketResult>`,
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const store = s3Store({
    bucket: "b",
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials,
  });
  await expect(keysOf(store, "uploads/")).rejects.toMatchObject({ code: "store.list_repeats" });
  server.close();
});

describe("an ETag", () => {
  it.each([
    ["with its quotes", (etag: string) => etag],
    ["without quotes", (etag: string) => etag.replaceAll('"', "")],
    ["as weak, by a proxy that compresses", (etag: string) => `W/${etag}`],
  ])("fits the condition that is made of it when it is spelled %s", async (_how, headerEtag) => {
    const { store } = await open({ headerEtag });
    const put = await store.put("one", "first");
    const object = await store.get("one");
    await object?.body.cancel();
    const [listed] = await collect(store.list("one"));
    expect(put).toEqual({ written: true, etag: object?.etag });
    expect(listed?.etag).toBe(object?.etag);
    expect(await store.put("one", "second", { ifMatch: object?.etag ?? "" })).toMatchObject({
      written: true,
    });
    expect(await readText(store, "one")).toBe("second");
  });
});

it("sends nothing that only AWS knows: no checksums, no wait for leave to send", async () => {
  const { store, server } = await open({});
  await store.put("one", streamOf(20_000_000));
  await store.put("two", "x", { ifAbsent: true });
  const names = server.requests.flatMap(({ headers }) => Object.keys(headers));
  expect(names.filter((name) => /checksum|trailer|expect/.test(name))).toEqual([]);
  const inQueries = server.requests.flatMap(({ query }) => [...query.keys()]);
  expect(inQueries.filter((name) => name.includes("checksum"))).toEqual([]);
});

it("cuts a stream into parts that every host takes: of 5 MB at least, but for the last", async () => {
  const { store, server } = await open({});
  await store.put("one", streamOf(20_000_000));
  const parts = server.requests.filter(({ query }) => query.has("partNumber"));
  const sizes = parts.map(({ headers }) => Number(headers["content-length"]));
  expect(sizes.slice(0, -1).every((bytes) => bytes >= 5 * 1024 * 1024)).toBe(true);
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(20_000_000);
});
