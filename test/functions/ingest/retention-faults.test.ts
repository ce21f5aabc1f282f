import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  callKey,
  dirtyPrefix,
  indexRowKey,
  lateCallsPrefix,
  publishedKey,
  recordingPrefix,
  requestedRecordingsPrefix,
  retentionKey,
  scorecardKey,
  seenUploadKey,
  transcriptKey,
  uploadFingerprint,
  uploadKey,
} from "../../../core/bucket-layout.ts";
import { callIdOf, dayIn, dayOfCall } from "../../../core/call.ts";
import { markDone } from "../../../core/claim.ts";
import { daysBetween } from "../../../core/days.ts";
import type { Store } from "../../../core/ports/store.ts";
import { lastDays, noteRemoved, readRemoved } from "../../../core/removal.ts";
import { removeTexts } from "../../../core/remove-call.ts";
import { exists, readText, writeJson } from "../../../core/store-json.ts";
import { CallTranscribed } from "../../../events/call-transcribed.ts";
import { RecordingStored } from "../../../events/recording-stored.ts";
import { TranscriptionStarted } from "../../../events/transcription-started.ts";
import { removeExpired } from "../../../functions/ingest/retention.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { recordCall } from "../../../functions/report/call-row.ts";
import { score } from "../../../functions/score/stage.ts";
import { transcribe } from "../../../functions/transcribe/stage.ts";
import { callIdOn, putScored, verdictJson } from "../report/report-world.ts";
import { CALL_ID as HEARD, onTwoChannels, transcribeWorld } from "../transcribe/transcribe-world.ts";
import { keysUnder, run } from "../world.ts";
import { CALL_ID, callEnded, ingestWorld } from "./ingest-world.ts";
import {
  everything,
  putCallOnItsWay,
  putWholeCall,
  type RetentionWorld,
  retentionWorld,
  SECRET,
} from "./retention-world.ts";

/** What could delete too much, too little, or bring back what was deleted. */

const OLD = callIdOn("2026-11-01", 1);
const NEW = callIdOn("2026-11-25", 1);
const REMOVED = { at: "2026-12-01T09:00:00.000Z", why: "retention", keptDays: 29 } as const;

const keep = (world: RetentionWorld, days: number | null, audioDays: number | null = null) =>
  removeExpired(world, { ...world.settings, retentionDays: days, audioRetentionDays: audioDays });

function goTo({ clock }: RetentionWorld, day: string): void {
  clock.advance((Date.parse(`${day}T09:00:00Z`) - clock.now().getTime()) / 1000);
}

describe("the day on which a call goes", () => {
  const zones = [
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Europe/Moscow",
    "America/New_York",
    "Europe/Berlin",
  ];
  const moment = fc.date({
    min: new Date("2020-01-01T00:00:00Z"),
    max: new Date("2030-12-31T00:00:00Z"),
    noInvalidDate: true,
  });

  it("comes when all of its days are over, in every zone and across changes of the clock", () => {
    fc.assert(
      fc.property(
        moment,
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 400 }),
        (began, zone, kept) => {
          const day = dayOfCall(callIdOf("bitrix24", "A.1", began, zone));
          const isDue = (now: Date) =>
            day <= (lastDays({ audioDays: kept, textDays: kept }, dayIn(zone, now)).text ?? "");
          // Changes of the clock make a day an hour longer or shorter.
          const hour = 3_600_000;
          expect(isDue(new Date(began.getTime() + kept * 24 * hour - hour))).toBe(false);
          expect(isDue(new Date(began.getTime() + (kept + 2) * 24 * hour + hour))).toBe(true);
        },
      ),
    );
  });

  it("is the same for every call of a day, and comes exactly once", () => {
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), fc.integer({ min: 0, max: 90 }), (now, zone, kept) => {
        const today = dayIn(zone, now);
        const { audio } = lastDays({ audioDays: kept, textDays: null }, today);
        const between = daysBetween(audio ?? "", today).length - 2;
        expect(between).toBe(kept === 0 ? -1 : kept);
      }),
    );
  });
});

describe("a clock that was wrong", () => {
  it("does not put an end to the removal until its time comes", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    await world.store.put(callKey("default", NEW), "{}");
    await writeJson(world.store, retentionKey("default"), {
      audioUntil: "2027-11-01",
      textUntil: "2027-11-01",
      left: [],
      doneOn: "2027-12-01",
      at: "2027-12-01T09:00:00.000Z",
    });
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1 });
  });

  it("and is behind removes nothing", async () => {
    const world = retentionWorld("2026-11-25T09:00:00Z");
    await putWholeCall(world, OLD);
    world.clock.advance(-365 * 86_400);
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 0, recordings_removed: 0 });
  });
});

it("is not kept from its work by a folder that is called like a day and is none", async () => {
  const world = retentionWorld("2026-11-01T09:00:00Z");
  await putWholeCall(world, OLD);
  await world.store.put("calls/default/2026-00-45/notes.txt", "a person's own");
  goTo(world, "2026-12-01");
  expect(await keep(world, 29)).toMatchObject({ texts_removed: 1 });
});

