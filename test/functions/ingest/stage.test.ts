import { describe, expect, it } from "vitest";
import type { CrmCall } from "../../../core/ports/crm.ts";
import type { CallEnded } from "../../../events/call-ended.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { memoryCrm } from "../../fakes/crm.ts";
import { keysUnder, lastSent, readObject, run, runUntilSettled, typesOn } from "../world.ts";
import { anna, CALL_ID, callEnded, crmCall, FOLDER, ingestWorld, NATIVE_ID } from "./ingest-world.ts";

describe("ingest", () => {
  it("puts the recording and what is known of the call into the call's folder, then announces it", async () => {
    const world = ingestWorld();
    const [handled] = await run(ingest, callEnded(), world);
    expect(handled).toMatchObject({ outcome: "done", callId: CALL_ID });
    expect(await keysUnder(world.store, "calls/")).toEqual([`${FOLDER}call.json`, `${FOLDER}recording.mp3`]);
    expect(lastSent(world, "transcribe").event).toMatchObject({
      type: "recording.stored",
      subject: CALL_ID,
      data: { recordingKey: `${FOLDER}recording.mp3` },
    });
    expect(await readObject(world.store, `${FOLDER}call.json`)).toEqual({
      callId: CALL_ID,
      tenant: "default",
      source: "bitrix24",
      nativeId: NATIVE_ID,
      startedAt: "2026-11-20T12:55:00+03:00",
      durationSec: 61,
      direction: "outgoing",
      agent: anna,
      line: "reg100001",
      clientPhone: "+79990000101",
      entity: { type: "deal", id: "77" },
      activityId: "501",
      title: null,
    });
  });

  it("fetches a recording once, however often the call is announced [ingest:duplicate-webhook]", async () => {
    const world = ingestWorld();
    await run(ingest, callEnded(), world);
    world.clock.advance(7 * 24 * 3600);
    const [again] = await run(ingest, callEnded(), world);
    expect(again).toMatchObject({ outcome: "done" });
    expect(world.crmHolds.opened).toEqual(["file-1"]);
    expect(typesOn(world, "transcribe")).toEqual(["recording.stored", "recording.stored"]);
    const [first, second] = world.sent.map(({ event }) => event.id);
    expect(second).toBe(first);
  });

  it("names the agent by the id alone when the CRM does not know the person any more", async () => {
    const world = ingestWorld();
    world.crmHolds.agents.length = 0;
    await run(ingest, callEnded(), world);
    expect(await readObject(world.store, `${FOLDER}call.json`)).toMatchObject({
      agent: { id: "11", name: null, departments: [] },
    });
  });

  it("hears nothing in events of other stages", async () => {
    const world = ingestWorld();
    await run(ingest, callEnded(), world);
    const [handled] = await run(ingest, lastSent(world, "transcribe").body, world);
    expect(handled).toMatchObject({ outcome: "done", eventType: "recording.stored" });
    expect(world.sent).toHaveLength(1);
  });
});

