import { describe, expect, it } from "vitest";
import { ConfigurationError, PermanentError } from "../../../core/errors.ts";
import { writeJson } from "../../../core/store-json.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { report } from "../../../functions/report/stage.ts";
import { memoryNotifier } from "../../fakes/notify.ts";
import { mp3Silence } from "../../speech/recordings.ts";
import { indexOf } from "../report/report-world.ts";
import { keysUnder, lastSent, readObject, run, runUntilSettled, typesOn } from "../world.ts";
import { CALL_ID, callEnded, FOLDER, type IngestWorld, ingestWorld } from "./ingest-world.ts";

const FILE = `uploads/default/calls/${CALL_ID} — копия.mp3`;
const ROW = `index/default/2026-11-20/${CALL_ID}.json`;
const silence = mp3Silence("8000 stereo", 200);

const forbidden = () => new ConfigurationError("crm.recording_forbidden", "no right");
const refused = () => new PermanentError("recording.url_refused", "an address inside");

/** A portal that does not give the recording. */
function closedWorld(failure: () => Error): IngestWorld & { mend(): void } {
  const world = ingestWorld();
  const open = world.crmHolds.openRecording;
  let isClosed = true;
  world.crmHolds.openRecording = (reference) => (isClosed ? Promise.reject(failure()) : open(reference));
  const mend = () => {
    isClosed = false;
  };
  return { ...world, mend };
}

/** Puts the file there, and says so as the bucket does. */
async function sendIn(world: IngestWorld, key = FILE, bytes: Uint8Array = silence, eTag = "aa") {
  await world.store.put(key, bytes);
  const object = { key: encodeURIComponent(key), eTag };
  return run(ingest, { Records: [{ eventName: "ObjectCreated:Put", s3: { object } }] }, world);
}

async function reported(world: IngestWorld) {
  const telegram = memoryNotifier();
  const ports = { ...world, notifier: async () => telegram, index: async () => indexOf(world) };
  await run(report, lastSent(world, "report").event, ports);
  return telegram;
}

const requests = (world: IngestWorld) =>
  typesOn(world, "report").filter((type) => type === "recording.requested");

/** The portal refuses the recording for so long. */
async function waitFor(world: IngestWorld, hours: number) {
  let message: string | undefined = JSON.stringify(callEnded());
  const end = world.clock.now().getTime() + hours * 3_600_000;
  while (message !== undefined && world.clock.now().getTime() < end) {
    await run(ingest, message, world);
    const again = lastSent(world, "ingest");
    message = again.body;
    world.clock.advance((Date.parse(again.event.notbefore ?? "") - world.clock.now().getTime()) / 1000);
  }
  return message;
}

describe("a recording that the portal does not give", () => {
  it("is asked for after half an hour, and the call goes on waiting for the rights", async () => {
    const world = closedWorld(forbidden);
    await waitFor(world, 0.4);
    expect(requests(world)).toEqual([]);
    const last = await waitFor(world, 2);
    expect(await readObject(world.store, `${FOLDER}request.json`)).toMatchObject({
      code: "crm.recording_forbidden",
      status: "open",
    });
    expect(requests(world).length).toBeGreaterThan(0);
    world.mend();
    await run(ingest, last ?? "", world);
    expect(lastSent(world, "transcribe").event.type).toBe("recording.stored");
  });

  it("is announced until somebody was told, and then no more", async () => {
    const world = closedWorld(forbidden);
    await waitFor(world, 1);
    const before = requests(world).length;
    expect(before).toBeGreaterThan(0);
    const request = world.sent.find(({ event }) => event.type === "recording.requested");
    const telegram = memoryNotifier();
    const ports = { ...world, notifier: async () => telegram, index: async () => indexOf(world) };
    await run(report, request?.body ?? "", ports);
    await waitFor(world, 3);
    expect(requests(world).length).toBe(before);
    expect(telegram.sent).toHaveLength(1);
  });

  it("is asked for at once where it lies at an address that is refused", async () => {
    const world = closedWorld(refused);
    await run(ingest, callEnded(), world);
    expect(lastSent(world, "report").event.type).toBe("call.failed");
    await reported(world);
    expect(lastSent(world, "report").event).toMatchObject({
      type: "recording.requested",
      data: { code: "recording.url_refused" },
    });
  });
});

