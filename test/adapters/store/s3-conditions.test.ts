import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { type S3StoreOptions, s3Store } from "../../../adapters/store/s3.ts";
import { claimEffect } from "../../../core/claim.ts";
import { systemClock } from "../../../core/clock.ts";
import type { ConditionalWrites } from "../../../core/ports/store.ts";
import { readText } from "../../../core/store-json.ts";
import { describeConditionalWrites, probeConditionalWrites, probeRace } from "../../../core/store-probe.ts";
import { memoryStore } from "../../fakes/store.ts";
import { storeConformance } from "../../store/conformance.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { keysOf } from "../../store/conformance-lists.ts";
import { type S3Conditions, type S3Request, serveS3 } from "./s3-server.ts";

/** Hosts that do not hold the conditions of writes, each in its own way. */

const credentials = { accessKeyId: "test", secretAccessKey: "secret-of-test" };
const SETTLE_MS = 20;

const dialects: [S3Conditions, ConditionalWrites][] = [
  ["honoured", { ifAbsent: "honoured", ifMatch: "honoured" }],
  ["ignored", { ifAbsent: "ignored", ifMatch: "ignored" }],
  ["refused", { ifAbsent: "refused", ifMatch: "refused" }],
  ["If-Match is ignored", { ifAbsent: "honoured", ifMatch: "ignored" }],
  ["like an old MinIO", { ifAbsent: "honoured", ifMatch: "ignored" }],
];

for (const [conditions] of dialects) {
  storeConformance(`s3Store on a host with conditions ${conditions}`, async () => {
    const { endpoint, bucket, close } = await serveS3({ conditions });
    const options = { bucket, endpoint, credentials, settleMs: SETTLE_MS };
    return { store: s3Store({ ...options, conditionalWrites: "probe" }), close };
  });
}

let server: Awaited<ReturnType<typeof serveS3>>;
let options: S3StoreOptions;

async function serve(...made: Parameters<typeof serveS3>): Promise<void> {
  await server?.close();
  server = await serveS3(...made);
  const { bucket, endpoint } = server;
  options = { bucket, endpoint, credentials, conditionalWrites: "probe", settleMs: SETTLE_MS };
}

beforeEach(() => serve({ conditions: "ignored" }));
afterEach(() => server.close());

const looks = ({ method }: S3Request) => method === "HEAD";
const puts = ({ method }: S3Request) => method === "PUT";

describe("what a host makes of conditions", () => {
  it.each(dialects)("is found out: %s", async (conditions, found) => {
    await serve({ conditions });
    expect(await s3Store(options).conditionalWrites()).toEqual(found);
    expect([...server.objects.keys()]).toEqual([]);
  });

  it("is asked once, when it first matters", async () => {
    const store = s3Store(options);
    await store.put("one", "x");
    await readText(store, "one");
    expect(server.requests).toHaveLength(2);
    await Promise.all([store.put("a", "x", { ifAbsent: true }), store.put("b", "x", { ifAbsent: true })]);
    await store.conditionalWrites();
    const tried = server.requests.filter((request) => puts(request) && request.key.includes(".probe-"));
    const asked = tried.length;
    await store.put("c", "x", { ifAbsent: true });
    expect(
      server.requests.filter((request) => puts(request) && request.key.includes(".probe-")),
    ).toHaveLength(asked);
  });

  it("is asked again when the host could not be asked", async () => {
    const store = s3Store(options);
    server.fail(puts, { status: 403, code: "AccessDenied" });
    await expect(store.put("one", "x", { ifAbsent: true })).rejects.toMatchObject({
      code: "store.unauthorized",
    });
    expect(await store.put("one", "x", { ifAbsent: true })).toMatchObject({ written: true });
  });

  it("is not asked where the operator says that nothing is held, and no condition is sent", async () => {
    await serve({ conditions: "refused" });
    const store = s3Store({ ...options, conditionalWrites: "emulate" });
    expect(await store.put("one", "x", { ifAbsent: true })).toMatchObject({ written: true });
    expect(await store.put("one", "y", { ifAbsent: true })).toEqual({ written: false });
    expect(server.requests.filter(puts)).toHaveLength(1);
    expect(await store.conditionalWrites()).toEqual({ ifAbsent: "distrusted", ifMatch: "distrusted" });
  });

  it("is taken for granted of AWS", async () => {
    const aws = s3Store({ ...options, endpoint: "https://s3.eu-central-1.amazonaws.com" });
    expect(await aws.conditionalWrites()).toEqual({ ifAbsent: "honoured", ifMatch: "honoured" });
  });

  it.each([400, 405])("is a refusal also when it is answered with %i", async (status) => {
    const store = s3Store({ ...options, conditionalWrites: "trust" });
    server.fail(puts, { status, code: "NotImplemented" });
    await expect(store.put("one", "x", { ifAbsent: true })).rejects.toMatchObject({
      code: "store.not_implemented",
    });
  });

  it("is said in words that say what to do", () => {
    expect(describeConditionalWrites({ ifAbsent: "honoured", ifMatch: "honoured" })).toEqual({
      state: "honoured",
    });
    const { state, meaning } = describeConditionalWrites({ ifAbsent: "honoured", ifMatch: "ignored" });
    expect(state).toBe("emulated");
    expect(meaning).toMatch(/If-Match \(ignored\).*run ONE process/);
    expect(meaning).not.toMatch(/If-None-Match/);
  });

  it("is found in a race as well", async () => {
    const store = memoryStore();
    const careless = { ...store, put: (key: string, body: string) => store.put(key, body) };
    expect(await probeRace(careless as typeof store, 20)).toBe(20);
    expect(await probeRace(store, 20)).toBe(1);
    expect(await probeConditionalWrites(store)).toEqual({ ifAbsent: "honoured", ifMatch: "honoured" });
    expect(await keysOf(store, "")).toEqual([]);
  });
});