describe("calls with nothing to score", () => {
  const fromNotice: [string, Partial<CallEnded["data"]>][] = [
    ["call.missed", { missed: true, durationSec: 0 }],
    ["call.too_short", { durationSec: 19 }],
    ["call.internal", { kind: "internal", durationSec: 64 }],
    ["call.info", { kind: "info", durationSec: 64 }],
  ];
  it.each(fromNotice)("end as %s without asking the CRM when the notice says so", async (code, data) => {
    const world = ingestWorld();
    const [handled] = await run(ingest, callEnded(data), world);
    expect(handled).toMatchObject({ outcome: "skipped", code });
    expect(world.crmOpened()).toBe(0);
    expect(await keysUnder(world.store, "calls/")).toEqual([`${FOLDER}call.json`, `${FOLDER}outcome.json`]);
    expect(await readObject(world.store, `${FOLDER}outcome.json`)).toEqual({
      callId: CALL_ID,
      tenant: "default",
      kind: "skipped",
      code,
      stage: "ingest",
      at: "2026-11-20T10:00:00.000Z",
    });
    expect(lastSent(world, "report").event).toMatchObject({ type: "call.skipped", data: { code } });
  });

  const fromStatistics: [string, Partial<CrmCall>][] = [
    ["call.missed", { missed: true, durationSec: 0 }],
    ["call.too_short", { durationSec: 19 }],
    ["call.internal", { kind: "internal" }],
    ["call.info", { kind: "info" }],
  ];
  it.each(fromStatistics)("end as %s when only the CRM's statistics tell", async (code, differs) => {
    const world = ingestWorld({
      crm: memoryCrm({ calls: [crmCall(differs)], agents: [anna], recordings: [] }),
    });
    const [handled] = await run(ingest, callEnded(), world);
    expect(handled).toMatchObject({ outcome: "skipped", code });
    expect(world.crmHolds.opened).toEqual([]);
    // Digests count it under its agent.
    expect(await readObject(world.store, `${FOLDER}call.json`)).toMatchObject({ agent: anna });
  });

  it("are as short as the company says", async () => {
    const world = ingestWorld({ settings: { minCallSec: 90 } });
    expect(await run(ingest, callEnded(), world)).toMatchObject([{ code: "call.too_short" }]);
    const patient = ingestWorld({ settings: { minCallSec: 0 } });
    expect(await run(ingest, callEnded({ durationSec: 1 }), patient)).toMatchObject([{ outcome: "done" }]);
  });

  it("keep their first outcome and announce it again", async () => {
    const world = ingestWorld();
    await run(ingest, callEnded({ missed: true }), world);
    world.clock.advance(600);
    const [again] = await run(ingest, callEnded({ durationSec: 3 }), world);
    expect(again).toMatchObject({ outcome: "skipped", code: "call.missed" });
    expect(await readObject(world.store, `${FOLDER}outcome.json`)).toMatchObject({
      code: "call.missed",
      at: "2026-11-20T10:00:00.000Z",
    });
    expect(world.sent.map(({ event }) => event.data)).toEqual([
      { code: "call.missed", stage: "ingest" },
      { code: "call.missed", stage: "ingest" },
    ]);
  });
});

/** 30 s, then 1, 2, 5, 10, 30 minutes and 2 hours after one another. */
const LOOKS_AT_SEC = [0, 30, 90, 210, 510, 1110, 2910, 10_110];

describe("a recording that is not there yet", () => {
  it("is looked for after 30 s, 1, 2, 5, 10, 30 min and 2 h, then is an outcome [ingest:recording-late]", async () => {
    const world = ingestWorld({ crm: memoryCrm({ calls: [crmCall({ recording: null })], agents: [anna] }) });
    const { agesSec, last } = await runUntilSettled(ingest, callEnded(), world);
    expect(agesSec).toEqual(LOOKS_AT_SEC);
    expect(last).toMatchObject({ outcome: "skipped", code: "recording.absent" });
  });

  it("is looked for by the age of the call alone, so a redelivered message adds no looks", async () => {
    const world = ingestWorld({ crm: memoryCrm({ calls: [crmCall({ recording: null })], agents: [anna] }) });
    world.clock.advance(400);
    await run(ingest, callEnded(), world);
    await run(ingest, callEnded(), world);
    const due = world.sent.map(({ event }) => event.notbefore);
    expect(due).toEqual(["2026-11-20T10:08:30.000Z", "2026-11-20T10:08:30.000Z"]);
    expect(world.sent.map(({ delaySec }) => delaySec)).toEqual([110, 110]);
  });

  it("is fetched by the look at which it has come", async () => {
    const world = ingestWorld();
    const bytes = world.crmHolds.recordings.get("file-1");
    world.crmHolds.recordings.clear();
    const opened: number[] = [];
    const crm = {
      ...world.crmHolds,
      openRecording: async (...given: Parameters<typeof world.crmHolds.openRecording>) => {
        opened.push(opened.length);
        if (opened.length === 4 && bytes) world.crmHolds.recordings.set("file-1", bytes);
        return world.crmHolds.openRecording(...given);
      },
    };
    const { agesSec, last } = await runUntilSettled(ingest, callEnded(), { ...world, crm: async () => crm });
    expect(agesSec).toEqual(LOOKS_AT_SEC.slice(0, 4));
    expect(last).toMatchObject({ outcome: "done" });
  });

  it("of a call that the statistics never list ends as a failure", async () => {
    const world = ingestWorld({ crm: memoryCrm() });
    const { agesSec, last } = await runUntilSettled(ingest, callEnded({ agentId: "11" }), world);
    expect(agesSec).toEqual(LOOKS_AT_SEC);
    expect(last).toMatchObject({ outcome: "failed", code: "call.unknown" });
    expect(await readObject(world.store, `${FOLDER}call.json`)).toMatchObject({
      agent: { id: "11", name: null, departments: [] },
      durationSec: null,
    });
  });
});

