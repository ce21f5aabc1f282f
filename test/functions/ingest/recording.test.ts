import { describe, expect, it } from "vitest";
import { VendorError } from "../../../core/errors.ts";
import type { OpenedRecording } from "../../../core/ports/crm.ts";
import type { Store } from "../../../core/ports/store.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { type MemoryRecording, memoryCrm } from "../../fakes/crm.ts";
import { memoryStore } from "../../fakes/store.ts";
import { mp3Silence, wavTone } from "../../speech/recordings.ts";
import { keysUnder, lastSent, run, runUntilSettled, typesOn } from "../world.ts";
import { anna, callEnded, crmCall, FOLDER, ingestWorld } from "./ingest-world.ts";

const stereo = mp3Silence("8000 stereo", 200);

function worldWith(recording: MemoryRecording) {
  return ingestWorld({
    crm: memoryCrm({ calls: [crmCall()], agents: [anna], recordings: [["file-1", recording]] }),
  });
}

/** A portal that opens the recording as the n-th of these, and the last one ever after. */
function worldThatOpens(...openings: (() => OpenedRecording | undefined)[]) {
  const world = ingestWorld();
  const opened: number[] = [];
  const crm = {
    ...world.crmHolds,
    openRecording: async () => {
      opened.push(world.clock.now().getTime());
      return openings[Math.min(opened.length, openings.length) - 1]?.();
    },
  };
  return { ...world, crm: async () => crm, opened };
}

const whole = (): OpenedRecording => ({
  body: ReadableStream.from([stereo]),
  sizeBytes: stereo.length,
  contentType: "audio/mpeg",
});
const cutShort = (): OpenedRecording => ({
  ...whole(),
  body: ReadableStream.from([stereo.slice(0, stereo.length / 2)]),
});
const broken = (): OpenedRecording => ({
  ...whole(),
  body: ReadableStream.from(
    (async function* () {
      yield stereo.slice(0, 100);
      throw new Error("ECONNRESET https://portal/?auth_token=secret");
    })(),
  ),
});
const absent = () => undefined;

describe("a recording that cannot be scored", () => {
  it.each([
    [
      "a login page answered with 200",
      "recording.not_audio",
      { bytes: Buffer.from("<!DOCTYPE html><html><title>Авторизация</title>"), contentType: "text/html" },
    ],
    [
      "a login page called audio",
      "recording.not_audio",
      { bytes: Buffer.from("<html><body>login</body></html>") },
    ],
    ["an error in JSON", "recording.not_audio", { bytes: Buffer.from('{"error":"expired_token"}') }],
    ["no bytes at all", "recording.empty", { bytes: new Uint8Array(), sizeBytes: 0 }],
    ["no bytes and no word of their number", "recording.empty", { bytes: new Uint8Array(), sizeBytes: null }],
    [
      "sound in A-law",
      "recording.unsupported_format",
      { bytes: wavTone({ formatTag: 6, bitsPerSample: 8 }) },
    ],
    ["more than a gigabyte", "recording.too_large", { bytes: stereo, sizeBytes: 1024 ** 3 + 1 }],
  ] as [string, string, MemoryRecording][])(
    "is an outcome of its own: %s [ingest:bad-recording]",
    async (_what, code, recording) => {
      const world = worldWith(recording);
      expect(await run(ingest, callEnded(), world)).toMatchObject([{ outcome: "failed", code }]);
      expect(lastSent(world, "report").event).toMatchObject({ type: "call.failed", data: { code } });
      // Nothing that is no recording stands where recordings stand.
      expect(await keysUnder(world.store, "calls/")).toEqual([`${FOLDER}call.json`, `${FOLDER}outcome.json`]);
    },
  );

  it("is known by its bytes, whatever its media type says", async () => {
    const world = worldWith({ bytes: stereo, contentType: "application/octet-stream", sizeBytes: null });
    expect(await run(ingest, callEnded(), world)).toMatchObject([{ outcome: "done" }]);
    expect(await keysUnder(world.store, `${FOLDER}recording.`)).toEqual([`${FOLDER}recording.mp3`]);
  });
});

