import { beforeEach, describe, expect, it } from "vitest";
import { outcomeKey } from "../../../core/bucket-layout.ts";
import { requestButtonData } from "../../../core/button-data.ts";
import { closeRecordingRequest, requestRecording } from "../../../core/recording-request.ts";
import { readBytes, writeJson } from "../../../core/store-json.ts";
import { wavTone } from "../../speech/recordings.ts";
import { asAgent, type BotWorld, botWorld, putRows, rowOf } from "./bot-world.ts";

let world: BotWorld;
const callId = "20261120-bitrix24-ABCD.1";
const key = `uploads/default/calls/${callId}.wav`;
const sound = wavTone({ durationSec: 2 });
const repliesTo = { messageId: "9", buttons: [requestButtonData(callId)] };

beforeEach(async () => {
  world = botWorld();
  world.chat.files.set("file", sound);
  await requestRecording(world, "default", callId, "crm.recording_forbidden");
});

async function stored(): Promise<Uint8Array | undefined> {
  const object = await world.store.get(key);
  return object && readBytes(object);
}

describe("a recording that was asked for", () => {
  it("goes on with its call when it answers the request [bot:recording]", async () => {
    expect(await world.hear({ fileId: "file", durationSec: 600, repliesTo })).toContain("запись принята");
    expect(await stored()).toEqual(new Uint8Array(sound));
  });

  it("may follow a tap on the request's button, once", async () => {
    expect(await world.press(requestButtonData(callId))).toContain("Пришлите файл записи");
    await world.hear({ fileId: "file", durationSec: 600 });
    expect(await stored()).toBeDefined();
    expect(await world.hear({ fileId: "file", durationSec: 600 })).toContain("не длиннее полутора минут");
  });

  it("is expected for a quarter of an hour, and not after another question", async () => {
    await world.press(requestButtonData(callId));
    world.clock.advance(16 * 60);
    await world.hear({ fileId: "file", durationSec: 600 });
    await world.press(requestButtonData(callId));
    await world.say("/help");
    await world.hear({ fileId: "file", durationSec: 600 });
    expect(await stored()).toBeUndefined();
  });

  it("is taken from supervisors only", async () => {
    expect(await world.hear({ fileId: "file", repliesTo, ...asAgent })).toContain("только руководитель");
    expect(await world.press(requestButtonData(callId), asAgent)).toContain("только руководитель");
    expect(await stored()).toBeUndefined();
  });

  it.each([
    ["is too large", { fileId: "file", sizeBytes: 21 * 1024 * 1024 }, `uploads/default/calls/${callId}.mp3`],
    ["is gone", { fileId: "gone" }, "больше не отдаёт"],
    ["is no sound", { fileId: "page" }, "не похоже на запись"],
  ])("is refused with a reason when it %s", async (_what, audio, answer) => {
    world.chat.files.set("page", new TextEncoder().encode("<html>"));
    expect(await world.hear({ ...audio, repliesTo })).toContain(answer);
    expect(await stored()).toBeUndefined();
  });

  it("is not needed any more when it is there, or the call ended for another reason", async () => {
    await writeJson(world.store, outcomeKey("default", callId), {
      callId,
      tenant: "default",
      kind: "skipped",
      code: "call.internal",
      stage: "ingest",
      at: "2026-11-20T11:00:00Z",
    });
    expect(await world.hear({ fileId: "file", repliesTo })).toContain("закрыт по другой причине");
    await closeRecordingRequest(world.store, "default", callId);
    expect(await world.hear({ fileId: "file", repliesTo })).toContain("уже есть");
    expect(await stored()).toBeUndefined();
  });

  it("is no answer to the card of a call: there a voice message stays a question", async () => {
    const row = rowOf("2026-11-20", "rudnev", 1);
    await putRows(world, row);
    await world.say(`звонок ${row.callId}`);
    const buttons = [...world.buttons().values()];
    const answer = await world.hear({
      fileId: "file",
      durationSec: 600,
      repliesTo: { messageId: "9", buttons },
    });
    expect(answer).toContain("не длиннее полутора минут");
  });
});