describe("an emulated condition", () => {
  it("does not read a stream that comes too late, and closes it", async () => {
    const store = s3Store(options);
    await store.put("one", "first");
    let state = "unread";
    const late = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          state = "read";
          return { done: true as const, value: undefined };
        },
        return: async () => {
          state = "closed";
          return { done: true as const, value: undefined };
        },
      }),
    };
    expect(await store.put("one", late, { ifAbsent: true })).toEqual({ written: false });
    expect(state).toBe("closed");
  });

  it("keeps every other change of the object away between its look and its write", async () => {
    const store = s3Store(options);
    await store.put("one", "old", { ifAbsent: true });
    const { etag, body } = (await store.get("one"))!;
    await body.cancel();
    const writing = server.hold(({ headers }) => headers["if-match"] === etag);
    const conditional = store.put("one", "conditional", { ifMatch: etag });
    await writing.held;
    const others = Promise.all([store.put("one", "unconditional"), store.delete("one")]);
    writing.release();
    expect(await conditional).toMatchObject({ written: true });
    await others;
    expect(server.requests.filter(({ key }) => key === "one").map(({ method }) => method)).toEqual([
      ...["HEAD", "PUT", "HEAD", "GET"],
      ...["HEAD", "PUT", "HEAD"],
      ...["DELETE", "PUT"],
    ]);
  });

  it("counts a write as written when only its answer was lost", async () => {
    const store = s3Store(options);
    await store.conditionalWrites();
    server.fail((request) => puts(request) && request.key === "one", "lost-answer");
    expect(await store.put("one", "mine", { ifAbsent: true })).toMatchObject({ written: true });
  });

  it("goes by the etag on a host that keeps nothing beside an object", async () => {
    await serve({ conditions: "ignored", keepsMetadata: false });
    const store = s3Store(options);
    const put = await store.put("one", "mine", { ifAbsent: true });
    expect(put).toMatchObject({ written: true });
    expect(await store.put("one", "theirs", { ifAbsent: true })).toEqual({ written: false });
  });

  it("is left to the host as far as the host holds it", async () => {
    await serve({ conditions: "If-Match is ignored" });
    const store = s3Store(options);
    await store.conditionalWrites();
    const before = server.requests.filter(looks).length;
    await store.put("one", "x", { ifAbsent: true });
    await store.put("two", streamOf(9_000_000), { ifAbsent: true });
    expect(server.requests.filter(looks)).toHaveLength(before);
  });
});

it.each(dialects)(
  "twenty runs at once in one process on a host with conditions %s: one of them pays [store:any-bucket]",
  async (conditions) => {
    await serve({ conditions });
    const store = s3Store(options);
    const claims = await Promise.allSettled(
      Array.from({ length: 20 }, () => claimEffect(store, systemClock, "published/one.json", z.string(), 60)),
    );
    const ours = claims.flatMap((claim) =>
      claim.status === "fulfilled" && claim.value.state === "ours" ? [claim.value.effect] : [],
    );
    expect(ours).toHaveLength(1);
    expect(await ours[0]?.done("receipt")).toBe("receipt");
    const after = await claimEffect(store, systemClock, "published/one.json", z.string(), 60);
    expect(after).toEqual({ state: "done", result: "receipt" });
  },
);

/** Two stores are two processes: nothing but the host is between them. */
describe("two processes on a host that ignores conditions", () => {
  it("find one winner when both look before either writes", async () => {
    const [one, other] = [s3Store({ ...options, settleMs: 500 }), s3Store({ ...options, settleMs: 500 })];
    await Promise.all([one.conditionalWrites(), other.conditionalWrites()]);
    const results = await Promise.all([
      one.put("claims/one", "one", { ifAbsent: true }),
      other.put("claims/one", "other", { ifAbsent: true }),
    ]);
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    expect(await readText(one, "claims/one")).toBe(results[0].written ? "one" : "other");
  });

  it("both win when one of them falls asleep between look and write, which the other one's next write shows", async () => {
    const sleeper = s3Store(options);
    const quick = s3Store(options);
    await Promise.all([sleeper.conditionalWrites(), quick.conditionalWrites()]);
    const awake = server.hold(
      (request) => puts(request) && request.headers["x-amz-meta-owner"] !== undefined,
    );
    const late = sleeper.put("claims/one", "sleeper", { ifAbsent: true });
    await awake.held;
    const first = await quick.put("claims/one", "quick", { ifAbsent: true });
    awake.release();
    expect([first.written, (await late).written]).toEqual([true, true]);
    if (!first.written) throw new Error("it was written");
    expect(await quick.put("claims/one", "done", { ifMatch: first.etag })).toEqual({ written: false });
  });
});