describe("a call that comes when its day has been gone through", () => {
  const settings = { retentionDays: null, audioRetentionDays: 5 };

  it("loses its recording like any other of that day", async () => {
    const world = ingestWorld({ now: "2026-11-30T10:00:00Z", settings });
    const ports = { ...world, tenant: "default" };
    await removeExpired(ports, world.settings);
    await run(ingest, callEnded({}, { time: "2026-11-30T10:00:00Z" }), world);
    expect(await keysUnder(world.store, recordingPrefix("default", CALL_ID))).toHaveLength(1);
    world.clock.advance(86_400);
    expect(await removeExpired(ports, world.settings)).toMatchObject({
      recordings_removed: 0,
      removals_left: 1,
    });
    expect(await keysUnder(world.store, lateCallsPrefix("default"))).toHaveLength(1);
    await world.store.put(indexRowKey("default", CALL_ID), "{}");
    world.clock.advance(86_400);
    expect(await removeExpired(ports, world.settings)).toMatchObject({ recordings_removed: 1 });
    expect(await keysUnder(world.store, lateCallsPrefix("default"))).toEqual([]);
  });

  it("is neither fetched nor paid for where its texts would go tomorrow [privacy:expired-not-paid]", async () => {
    const world = ingestWorld({ now: "2026-11-30T10:00:00Z", settings: { retentionDays: 5 } });
    const [handled] = await run(ingest, callEnded({}, { time: "2026-11-30T10:00:00Z" }), world);
    expect(handled).toMatchObject({ outcome: "skipped", code: "call.expired" });
    expect(world.crmOpened()).toBe(0);
    expect(await everything(world)).not.toContain("+7999");
  });

  it("is fetched on the last of its days", async () => {
    const world = ingestWorld({ now: "2026-11-25T20:00:00Z", settings: { retentionDays: 5 } });
    const [handled] = await run(ingest, callEnded({}, { time: "2026-11-25T20:00:00Z" }), world);
    expect(handled).toMatchObject({ outcome: "done" });
  });
});

describe("an uploaded file", () => {
  const put = async ({ store }: RetentionWorld, key: string, text: string, callId: string) => {
    const written = await store.put(key, text);
    const etag = written.written ? written.etag : "";
    await writeJson(store, uploadKey("default", uploadFingerprint(key, etag)), { callId, key });
    const seen = { sizeBytes: Buffer.byteLength(text), modifiedAt: "", hash: etag };
    await writeJson(store, seenUploadKey("default", key), seen);
  };

  it("is not deleted for the one that had its name before", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    const { store } = world;
    const key = "uploads/default/запись.mp3";
    await putWholeCall(world, "20261101-upload-1");
    await put(world, key, "первая", "20261101-upload-1");
    goTo(world, "2026-12-01");
    // Somebody puts the next one in between the look and the deletion.
    const racing: Store = {
      ...store,
      async *list(prefix) {
        for await (const file of store.list(prefix)) {
          yield file;
          if (file.key === key && prefix === "uploads/default/") await store.put(key, "вторая");
        }
      },
    };
    expect(await keep({ ...world, store: racing }, 29)).toMatchObject({ uploads_removed: 0 });
    expect(await readText(store, key)).toBe("вторая");
  });

  it("leaves no name behind when somebody has removed it himself", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    const { store } = world;
    const callId = "20261101-upload-1";
    const key = "uploads/default/Секретова.mp3";
    await putWholeCall(world, callId);
    const fingerprint = uploadFingerprint(key, "1");
    const call = JSON.parse((await readText(store, callKey("default", callId))) ?? "");
    await writeJson(store, callKey("default", callId), {
      ...call,
      source: "upload",
      nativeId: fingerprint,
    });
    await writeJson(store, uploadKey("default", fingerprint), { callId, key });
    goTo(world, "2026-12-01");
    await keep(world, 29);
    expect(await everything(world)).not.toMatch(SECRET);
  });

  it("that was sent in for an old call takes the recording that it became with it", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    const { store } = world;
    await putWholeCall(world, OLD);
    goTo(world, "2026-11-20");
    expect(await keep(world, null, 7)).toMatchObject({ recordings_removed: 1 });
    await put(world, `${requestedRecordingsPrefix("default")}${OLD}.mp3`, "звук", OLD);
    await store.put(`${recordingPrefix("default", OLD)}mp3`, "звук");
    goTo(world, "2026-11-21");
    expect(await keep(world, null, 7)).toMatchObject({ recordings_removed: 1, uploads_removed: 1 });
    expect(await everything(world)).not.toContain("звук");
  });
});

