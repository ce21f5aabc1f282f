import { describe, expect, it } from "vitest";
import {
  botChoicesKey,
  callKey,
  digestDocumentKey,
  digestKey,
  digestSentKey,
  dirtyPrefix,
  indexRowKey,
  publishedKey,
  recordingPrefix,
  removedKey,
  retentionKey,
  scorecardKey,
  seenUploadKey,
  transcriptKey,
  uploadFingerprint,
  uploadKey,
} from "../../../core/bucket-layout.ts";
import { CallRow } from "../../../core/call-row.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readRemoved } from "../../../core/removal.ts";
import { Scorecard } from "../../../core/scorecard.ts";
import { exists, readJson, writeJson } from "../../../core/store-json.ts";
import { CallEnded } from "../../../events/call-ended.ts";
import { removeExpired } from "../../../functions/ingest/retention.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { noteFetchedDay } from "../../../functions/ingest/sweep-state.ts";
import { callIdOn } from "../report/report-world.ts";
import { keysUnder, run } from "../world.ts";
import {
  everything,
  putCallOnItsWay,
  putSkippedCall,
  putWholeCall,
  type RetentionWorld,
  retentionWorld,
  SECRET,
} from "./retention-world.ts";

/** Calls of the 1st of November 2026 are kept until the 30th by RETENTION_DAYS=29, and removed on the 1st of December. */
const OLD = callIdOn("2026-11-01", 1);
const NEW = callIdOn("2026-11-25", 1);

const keep = (world: RetentionWorld, days: number | null, audioDays: number | null = null) =>
  removeExpired(world, { ...world.settings, retentionDays: days, audioRetentionDays: audioDays });
const hasRecording = async ({ store }: RetentionWorld, callId: string) =>
  (await keysUnder(store, recordingPrefix("default", callId))).length > 0;

/** Goes on to a day at noon in Moscow. */
function goTo({ clock }: RetentionWorld, day: string): void {
  clock.advance((Date.parse(`${day}T09:00:00Z`) - clock.now().getTime()) / 1000);
}

describe("what is kept for as long as the settings say", () => {
  it("is kept for good when they say nothing, and the bucket is not even asked", async () => {
    const world = retentionWorld("2026-12-31T09:00:00Z");
    const asked: Store = new Proxy({} as Store, {
      get: () => {
        throw new Error("the bucket was asked");
      },
    });
    expect(await keep({ ...world, store: asked }, null)).toBeUndefined();
  });

  it("stays until the last of its days is over, and then leaves the score without a word of the client", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    goTo(world, "2026-11-30");
    expect(await keep(world, 29)).toMatchObject({ recordings_removed: 0, texts_removed: 0 });
    expect(await everything(world)).toMatch(SECRET);

    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toEqual({
      recordings_removed: 1,
      texts_removed: 1,
      removals_left: 0,
      uploads_removed: 0,
      reports_removed: 0,
    });
    expect(await everything(world)).not.toMatch(SECRET);
    const scorecard = await readJson(world.store, scorecardKey("default", OLD, "first-sale", 1), Scorecard);
    expect(scorecard?.value).toMatchObject({
      percent: 72,
      verdicts: [
        { criterionId: "greeting", verdict: "met", points: 1, evidence: [] },
        { criterionId: "rude", verdict: "not_met", points: 0, evidence: [] },
      ],
      objections: [{ category: "price", handling: "handled" }],
      nextStep: { agreed: true, text: null },
    });
    expect((await readJson(world.store, indexRowKey("default", OLD), CallRow))?.value).toMatchObject({
      status: "scored",
      percent: 72,
      agentId: "11",
      agentName: "Анна Салтыкова-Щедрина",
      durationSec: 61,
      cost: { speechSec: 122 },
      worst: { criterion: "rude", evidence: null },
    });
    // The table of its day is made anew as well.
    expect(await keysUnder(world.store, dirtyPrefix("default"))).toHaveLength(1);
    const note = { at: "2026-12-01T09:00:00.000Z", why: "retention", keptDays: 29 };
    expect(await readRemoved(world.store, "default", OLD)).toEqual({
      recording: note,
      texts: note,
      settled: true,
    });
  });

  it("loses its recording earlier where that is wanted, and nothing else", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    goTo(world, "2026-11-20");
    expect(await keep(world, 29, 10)).toMatchObject({ recordings_removed: 1, texts_removed: 0 });
    expect(await exists(world.store, transcriptKey("default", OLD))).toBe(true);
    goTo(world, "2026-12-02");
    expect(await keep(world, 29, 10)).toMatchObject({ recordings_removed: 0, texts_removed: 1 });
    const { recording, texts } = await readRemoved(world.store, "default", OLD);
    expect([recording?.keptDays, texts?.keptDays]).toEqual([10, 29]);
  });

  it("is no recording at all once the call has ended, where none is to be kept", async () => {
    const world = retentionWorld("2026-11-25T09:00:00Z");
    const onItsWay = callIdOn("2026-11-25", 2);
    await putWholeCall(world, NEW);
    await putCallOnItsWay(world, onItsWay);
    expect(await keep(world, null, 0)).toMatchObject({ recordings_removed: 1, removals_left: 0 });
    expect(await hasRecording(world, onItsWay)).toBe(true);
    // The next sweep, ten minutes later.
    await putWholeCall(world, onItsWay);
    world.clock.advance(600);
    expect(await keep(world, null, 0)).toMatchObject({ recordings_removed: 1 });
    expect(await hasRecording(world, onItsWay)).toBe(false);
    // One that ended after midnight, while nobody swept for days.
    const late = callIdOn("2026-11-25", 3);
    await putWholeCall(world, late);
    goTo(world, "2026-11-29");
    expect(await keep(world, null, 0)).toMatchObject({ recordings_removed: 1 });
    expect(await exists(world.store, transcriptKey("default", late))).toBe(true);
  });

  it("blanks the client's phone of a call that was never scored as well", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putSkippedCall(world, OLD);
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ recordings_removed: 0, texts_removed: 1 });
    expect(await everything(world)).not.toMatch(SECRET);
  });
});

