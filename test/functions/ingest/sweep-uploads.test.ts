import { expect, it } from "vitest";
import { seenUploadKey } from "../../../core/bucket-layout.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readNotification } from "../../../functions/ingest/notification.ts";
import { type SweepWorld, sweepWorld } from "./sweep-world.ts";

const KEY = "uploads/default/Звонок с выставки, 19 ноября.mp3";

/** What ingest makes of the notifications that were sent. */
async function announcedCalls(world: SweepWorld) {
  const events = await Promise.all(world.sent.map(({ body }) => readNotification(JSON.parse(body), world)));
  return events.flat();
}

/** S3's own notification of the object, as in its user guide, "Event message structure". */
async function fromTheBucket({ store }: SweepWorld, key: string) {
  const object = await store.get(key);
  await object?.body.cancel();
  const s3 = { object: { key: encodeURIComponent(key), eTag: object?.etag.replaceAll('"', "") } };
  return { Records: [{ eventName: "ObjectCreated:Put", eventTime: "2026-11-20T10:00:00.000Z", s3 }] };
}

it("announces a file that no notification has announced, once", async () => {
  const world = sweepWorld({ calls: [] });
  await world.store.put(KEY, "sound");
  expect(await world.sweep()).toMatchObject({ uploads: 1 });
  expect(await world.sweep()).toMatchObject({ uploads: 0 });
  expect(world.sent).toHaveLength(1);
  const [event] = await announcedCalls(world);
  expect(event).toMatchObject({ type: "call.ended", data: { source: "upload" } });
  world.clock.advance(3600);
  expect(await world.sweep()).toMatchObject({ uploads: 0 });
});

it("makes the same call of a file as the bucket's own notification, whichever comes first", async () => {
  const world = sweepWorld({ calls: [] });
  await world.store.put(KEY, "sound");
  await world.sweep();
  const bySweep = await announcedCalls(world);
  const byBucket = await readNotification(await fromTheBucket(world, KEY), world);
  expect(byBucket?.map(({ subject }) => subject)).toEqual(bySweep.map((event) => event?.subject));
});

it("leaves alone what the bucket has announced, and announces its next version", async () => {
  const world = sweepWorld({ calls: [] });
  await world.store.put(KEY, "sound");
  await readNotification(await fromTheBucket(world, KEY), world);
  expect(await world.sweep()).toMatchObject({ uploads: 0 });
  await world.store.put(KEY, "another sound");
  expect(await world.sweep()).toMatchObject({ uploads: 1 });
});

it("reads no audio to tell one version from another", async () => {
  const read: string[] = [];
  const world = sweepWorld({
    calls: [],
    store: (store) => ({
      ...store,
      get: (key) => {
        read.push(key);
        return store.get(key);
      },
    }),
  });
  await world.store.put(KEY, "sound");
  await world.sweep();
  expect(read.filter((key) => key.startsWith("uploads/"))).toEqual([]);
});

it("leaves a file without an etag, which may still be being copied, to its watcher", async () => {
  const withoutEtags = (store: Store): Store => ({
    ...store,
    async *list(prefix) {
      for await (const { etag: _, ...listed } of store.list(prefix)) yield listed;
    },
  });
  const world = sweepWorld({ calls: [], store: withoutEtags });
  await world.store.put(KEY, "sound");
  expect(await world.sweep()).toMatchObject({ uploads: 0 });
});

it("announces a recording that was sent in for a call as the bucket would", async () => {
  const world = sweepWorld({ calls: [] });
  await world.store.put("uploads/default/calls/20261120-bitrix24-1.mp3", "sound");
  expect(await world.sweep()).toMatchObject({ uploads: 1 });
  expect(await world.sweep()).toMatchObject({ uploads: 0 });
});

it("leaves alone unfinished files and hidden ones", async () => {
  const world = sweepWorld({ calls: [] });
  for (const name of ["запись.mp3.part", ".DS_Store", "~$план.xlsx", "calls/.part"])
    await world.store.put(`uploads/default/${name}`, "x");
  expect(await world.sweep()).toMatchObject({ uploads: 0 });
  expect(world.sent).toEqual([]);
});

it("counts a file of which nobody can read what was announced, and goes on with the next", async () => {
  const world = sweepWorld({ calls: [] });
  await world.store.put("uploads/default/a.mp3", "sound");
  await world.store.put("uploads/default/b.mp3", "sound");
  await world.store.put(seenUploadKey("default", "uploads/default/a.mp3"), "{");
  expect(await world.sweep()).toMatchObject({ uploads: 1, unreadable: 1 });
});
