import { describe, expect, it } from "vitest";
import { callKey, recordingPrefix, recordingRequestKey } from "../../../core/bucket-layout.ts";
import { readRequestButton } from "../../../core/button-data.ts";
import { findRequestedCall } from "../../../core/recording-request.ts";
import { writeJson } from "../../../core/store-json.ts";
import { RecordingRequested } from "../../../events/recording-requested.ts";
import { report } from "../../../functions/report/stage.ts";
import { run } from "../world.ts";
import { callIdOn, callJson, DAY, type ReportWorld, reportWorld } from "./report-world.ts";

const cardUrl = ({ type, id }: { type: string; id: string }) =>
  `https://company.bitrix24.ru/crm/${type}/details/${id}/`;

/** Asks for the recording of the n-th call, as ingest does. */
async function request(world: ReportWorld, n: number, code = "crm.recording_forbidden") {
  const callId = callIdOn(DAY, n);
  const entity = { type: "deal", id: "77" } as const;
  await writeJson(world.store, callKey("default", callId), callJson(callId, { entity }));
  await writeJson(world.store, recordingRequestKey("default", callId), {
    code,
    at: world.clock.now().toISOString(),
    status: "open",
  });
  const time = world.clock.now();
  const event = RecordingRequested.create({ tenant: "default", subject: callId, time, data: { code } });
  return run(report, event, { ...world, cardUrl });
}

describe("the message that asks for a recording", () => {
  it("says which call, why, how to answer, and leads to the card", async () => {
    const world = reportWorld();
    await request(world, 1);
    const [message] = world.telegram.sent;
    const text = message?.blocks.join("\n") ?? "";
    expect(text).toContain("Нужна запись звонка: Анна Салтыкова-Щедрина");
    expect(text).toMatch(/20 ноября.*12:55/);
    expect(text).toContain("не хватает прав");
    expect(text).toContain(`uploads/default/calls/${callIdOn(DAY, 1)}.mp3`);
    expect(text).not.toContain("+7999");
    const [send, card] = message?.buttons?.[0] ?? [];
    expect(card).toEqual({
      text: "Карточка в CRM",
      url: "https://company.bitrix24.ru/crm/deal/details/77/",
    });
    const ref = send && "data" in send ? readRequestButton(send.data) : undefined;
    expect(await findRequestedCall(world.store, "default", ref ?? "")).toBe(callIdOn(DAY, 1));
  });

  it("comes once, whatever is repeated [recording:asked-once]", async () => {
    const world = reportWorld();
    for (let times = 0; times < 5; times++) await request(world, 1);
    expect(world.telegram.sent).toHaveLength(1);
  });

  it("is one for all where the rights are missing for every call", async () => {
    const world = reportWorld();
    for (let n = 1; n <= 50; n++) await request(world, n);
    for (let n = 1; n <= 50; n++) await request(world, n);
    expect(world.telegram.sent).toHaveLength(4);
    const last = world.telegram.sent.at(-1)?.blocks.join("\n") ?? "";
    expect(last).toContain("Записи не скачиваются: сегодня уже 4 звонка");
    world.clock.advance(86_400);
    await request(world, 51);
    expect(world.telegram.sent).toHaveLength(5);
  });

  it("does not come when the recording is there by now", async () => {
    const world = reportWorld();
    const callId = callIdOn(DAY, 1);
    const time = world.clock.now();
    const answered = { code: "crm.recording_forbidden", at: time.toISOString(), status: "answered" };
    await writeJson(world.store, recordingRequestKey("default", callId), answered);
    const event = RecordingRequested.create({
      tenant: "default",
      subject: callId,
      time,
      data: { code: "crm.recording_forbidden" },
    });
    expect(await run(report, event, world)).toMatchObject([{ code: "request.answered" }]);
    expect(world.telegram.sent).toEqual([]);
  });

  it("does not come when the rights were given while it waited", async () => {
    const world = reportWorld();
    await world.store.put(`${recordingPrefix("default", callIdOn(DAY, 1))}mp3`, "sound");
    expect(await request(world, 1)).toMatchObject([{ code: "request.answered" }]);
    expect(world.telegram.sent).toEqual([]);
  });

  it("is in English for who reads English, and has a sentence for a code of tomorrow", async () => {
    const world = reportWorld({ settings: { locale: "en" } });
    await request(world, 1, "crm.quarantined");
    const text = world.telegram.sent[0]?.blocks.join("\n") ?? "";
    expect(text).toContain("The recording could not be fetched (crm.quarantined).");
    expect(text.replace("Анна Салтыкова-Щедрина", "")).not.toMatch(/[а-яё]/i);
  });
});