describe("a day that is gone through", () => {
  it("is not gone through again, nor are all days at every sweep", async () => {
    const asked: string[] = [];
    const watched = (store: Store): Store => ({
      ...store,
      list: (prefix) => {
        asked.push(prefix);
        return store.list(prefix);
      },
    });
    const world = retentionWorld("2026-11-01T09:00:00Z", { store: watched });
    await putWholeCall(world, OLD);
    goTo(world, "2026-12-01");
    await keep(world, 29);
    asked.length = 0;
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 0 });
    expect(asked).toEqual([]);
    goTo(world, "2026-12-02");
    await keep(world, 29);
    expect(asked.filter((prefix) => /^calls\/default\/./.test(prefix))).toEqual([
      "calls/default/2026-11-02/",
    ]);
  });

  it("leaves a call that is on its way, comes back for it, and waits for no call that stands still", async () => {
    const world = retentionWorld("2026-11-20T09:00:00Z");
    const onItsWay = callIdOn("2026-11-01", 2);
    await putWholeCall(world, OLD);
    await putCallOnItsWay(world, onItsWay);
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1, removals_left: 1 });
    expect(await hasRecording(world, onItsWay)).toBe(true);
    goTo(world, "2026-12-02");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 0, removals_left: 1 });
    // Two weeks after it has moved last.
    goTo(world, "2026-12-05");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1, removals_left: 0 });
    expect(await everything(world)).not.toMatch(SECRET);
  });

  it("is gone through again when its calls are fetched later on", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    goTo(world, "2026-12-01");
    await keep(world, 29);
    const fetched = callIdOn("2026-10-05", 7);
    await putWholeCall(world, fetched);
    const at = world.clock.now().toISOString();
    await noteFetchedDay("2026-10-05", { calls: 1, at, done: true }, world.store, "default");
    goTo(world, "2026-12-02");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1 });
    expect(await everything(world)).not.toMatch(SECRET);
  });

  it("goes on at the next sweep when it was stopped, and with the same day", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    await putWholeCall(world, callIdOn("2026-11-02", 1));
    goTo(world, "2026-12-05");
    const settings = { ...world.settings, retentionDays: 29 };
    const stopping = new AbortController();
    const store: Store = {
      ...world.store,
      delete: async (key) => {
        stopping.abort();
        await world.store.delete(key);
      },
    };
    const stopped = await removeExpired({ ...world, store }, settings, stopping.signal);
    expect(stopped).toMatchObject({ texts_removed: 1 });
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1 });
    expect(await everything(world)).not.toMatch(SECRET);
  });

  it("is finished after a crash at any point", async () => {
    for (let writesLeft = 0; ; writesLeft++) {
      const world = retentionWorld("2026-11-01T09:00:00Z");
      await putWholeCall(world, OLD);
      goTo(world, "2026-12-01");
      let left = writesLeft;
      const step = () => {
        left -= 1;
        if (left < 0) throw new Error("the power went");
      };
      const store: Store = {
        ...world.store,
        put: async (...given) => {
          step();
          return world.store.put(...given);
        },
        delete: async (key) => {
          step();
          await world.store.delete(key);
        },
      };
      const settings = { ...world.settings, retentionDays: 29 };
      const isWhole = await removeExpired({ ...world, store }, settings).then(
        () => true,
        () => false,
      );
      await keep(world, 29);
      const rest = await everything(world);
      expect(rest, `after ${writesLeft} writes`).not.toMatch(SECRET);
      expect(rest).toContain('"percent": 72');
      expect(await keysUnder(world.store, dirtyPrefix("default"))).not.toEqual([]);
      if (isWhole) break;
      expect(writesLeft).toBeLessThan(60);
    }
  });

  it("goes through the days between when the settings are made shorter, on the same day", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    goTo(world, "2026-11-20");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 0 });
    expect(await keep(world, 10)).toMatchObject({ texts_removed: 1 });
  });

  it("is not held up by a call that nobody can read", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    const broken = callIdOn("2026-11-01", 0);
    await world.store.put(callKey("default", broken), "{ mended by hand");
    await putWholeCall(world, OLD);
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1, removals_left: 1 });
    goTo(world, "2026-12-02");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 0, removals_left: 1 });
  });

  it("is begun anew when somebody has made the note of it unreadable", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    await world.store.put(retentionKey("default"), "?");
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ texts_removed: 1 });
  });
});

