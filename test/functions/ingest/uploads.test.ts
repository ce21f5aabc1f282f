import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ingest } from "../../../functions/ingest/stage.ts";
import { mp3Silence } from "../../speech/recordings.ts";
import { keysUnder, lastSent, readObject, run } from "../world.ts";
import { ingestWorld } from "./ingest-world.ts";

const KEY = "uploads/default/Звонок с выставки, 19 ноября (1+2).mp3";

/** As S3 writes it: form-encoded, a space as "+" and a plus as "%2B". */
function formEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

function record(key: string, differs: { eTag?: string; eventTime?: string; eventName?: string } = {}) {
  return {
    eventVersion: "2.6",
    eventSource: "aws:s3",
    awsRegion: "ru-central1",
    eventTime: differs.eventTime ?? "2026-11-20T10:30:00.000Z",
    eventName: differs.eventName ?? "ObjectCreated:Put",
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "uploads",
      bucket: { name: "call-quality", arn: "arn:aws:s3:::call-quality" },
      object: {
        key: formEncoded(key),
        size: 1024,
        eTag: differs.eTag ?? "d41d8cd9",
        sequencer: "0065F1C2A3",
      },
    },
  };
}

async function uploadWorld(...keys: string[]) {
  const world = ingestWorld();
  for (const key of keys) await world.store.put(key, mp3Silence("8000 stereo", 200));
  return world;
}

