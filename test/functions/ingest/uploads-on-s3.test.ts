import { afterEach, expect, it } from "vitest";
import { s3Store } from "../../../adapters/store/s3.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readNotification } from "../../../functions/ingest/notification.ts";
import { bucketPace, watchUploads } from "../../../local/watch-uploads.ts";
import { serveS3 } from "../../adapters/store/s3-server.ts";
import { memoryQueue } from "../../fakes/queue.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { sweepWorld } from "./sweep-world.ts";

/** A bucket of S3 that sends no notifications: Cloud.ru, Yandex, MinIO as it comes. */

const KEY = "uploads/default/Звонок с выставки, 19 ноября + скидка.mp3";

let close = async () => {};
afterEach(() => close());

async function openBucket(made: Parameters<typeof serveS3>[0] = {}): Promise<Store> {
  const server = await serveS3(made);
  close = server.close;
  const { bucket, endpoint } = server;
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  return s3Store({ bucket, endpoint, credentials, conditionalWrites: "probe", settleMs: 1 });
}

it.each([
  ["as AWS does", {}],
  [
    "without quotes around ETags",
    { listedEtag: (etag: string) => `<ETag>${etag.replaceAll('"', "")}</ETag>` },
  ],
  ["with keys as a form encodes them", { listing: "url-encoded" as const }],
  ["in pages of one, with the first version of the list", { listing: "V1" as const, pageSize: 1 }],
  ["and ignores conditions", { conditions: "ignored" as const }],
])(
  "one sweep finds a file of a bucket that lists %s, and the next one leaves it alone",
  async (_how, made) => {
    const store = await openBucket(made);
    const world = sweepWorld({ calls: [], store: () => store });
    await store.put(KEY, streamOf(9_000_000));
    await store.put("uploads/default/второй.mp3", "sound");
    expect(await world.sweep()).toMatchObject({ uploads: 2 });
    expect(await world.sweep()).toMatchObject({ uploads: 0 });
    const events = await Promise.all(world.sent.map(({ body }) => readNotification(JSON.parse(body), world)));
    expect(events.flat()).toMatchObject([
      { type: "call.ended", data: { source: "upload" } },
      { type: "call.ended", data: { source: "upload" } },
    ]);
    await store.put(KEY, "another sound");
    expect(await world.sweep()).toMatchObject({ uploads: 1 });
  },
);

it("the watcher of a bucket finds a file at its next look, and one in parts only when it is whole [store:uploads-without-notifications]", async () => {
  const store = await openBucket();
  const queue = memoryQueue({ queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }] });
  const errors: unknown[] = [];
  const whole = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  async function* slowly() {
    yield* streamOf(8_500_000);
    begun.resolve();
    await whole.promise;
    yield* streamOf(500_000);
  }
  const uploading = store.put(KEY, slowly());
  await begun.promise;
  await store.put("uploads/default/первый.mp3", "sound");
  const onError = (error: unknown) => errors.push(error);
  const watching = { store, queue, tenant: "default", ...bucketPace, everyMs: 20, onError };
  const watcher = watchUploads(watching);
  const next = async () => {
    const [message] = await queue.receive("ingest", { max: 1, waitSec: 10, visibilitySec: 600 });
    const [record] = JSON.parse(message?.body ?? "{}").Records;
    return [decodeURIComponent(record.s3.object.key.replaceAll("+", " ")), record.s3.object.size];
  };
  expect(await next()).toEqual(["uploads/default/первый.mp3", 5]);
  whole.resolve();
  await uploading;
  expect(await next()).toEqual([KEY, 9_000_000]);
  await watcher.stop();
  expect(errors).toEqual([]);
});