describe("beside the calls", () => {
  it("removes digests that quote them, and keeps that they were sent", async () => {
    const world = retentionWorld("2026-12-01T09:00:00Z");
    const { store } = world;
    for (const period of [
      "2026-11-01",
      "2026-W44",
      "2026-11",
      "2026-10-30_2026-11-05",
      "2026-11-02",
      "2026-W45",
    ]) {
      await store.put(digestKey("default", period), "{}");
      await store.put(digestDocumentKey("default", period, "pdf"), "%PDF");
      await store.put(digestSentKey("default", period, "telegram"), "{}");
    }
    expect(await keep(world, 29)).toMatchObject({ reports_removed: 4 });
    const left = await keysUnder(store, "reports/default/");
    expect(left.filter((key) => key.includes("digest."))).toEqual([
      digestKey("default", "2026-11-02"),
      digestDocumentKey("default", "2026-11-02", "pdf"),
      digestKey("default", "2026-W45"),
      digestDocumentKey("default", "2026-W45", "pdf"),
    ]);
    expect(left.filter((key) => key.includes("published"))).toHaveLength(6);
  });

  it("removes what people asked the bot by buttons, who can have named somebody", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await world.store.put(botChoicesKey("default", "old"), "{}");
    goTo(world, "2026-11-20");
    await world.store.put(botChoicesKey("default", "new"), "{}");
    goTo(world, "2026-12-01");
    await keep(world, 29);
    expect(await keysUnder(world.store, "bot/")).toEqual([botChoicesKey("default", "new")]);
  });

  it("removes an uploaded file with its call's recording, and what is kept about it", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    const { store } = world;
    const put = async (name: string, callId: string | null) => {
      const key = `uploads/default/${name}`;
      const written = await store.put(key, "звук");
      const etag = written.written ? written.etag : "";
      if (callId !== null)
        await writeJson(store, uploadKey("default", uploadFingerprint(key, etag)), { callId, key });
      await writeJson(store, seenUploadKey("default", key), { sizeBytes: 8, modifiedAt: "", hash: etag });
    };
    const done = "20261101-upload-1";
    const onItsWay = "20261101-upload-2";
    await putWholeCall(world, done);
    await put("Секретова.mp3", done);
    await put("Ещё идёт.mp3", onItsWay);
    await put("Не звонок.docx", null);
    goTo(world, "2026-12-01");
    expect(await keep(world, 29)).toMatchObject({ uploads_removed: 1 });
    expect(await everything(world)).not.toMatch(SECRET);
    expect(await keysUnder(store, "uploads/")).toHaveLength(2);
    // What became no call, two weeks after.
    goTo(world, "2026-12-15");
    expect(await keep(world, 29)).toMatchObject({ uploads_removed: 2 });
    expect(await keysUnder(store, "index/default/uploads/")).toEqual([]);
  });

  it("does not take a file that came today for an old one because its copy says so", async () => {
    const world = retentionWorld("2026-12-01T09:00:00Z");
    const { store, clock } = world;
    const key = "uploads/default/Запись 2019 года.mp3";
    await store.put(key, "звук");
    await writeJson(store, seenUploadKey("default", key), { sizeBytes: 8, modifiedAt: "", hash: "h" });
    const folder: Store = {
      ...store,
      async *list(prefix) {
        for await (const { etag: _, ...file } of store.list(prefix))
          yield file.key === key ? { ...file, modifiedAt: new Date("2019-01-01T00:00:00Z") } : file;
      },
    };
    const announced = { ...world, store: folder };
    expect(await keep(announced, 29)).toMatchObject({ uploads_removed: 0 });
    await store.delete(seenUploadKey("default", key));
    clock.advance(86_400);
    expect(await keep(announced, 29)).toMatchObject({ uploads_removed: 0 });
  });
});

describe("a call whose texts are removed", () => {
  it("is not fetched again by a message that comes late", async () => {
    const world = retentionWorld("2026-11-01T09:00:00Z");
    await putWholeCall(world, OLD);
    goTo(world, "2026-12-01");
    await keep(world, 29);
    const event = CallEnded.create({
      tenant: "default",
      subject: OLD,
      time: world.clock.now(),
      data: {
        source: "bitrix24",
        nativeId: "ABCD.1",
        startedAt: "2026-11-01T12:00:00+03:00",
        durationSec: 61,
        direction: "outgoing",
        kind: null,
        missed: false,
        agentId: "11",
      },
    });
    const crm = () => Promise.reject(new Error("the CRM was asked"));
    expect(await run(ingest, event, { ...world, crm })).toMatchObject([
      { outcome: "done", code: "call.removed" },
    ]);
    expect(await everything(world)).not.toMatch(SECRET);
    expect(await exists(world.store, removedKey("default", OLD))).toBe(true);
    expect(await exists(world.store, publishedKey("default", OLD, "scoring"))).toBe(true);
  });
});