describe("a call whose notice was read in another time zone than the company's own", () => {
  // 00:30 in Moscow; the webhook knew of no other.
  const startedAt = "2026-11-20T00:30:00+03:00";
  const settings = { timeZone: "Europe/London" };

  it("goes on under the id that the sweep gives it, and nothing is left under the other", async () => {
    const world = ingestWorld({
      settings,
      crm: memoryCrm({ calls: [crmCall({ startedAt })], agents: [anna] }),
    });
    await run(ingest, callEnded({ startedAt }), world);
    const { event } = lastSent(world, "ingest");
    expect(event).toMatchObject({
      type: "call.ended",
      subject: `20261119-bitrix24-${NATIVE_ID}`,
      data: { startedAt },
    });
    expect(await keysUnder(world.store, "calls/")).toEqual([]);
    expect(world.crmOpened()).toBe(0);
  });

  it("is skipped under that id too when nobody talked", async () => {
    const world = ingestWorld({ settings });
    await run(ingest, callEnded({ startedAt, missed: true }), world);
    const [handled] = await run(ingest, lastSent(world, "ingest").event as CallEnded, world);
    expect(handled).toMatchObject({ outcome: "skipped", callId: `20261119-bitrix24-${NATIVE_ID}` });
  });
});

describe("a call whose id was guessed from the notice", () => {
  it("goes on under the day of its start once the statistics tell", async () => {
    const world = ingestWorld({
      crm: memoryCrm({
        calls: [crmCall({ startedAt: "2026-11-19T23:50:00+03:00" })],
        agents: [anna],
        recordings: ingestWorld().crmHolds.recordings,
      }),
    });
    const guessed = callEnded({ startedAt: null });
    expect(await run(ingest, guessed, world)).toMatchObject([{ outcome: "done", callId: CALL_ID }]);
    const corrected = lastSent(world, "ingest").event;
    expect(corrected.subject).toBe(`20261119-bitrix24-${NATIVE_ID}`);
    // Its age goes on counting from the notice.
    expect(corrected.time).toBe(guessed.time);
    await run(ingest, corrected, world);
    const folder = `calls/default/2026-11-19/20261119-bitrix24-${NATIVE_ID}/`;
    expect(await keysUnder(world.store, "calls/")).toEqual([`${folder}call.json`, `${folder}recording.mp3`]);
    expect(typesOn(world, "ingest")).toEqual(["call.ended"]);
  });

  it("leaves nothing under the id that it has not got, however often its message comes", async () => {
    const world = ingestWorld({
      crm: memoryCrm({ calls: [crmCall({ startedAt: "2026-11-19T23:50:00+03:00" })], agents: [anna] }),
    });
    await world.store.put(`${FOLDER}call.json`, "{}");
    await world.store.put(`${FOLDER}waiting.json`, "{}");
    await world.store.put(`${FOLDER}published/announced.json`, "{}");
    for (let times = 0; times < 2; times += 1) await run(ingest, callEnded(), world);
    expect(await keysUnder(world.store, "calls/")).toEqual([]);
    expect(typesOn(world, "ingest")).toEqual(["call.ended", "call.ended"]);
  });

  it("keeps what the statistics knew of a missed call when its notice comes after", async () => {
    const world = ingestWorld();
    await world.store.put(`${FOLDER}call.json`, '{"clientPhone": "+79990000101"}');
    await run(ingest, callEnded({ missed: true }), world);
    expect(await readObject(world.store, `${FOLDER}call.json`)).toEqual({ clientPhone: "+79990000101" });
  });
});
