import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type S3StoreOptions, s3Store } from "../../../adapters/store/s3.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readBytes, readText } from "../../../core/store-json.ts";
import { storeConformance } from "../../store/conformance.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { collect, keysOf } from "../../store/conformance-lists.ts";
import { type S3Request, serveS3 } from "./s3-server.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "secret-of-test" };

storeConformance("s3Store", async () => {
  const { endpoint, bucket, close } = await serveS3();
  return { store: s3Store({ bucket, endpoint, credentials }), close };
});

const puts = ({ method }: S3Request) => method === "PUT";
const completions = ({ method, query }: S3Request) => method === "POST" && query.has("uploadId");

describe("s3Store", () => {
  let server: Awaited<ReturnType<typeof serveS3>>;
  let options: S3StoreOptions;
  let store: Store;
  beforeEach(async () => {
    server = await serveS3();
    options = { bucket: server.bucket, endpoint: server.endpoint, credentials };
    store = s3Store(options);
  });
  afterEach(() => server.close());

  it("sends the condition with the request that makes the object, in one part or in many", async () => {
    await store.put("one", "x", { ifAbsent: true, contentType: "application/json" });
    expect(server.requests.at(-1)?.headers).toMatchObject({
      "if-none-match": "*",
      "content-type": "application/json",
    });
    const { etag } = (await store.get("one"))!;
    await store.put("one", streamOf(9_000_000), { ifMatch: etag });
    expect(server.requests.filter(completions).map(({ headers }) => headers["if-match"])).toEqual([etag]);
    expect(server.requests.filter(puts)).toHaveLength(3);
  });

  it("sends a short stream as one request", async () => {
    await store.put("one", streamOf(100_000), { sizeBytes: 100_000 });
    expect(server.requests.map(({ method }) => method)).toEqual(["PUT"]);
  });

  it("adds no checksums that other hosts than AWS do not know", async () => {
    await store.put("one", streamOf(9_000_000));
    const headers = server.requests.flatMap((request) => Object.keys(request.headers));
    expect(headers.filter((name) => name.includes("checksum") || name.includes("trailer"))).toEqual([]);
  });

  it.each([
    ["small", 10],
    ["large", 9_000_000],
  ])("aborts the upload of a %s body that throws", async (_size, sizeBytes) => {
    await store.put("one", streamOf(sizeBytes, new Error("cut off"))).catch(() => undefined);
    expect(server.uploads.size).toBe(0);
    expect(server.objects.size).toBe(0);
  });

  it("lets through what the body threw even when the upload cannot be aborted", async () => {
    server.fail(({ method }) => method === "DELETE", { status: 403, code: "AccessDenied" });
    const broken = new Error("cut off");
    await expect(store.put("one", streamOf(9_000_000, broken))).rejects.toBe(broken);
  });

  it("aborts the upload of a stream that lost its race", async () => {
    await store.put("one", "first");
    expect(await store.put("one", streamOf(9_000_000), { ifAbsent: true })).toEqual({ written: false });
    expect(server.uploads.size).toBe(0);
  });

  it.each([
    ["only when absent", { ifAbsent: true }],
    ["unconditionally", {}],
  ])("counts a write as written when only its answer was lost, %s", async (_how, condition) => {
    server.fail(puts, "lost-answer");
    const put = await store.put("claims/one", "mine", condition);
    expect(put).toEqual({ written: true, etag: (await store.get("claims/one"))?.etag });
    expect(server.requests.filter(puts)).toHaveLength(2);
  });

  it("counts a replacement as written when only its answer was lost", async () => {
    await store.put("one", "old");
    const { etag } = (await store.get("one"))!;
    server.fail(puts, "lost-answer");
    expect(await store.put("one", "new", { ifMatch: etag })).toMatchObject({ written: true });
    expect(await readText(store, "one")).toBe("new");
  });

  it.each([{}, { ifAbsent: true }])(
    "counts a stream as written when the answer to its completion was lost",
    async (condition) => {
      server.fail(completions, "lost-answer");
      const put = await store.put("one", streamOf(9_000_000), condition);
      expect(put).toEqual({ written: true, etag: (await store.get("one"))?.etag });
      expect(server.requests.filter(completions)).toHaveLength(2);
    },
  );

  it("does not take another's object for its own after a lost request", async () => {
    await store.put("claims/one", "theirs");
    server.fail(puts, "reset");
    expect(await store.put("claims/one", "mine", { ifAbsent: true })).toEqual({ written: false });
    expect(await readText(store, "claims/one")).toBe("theirs");
  });

  describe("meeting another write in progress (409)", () => {
    const conflict = { status: 409, code: "ConditionalRequestConflict" };

    it("sends the write again at once", async () => {
      server.fail(puts, conflict, conflict);
      expect(await store.put("one", "x", { ifAbsent: true })).toMatchObject({ written: true });
    });

    it("has lost when the other one made the object", async () => {
      await store.put("one", "theirs");
      server.fail(puts, conflict, conflict, conflict, conflict);
      expect(await store.put("one", "mine", { ifAbsent: true })).toEqual({ written: false });
    });

    it("leaves it to the next attempt when there is no object after all", async () => {
      server.fail(puts, conflict, conflict, conflict, conflict);
      const put = store.put("one", "mine", { ifAbsent: true });
      await expect(put).rejects.toMatchObject({ name: "VendorError", code: "store.conflict" });
    });

    it("does not read a stream twice", async () => {
      server.fail(completions, conflict);
      const put = store.put("one", streamOf(9_000_000), { ifAbsent: true });
      await expect(put).rejects.toMatchObject({ code: "store.conflict" });
      expect(server.uploads.size).toBe(0);
      await store.put("one", "theirs");
      server.fail(completions, conflict);
      expect(await store.put("one", streamOf(9_000_000), { ifAbsent: true })).toEqual({ written: false });
    });

    it("has lost a replacement only when the object is another one now", async () => {
      await store.put("one", "old");
      const { etag } = (await store.get("one"))!;
      server.fail(puts, conflict, conflict, conflict, conflict);
      await expect(store.put("one", "new", { ifMatch: etag })).rejects.toMatchObject({
        code: "store.conflict",
      });
      server.fail(puts, conflict, conflict, conflict, conflict);
      expect(await store.put("one", "new", { ifMatch: '"older"' })).toEqual({ written: false });
    });
  });

  it("takes a body that is cut off for a failure, not for a shorter object", async () => {
    await store.put("one", streamOf(3_000_000));
    server.fail(({ method }) => method === "GET", "half-answer");
    const object = (await store.get("one"))!;
    await expect(readBytes(object)).rejects.toMatchObject({ name: "VendorError", code: "store.interrupted" });
  });

  it("gives the connection of a cancelled body back", async () => {
    await store.put("one", streamOf(20_000_000));
    for (let n = 0; n < 60; n += 1) await (await store.get("one"))!.body.cancel();
    // The client has 50 connections at most: a held one would have stopped the loop.
    expect(await readBytes((await store.get("one"))!)).toHaveLength(20_000_000);
  });

  it.each<[string, (etag: string) => string, boolean]>([
    ["with its quotes, as AWS does", (etag) => `<ETag>${etag.replaceAll('"', "&quot;")}</ETag>`, true],
    ["without quotes", (etag) => `<ETag>${etag.replaceAll('"', "")}</ETag>`, true],
    ["not at all", () => "", false],
  ])(
    "gives in a list the etag that reading gives, when the host lists it %s",
    async (_, listedEtag, isListed) => {
      const other = await serveS3({ listedEtag });
      const listing = s3Store({ bucket: other.bucket, endpoint: other.endpoint, credentials });
      const put = await listing.put("uploads/default/запись.mp3", "sound");
      const [listed] = await collect(listing.list("uploads/"));
      await other.close();
      if (!put.written) throw new Error("it was not written");
      expect(listed?.etag).toBe(isListed ? put.etag : undefined);
    },
  );

  it("leaves out the folders that consoles make", async () => {
    await store.put("uploads/default/one.mp3", "1");
    const object = [...server.objects.values()][0]!;
    server.objects.set("uploads/default/", object);
    server.objects.set("uploads//twice.mp3", object);
    expect(await keysOf(store, "uploads/")).toEqual(["uploads/default/one.mp3"]);
  });
});