describe("a recording that a person sends in", () => {
  it("continues the call that waits for it, under whatever name [recording:sent-in-continues]", async () => {
    const world = closedWorld(forbidden);
    await waitFor(world, 1);
    expect(await sendIn(world)).toMatchObject([{ callId: CALL_ID, outcome: "done" }]);
    expect(await keysUnder(world.store, `${FOLDER}recording.`)).toEqual([`${FOLDER}recording.mp3`]);
    expect(lastSent(world, "transcribe").event).toMatchObject({
      type: "recording.stored",
      subject: CALL_ID,
      data: { recordingKey: `${FOLDER}recording.mp3` },
    });
    expect(lastSent(world, "transcribe").body).not.toContain("копия");
    expect(await readObject(world.store, `${FOLDER}request.json`)).toMatchObject({ status: "answered" });
  });

  it("takes up again a call that had ended without it", async () => {
    const world = closedWorld(refused);
    await run(ingest, callEnded(), world);
    const failed = lastSent(world, "report").event;
    await reported(world);
    expect(await readObject(world.store, ROW)).toMatchObject({ status: "failed" });
    await sendIn(world);
    expect(lastSent(world, "transcribe").event).toMatchObject({ type: "recording.stored", subject: CALL_ID });
    expect(await keysUnder(world.store, FOLDER)).not.toContain(`${FOLDER}outcome.json`);
    expect(await readObject(world.store, `${FOLDER}outcome-before-recording.json`)).toMatchObject({
      code: "recording.url_refused",
    });
    expect(await readObject(world.store, ROW)).toBeUndefined();
    // The old message once more, late.
    const ports = { ...world, notifier: async () => null, index: async () => indexOf(world) };
    expect(await run(report, failed, ports)).toMatchObject([{ code: "outcome.superseded" }]);
    expect(await readObject(world.store, ROW)).toBeUndefined();
  });

  it("that comes twice is the same recording", async () => {
    const world = closedWorld(refused);
    await run(ingest, callEnded(), world);
    await sendIn(world);
    const stored = await readObject(world.store, `${FOLDER}call.json`);
    await sendIn(world);
    expect(typesOn(world, "transcribe")).toEqual(["recording.stored", "recording.stored"]);
    expect(await readObject(world.store, `${FOLDER}call.json`)).toEqual(stored);
  });

  it("of which half was done when the process died is taken to its end", async () => {
    const world = closedWorld(refused);
    await run(ingest, callEnded(), world);
    const { store } = world;
    let fails = true;
    const dying = {
      ...world,
      store: {
        ...store,
        delete: (key: string) => (fails ? Promise.reject(new Error("died")) : store.delete(key)),
      },
    };
    await expect(sendIn(dying)).rejects.toThrow("died");
    fails = false;
    await sendIn(dying);
    expect(await keysUnder(store, FOLDER)).not.toContain(`${FOLDER}outcome.json`);
    expect(lastSent(world, "transcribe").event.type).toBe("recording.stored");
  });

  it("and is none ends no call, and is named", async () => {
    const world = closedWorld(refused);
    await run(ingest, callEnded(), world);
    const handled = await sendIn(world, FILE, new TextEncoder().encode("<html>Войдите</html>".repeat(50)));
    expect(handled).toMatchObject([{ outcome: "done", code: "recording.not_audio" }]);
    expect(await readObject(world.store, `${FOLDER}outcome.json`)).toMatchObject({
      code: "recording.url_refused",
    });
    const [note = ""] = await keysUnder(world.store, "index/default/unclaimed/");
    expect(await readObject(world.store, note)).toEqual({ key: FILE, code: "recording.not_audio" });
    // The right one under the same name.
    await sendIn(world, FILE, silence, "bb");
    expect(lastSent(world, "transcribe").event.type).toBe("recording.stored");
  });

  it("for a call that nobody knows is named, not lost, and no call of its own", async () => {
    const world = ingestWorld();
    const key = "uploads/default/calls/20261120-bitrix24-NONE.1.mp3";
    expect(await sendIn(world, key)).toEqual([]);
    const [note = ""] = await keysUnder(world.store, "index/default/unclaimed/");
    expect(await readObject(world.store, note)).toEqual({ key, code: "call.unknown" });
    expect(await keysUnder(world.store, "calls/")).toEqual([]);
  });

  it.each<[string, string, unknown, string]>([
    ["has its scorecard", "scorecard/first-sale@1.json", {}, "recording.already_there"],
    [
      "ended for another reason",
      "outcome.json",
      {
        callId: CALL_ID,
        tenant: "default",
        kind: "skipped",
        code: "call.internal",
        stage: "ingest",
        at: "2026-11-20T10:00:00Z",
      },
      "recording.not_wanted",
    ],
  ])("changes nothing of a call that %s", async (_what, name, value, code) => {
    const world = closedWorld(refused);
    await run(ingest, callEnded(), world);
    await writeJson(world.store, `${FOLDER}${name}`, value);
    const before = world.sent.length;
    expect(await sendIn(world)).toMatchObject([{ code }]);
    expect(world.sent).toHaveLength(before);
  });

  it("is found by a call whose message waits", async () => {
    const world = closedWorld(forbidden);
    const waiting = await waitFor(world, 1);
    await sendIn(world);
    const { last } = await runUntilSettled(ingest, JSON.parse(waiting ?? ""), world);
    expect(last.outcome).toBe("done");
    expect(world.crmHolds.opened).toEqual([]);
  });
});