describe("a notification of the bucket", () => {
  it("makes a call of an uploaded file, whatever a person called it [upload:any-name]", async () => {
    const world = await uploadWorld(KEY);
    const [handled] = await run(ingest, { Records: [record(KEY)] }, world);
    expect(handled).toMatchObject({ outcome: "done", eventType: "call.ended" });
    expect(handled?.callId).toMatch(/^20261120-upload-[0-9a-f]{16}$/);
    const folder = `calls/default/2026-11-20/${handled?.callId}/`;
    expect(await readObject(world.store, `${folder}call.json`)).toMatchObject({
      source: "upload",
      nativeId: expect.stringMatching(/^[0-9a-f]{64}$/),
      title: "Звонок с выставки, 19 ноября (1+2).mp3",
      durationSec: null,
      agent: null,
    });
    expect(await keysUnder(world.store, `${folder}recording.`)).toEqual([`${folder}recording.mp3`]);
    expect(lastSent(world, "transcribe").event).toMatchObject({ type: "recording.stored" });
    // What goes on through the queues names nobody.
    expect(lastSent(world, "transcribe").body).not.toContain("выставки");
  });

  it("may hold several records", async () => {
    const keys = ["uploads/default/a.mp3", "uploads/default/Анна/b.mp3"];
    const world = await uploadWorld(...keys);
    const handled = await run(ingest, { Records: keys.map((key) => record(key)) }, world);
    expect(handled.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(new Set(handled.map(({ callId }) => callId)).size).toBe(2);
  });

  it("of a multipart upload is heard as well", async () => {
    const world = await uploadWorld(KEY);
    const multipart = record(KEY, { eventName: "ObjectCreated:CompleteMultipartUpload", eTag: "9b2c-3" });
    expect(await run(ingest, { Records: [multipart] }, world)).toHaveLength(1);
  });

  it("of the same file on another day is the same call [upload:same-file-twice]", async () => {
    const world = await uploadWorld(KEY);
    const [first] = await run(ingest, { Records: [record(KEY)] }, world);
    const later = record(KEY, { eventTime: "2026-12-24T23:59:00.000Z" });
    const [second] = await run(ingest, { Records: [later] }, world);
    expect(second?.callId).toBe(first?.callId);
    expect(await keysUnder(world.store, "calls/")).toHaveLength(2);
  });

  it("of another file under the same name is another call", async () => {
    const world = await uploadWorld(KEY);
    const [first] = await run(ingest, { Records: [record(KEY)] }, world);
    const [second] = await run(ingest, { Records: [record(KEY, { eTag: "ffff" })] }, world);
    expect(second?.callId).not.toBe(first?.callId);
  });

  it("dates an upload by the company's calendar", async () => {
    const world = await uploadWorld(KEY);
    const night = record(KEY, { eventTime: "2026-11-20T21:30:00.000Z" });
    const [handled] = await run(ingest, { Records: [night] }, world);
    expect(handled?.callId).toMatch(/^20261121-/);
  });

  it.each([
    ["the bucket's first word", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "call-quality" }],
    ["no records", { Records: [] }],
    ["a removed file", { Records: [record(KEY, { eventName: "ObjectRemoved:Delete" })] }],
    ["a hidden file", { Records: [record("uploads/default/.DS_Store")] }],
    ["a file in a hidden folder", { Records: [record("uploads/default/.trash/a.mp3")] }],
    ["a folder made in a console", { Records: [record("uploads/default/Анна/")] }],
    [
      "a recording that was asked for",
      { Records: [record("uploads/default/calls/20261120-bitrix24-1.mp3")] },
    ],
    ["an artefact of ours", { Records: [record("calls/default/2026-11-20/x/recording.mp3")] }],
    ["a file of no company", { Records: [record("uploads/a.mp3")] }],
  ])("is done with and makes no call: %s", async (_what, notification) => {
    const world = await uploadWorld(KEY);
    expect(await run(ingest, notification, world)).toEqual([]);
    expect(world.sent).toEqual([]);
    expect(await keysUnder(world.store, "calls/")).toEqual([]);
  });

  it.each([
    ["no record at all", null],
    ["a record without a key", { ...record(KEY), s3: { object: {} } }],
    ["a name that no bucket can hold", record("uploads/default/a\\b\u0000.mp3")],
    ["a folder above", record("uploads/../a.mp3")],
  ])("is not held up by %s beside a good record", async (_what, spoilt) => {
    const world = await uploadWorld(KEY);
    expect(await run(ingest, { Records: [spoilt, record(KEY)] }, world)).toMatchObject([{ outcome: "done" }]);
  });

  it("of which no record can be read is an error of its queue", async () => {
    await expect(run(ingest, { Records: [null] }, await uploadWorld(KEY))).rejects.toThrow(z.ZodError);
  });

  it("may hold a name that nobody encoded", async () => {
    const key = "uploads/default/Скидка 50% (1+2).mp3";
    const world = await uploadWorld(key);
    const raw = { ...record(key), s3: { object: { key } } };
    expect(await run(ingest, { Records: [raw] }, world)).toMatchObject([{ outcome: "done" }]);
  });

  it.each(["", "завтра", "0001-01-01T00:00:00Z", "+275760-09-13T00:00:00Z"])(
    "with %j for its time is of the day on which it is read",
    async (eventTime) => {
      const world = await uploadWorld(KEY);
      const [handled] = await run(ingest, { Records: [record(KEY, { eventTime })] }, world);
      expect(handled).toMatchObject({ outcome: "done", callId: expect.stringMatching(/^20261120-upload-/) });
    },
  );

  it("of a file that is gone again ends as an outcome", async () => {
    const world = await uploadWorld();
    expect(await run(ingest, { Records: [record(KEY)] }, world)).toMatchObject([
      { outcome: "skipped", code: "recording.absent" },
    ]);
  });

  it("of a file that is no recording ends as an outcome that digests can name", async () => {
    const world = await uploadWorld();
    await world.store.put("uploads/default/прайс.pdf", "%PDF-1.7 …");
    const [handled] = await run(ingest, { Records: [record("uploads/default/прайс.pdf")] }, world);
    expect(handled).toMatchObject({ outcome: "failed", code: "recording.not_audio" });
    const call = await readObject(world.store, `calls/default/2026-11-20/${handled?.callId}/call.json`);
    expect(call).toMatchObject({ title: "прайс.pdf" });
  });
});