describe("texts that were removed", () => {
  it("go as far as they can be read", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    await world.store.put(scorecardKey("default", OLD, "other", 1), "{ half");
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ removals_left: 1 });
    expect(await everything(world)).not.toMatch(SECRET);
    expect((await readRemoved(world.store, "default", OLD)).settled).toBe(false);
    expect(await keysUnder(world.store, dirtyPrefix("default"))).not.toEqual([]);
  });

  it("are noted by two who meet at the call, and neither note is lost", async () => {
    const { store } = retentionWorld("2026-11-01T09:00:00Z");
    const asked = { ...REMOVED, why: "request", keptDays: null } as const;
    await Promise.all([
      noteRemoved(store, "default", OLD, { recording: REMOVED }),
      noteRemoved(store, "default", OLD, { texts: asked }),
      noteRemoved(store, "default", OLD, { settled: true }),
    ]);
    expect(await readRemoved(store, "default", OLD)).toEqual({
      recording: REMOVED,
      texts: asked,
      settled: true,
    });
  });

  it("do not come back with a transcript that was on its way", async () => {
    const world = await transcribeWorld({ said: onTwoChannels });
    await removeTexts(world.store, "default", HEARD, REMOVED);
    const data = { recordingKey: `${recordingPrefix("default", HEARD)}mp3` };
    const about = { tenant: "default", subject: HEARD, time: world.clock.now() };
    const again = RecordingStored.create({ ...about, data });
    expect(await run(transcribe, again, world)).toMatchObject([{ outcome: "done", code: "call.removed" }]);
    expect(world.sent).toEqual([]);

    const other = await transcribeWorld({ said: onTwoChannels });
    await run(transcribe, RecordingStored.create({ ...about, data }), other);
    await removeTexts(other.store, "default", HEARD, REMOVED);
    const taskId = "task-1";
    const started = TranscriptionStarted.create({ ...about, distinct: taskId, data: { ...data, taskId } });
    for (let looks = 0; looks < 5; looks += 1) {
      await run(transcribe, started, other);
      other.clock.advance(60);
    }
    expect(await exists(other.store, transcriptKey("default", HEARD))).toBe(false);
    expect(other.sent.filter(({ queue }) => queue === "score")).toEqual([]);
  });

  it("are not asked for again by a score that comes late", async () => {
    const world = retentionWorld("2026-11-25T09:00:00Z");
    await putCallOnItsWay(world, NEW);
    await removeTexts(world.store, "default", NEW, REMOVED);
    const event = CallTranscribed.create({
      tenant: "default",
      subject: NEW,
      time: world.clock.now(),
      data: { transcriptKey: transcriptKey("default", NEW) },
    });
    const ports = { ...world, llm: async () => null };
    expect(await run(score, event, ports)).toMatchObject([{ outcome: "done", code: "call.removed" }]);
  });
});

describe("several at once", () => {
  it("leave what one alone leaves, however they take turns", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }), async (pauses) => {
        const world = retentionWorld("2026-11-01T09:00:00Z");
        await putWholeCall(world, OLD);
        await putWholeCall(world, NEW);
        goTo(world, "2026-12-01");
        const left = [...pauses];
        const slow = (): Store => ({
          ...world.store,
          put: async (...given) => {
            for (let turns = left.pop() ?? 0; turns > 0; turns -= 1) await Promise.resolve();
            return world.store.put(...given);
          },
          delete: async (key) => {
            for (let turns = left.pop() ?? 0; turns > 0; turns -= 1) await Promise.resolve();
            return world.store.delete(key);
          },
        });
        await Promise.all([
          keep({ ...world, store: slow() }, 29),
          keep({ ...world, store: slow() }, 29),
          keep({ ...world, store: slow() }, 40, 3),
          removeTexts(slow(), "default", OLD, { ...REMOVED, why: "request", keptDays: null }),
        ]);
        const old = await everything({ ...world, store: only(world.store, OLD) });
        expect(old).not.toMatch(SECRET);
        expect(old).toContain('"percent": 72');
        // What is not due is whole, but for its recording.
        const kept = await everything({ ...world, store: only(world.store, NEW) });
        for (const words of ["Секрет реплики", "Секрет итога", "Секрет модели", "79990000101"])
          expect(kept).toContain(words);
        const { texts, settled } = await readRemoved(world.store, "default", OLD);
        expect([texts === null, settled]).toEqual([false, true]);
      }),
      { numRuns: 30 },
    );
  });
});

function only(store: Store, callId: string): Store {
  return {
    ...store,
    async *list(prefix) {
      for await (const object of store.list(prefix)) if (object.key.includes(callId)) yield object;
    },
  };
}

it("keeps what a call has cost, also where its row is made anew when the transcript is gone", async () => {
  const world = retentionWorld("2026-11-01T09:00:00Z");
  const event = await putScored(world, OLD, { verdicts: [verdictJson("greeting", "met", "Секрет")] });
  await markDone(world.store, world.clock, publishedKey("default", OLD, "transcription"), {
    taskId: "1",
    channels: 2,
    durationSec: 61,
  });
  expect((await recordCall(event, world)).cost.speechSec).toBe(122);
});