describe("a download that ends too early", () => {
  it("is tried for a few minutes, then is an outcome", async () => {
    const world = worldThatOpens(cutShort);
    const { agesSec, last } = await runUntilSettled(ingest, callEnded(), world);
    expect(agesSec.slice(0, 2)).toEqual([0, 15]);
    expect(agesSec.at(-1)).toBeLessThan(300);
    expect(last).toMatchObject({ outcome: "failed", code: "recording.truncated" });
    expect(await keysUnder(world.store, `${FOLDER}recording.`)).toEqual([]);
  });

  it("succeeds once the file has grown to its size", async () => {
    const world = worldThatOpens(cutShort, whole);
    const { agesSec, last } = await runUntilSettled(ingest, callEnded(), world);
    expect(agesSec).toEqual([0, 15]);
    expect(last).toMatchObject({ outcome: "done" });
  });

  it("is tried again even when the recording came half an hour late", async () => {
    const world = worldThatOpens(...Array.from({ length: 6 }, () => absent), cutShort, whole);
    const { agesSec, last } = await runUntilSettled(ingest, callEnded(), world);
    expect(agesSec.slice(-2)).toEqual([2910, 2925]);
    expect(last).toMatchObject({ outcome: "done" });
  });

  it("because the connection broke is tried for longer, and its message names no address", async () => {
    const world = worldThatOpens(broken);
    const { agesSec, last } = await runUntilSettled(ingest, callEnded(), world);
    expect(agesSec.slice(0, 2)).toEqual([0, 15]);
    expect(agesSec.at(-1)).toBeGreaterThan(1200);
    expect(agesSec.at(-1)).toBeLessThan(3600);
    expect(last).toMatchObject({ outcome: "failed", code: "recording.truncated" });
    expect(world.sent.map(({ body }) => body).join()).not.toContain("secret");
  });

  it("because the bucket failed is no fault of the call", async () => {
    const memory = memoryStore();
    const store: Store = {
      ...memory,
      put: async (key, body, options) => {
        if (key.includes("/recording.")) throw new VendorError("store.unavailable", "the bucket is down");
        return memory.put(key, body, options);
      },
    };
    const world = ingestWorld({ store });
    world.clock.advance(5 * 3600);
    expect(await run(ingest, callEnded(), world)).toMatchObject([
      { outcome: "later", code: "store.unavailable" },
    ]);
    expect(typesOn(world, "report")).toEqual([]);
    expect(await keysUnder(store, `${FOLDER}outcome`)).toEqual([]);
  });
});

describe("a big recording", () => {
  it("is streamed in constant memory [ingest:constant-memory]", async () => {
    const SIZE = 300 * 1024 * 1024;
    const CHUNK = 256 * 1024;
    let produced = 0;
    let consumed = 0;
    let mostBuffered = 0;
    async function* source() {
      const header = wavTone({ channels: 2 });
      Buffer.from(header.buffer).writeUInt32LE(SIZE - 44, 40);
      yield header;
      produced = header.length;
      const chunk = new Uint8Array(CHUNK);
      while (produced < SIZE) {
        const piece = chunk.subarray(0, Math.min(CHUNK, SIZE - produced));
        produced += piece.length;
        mostBuffered = Math.max(mostBuffered, produced - consumed);
        yield piece;
      }
    }
    const memory = memoryStore();
    // A bucket that keeps nothing of the recording, as a disk keeps nothing of it in memory.
    const store: Store = {
      ...memory,
      put: async (key, body, options) => {
        if (!key.includes("/recording.") || typeof body === "string" || body instanceof Uint8Array) {
          return memory.put(key, body, options);
        }
        for await (const chunk of body) consumed += chunk.length;
        return { written: true, etag: "drained" };
      },
    };
    const world = ingestWorld({ store });
    const openRecording = async () => ({
      body: ReadableStream.from(source()),
      sizeBytes: SIZE,
      contentType: null,
    });
    const crm = { ...world.crmHolds, openRecording };
    expect(await run(ingest, callEnded(), { ...world, crm: async () => crm })).toMatchObject([
      { outcome: "done" },
    ]);
    expect(consumed).toBe(SIZE);
    expect(mostBuffered).toBeLessThan(4 * 1024 * 1024);
  });

  it("without a size is stopped at one gigabyte", async () => {
    let produced = 0;
    async function* endless() {
      yield wavTone({ channels: 2 });
      const chunk = new Uint8Array(8 * 1024 * 1024);
      for (;;) {
        produced += chunk.length;
        yield chunk;
      }
    }
    const memory = memoryStore();
    const store: Store = {
      ...memory,
      put: async (key, body, options) => {
        if (typeof body === "string" || body instanceof Uint8Array) return memory.put(key, body, options);
        for await (const _chunk of body);
        return { written: true, etag: "drained" };
      },
    };
    const world = ingestWorld({ store });
    const openRecording = async () => ({
      body: ReadableStream.from(endless()),
      sizeBytes: null,
      contentType: null,
    });
    const crm = { ...world.crmHolds, openRecording };
    expect(await run(ingest, callEnded(), { ...world, crm: async () => crm })).toMatchObject([
      { outcome: "failed", code: "recording.too_large" },
    ]);
    expect(produced).toBeLessThan(1024 ** 3 + 64 * 1024 * 1024);
  });
});
