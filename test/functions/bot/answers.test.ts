import { beforeEach, describe, expect, it } from "vitest";
import { recordingPrefix, transcriptKey } from "../../../core/bucket-layout.ts";
import { callRef } from "../../../core/call-ref.ts";
import { noteRemoved } from "../../../core/removal.ts";
import { writeJson } from "../../../core/store-json.ts";
import { type BotWorld, botWorld, putRows, putScorecard, rowOf } from "./bot-world.ts";

let world: BotWorld;
const low = rowOf("2026-11-19", "rudnev", 1, { percent: 40, band: "red" });

beforeEach(async () => {
  world = botWorld();
  await putRows(
    world,
    low,
    rowOf("2026-11-19", "rudnev", 2, { percent: 81.5, band: "green" }),
    rowOf("2026-11-20", "rudnev", 3, { percent: 60 }),
    rowOf("2026-11-19", "petrov", 4, { percent: 55 }),
    rowOf("2026-11-18", "belova", 5, { percent: 90, band: "green" }),
    rowOf("2026-11-18", "rudneva", 1, { percent: 70 }),
  );
  await putScorecard(world, low);
});

describe("the bot", () => {
  it("answers what calls of an agent were like, with the days and the zone that it understood", async () => {
    const said = await world.say("Оцени звонки Александра Руднева за последние 2 дня");
    expect(said).toContain("Оценки звонков · Александр Руднев · 19–20 ноября, мск");
    expect(said).toContain("Нашлось 3 звонка.");
    // 40, 81.5 and 60.
    expect(said).toContain("Средний балл — 60,5 (по 3 оценкам).");
    expect(said.match(/Александр Руднев/g)).toHaveLength(4);
    expect(said).not.toContain("Петров");
  });

  it("lists the worst calls first, each with a button that opens it", async () => {
    const said = await world.say("худшие звонки вчера");
    expect(said).toContain("Звонки · сначала худшие · 19 ноября, мск");
    expect(said.indexOf("🔴 40")).toBeLessThan(said.indexOf("55"));
    expect(said.indexOf("55")).toBeLessThan(said.indexOf("81,5"));
    expect(world.buttons().get("№ 1")).toBe(`c:${callRef(low.callId)}`);
    expect(world.buttons().get("Сводка: 19 ноября")).toBe("d:2026-11-19");
    expect(world.buttons().get("Александр Руднев")).toBe("a:rudnev");
  });

  it("tells why a call has its score: what was missed, the words with their second, and what to say instead", async () => {
    const said = await world.say(`почему 40 у звонка ${low.callId}`);
    expect(said).toContain("🔴 40 — Александр Руднев, 19 нояб., 10:35");
    expect(said).toContain("✗ Поздоровался и назвал себя (−33,3)");
    expect(said).toContain("Не назвал ни себя, ни компанию.");
    expect(said).toContain("Менеджер, 1:14: «Алло, <слушаю> & что?»");
    expect(said).toContain("Как сказать лучше: Добрый день, студия «Свет», меня зовут Дмитрий.");
    expect(said).toContain("✓ Выяснил задачу клиента");
    expect(said).toContain("Следующий шаг: Созвон во вторник");
    expect(world.last().blocks.join()).toContain("«Алло, &lt;слушаю&gt; &amp; что?»");
    expect(world.buttons().get("Запись")).toBe(`r:${callRef(low.callId)}`);
  });

  it.each([
    "почему 40 вчера?",
    "почему 40 у звонка в 10:35 вчера",
    `/call ${low.callId}`,
    `/call ${callRef(low.callId)}`,
    "/call вчера в 10:35",
  ])("finds the call of «%s»", async (text) => {
    expect(await world.say(text)).toContain("✗ Поздоровался и назвал себя");
  });

  it("takes «почему?» for the call that was shown last, and a number for a line of the last list", async () => {
    await world.say("худшие звонки вчера");
    expect(await world.say("покажи звонок № 2")).toContain("55 — Дмитрий Петров");
    expect(await world.say("почему такая оценка?")).toContain("55 — Дмитрий Петров");
    expect(await world.say("почему 40?")).toContain("🔴 40 — Александр Руднев");
  });

  it("takes «почему?» for the call of the message that it answers", async () => {
    const repliesTo = { messageId: "9", buttons: [`c:${callRef(low.callId)}`, `x:${callRef(low.callId)}`] };
    expect(await world.say("почему?", { repliesTo })).toContain("🔴 40 — Александр Руднев");
  });

  it("asks who is meant where two people fit, and goes on with the chosen one", async () => {
    expect(await world.say("звонки Саши за неделю")).toBe(
      "Звонки · 14–20 ноября, мск\n\nКто имеется в виду — «Саши»?",
    );
    const belova = world.buttons().get("Александра Белова");
    const said = await world.press(belova!);
    expect(said).toContain("Звонки · Александра Белова · 14–20 ноября, мск");
    expect(said).toContain("🟢 90");
    expect(said).not.toContain("Руднев");
  });

  it("offers the nearest day with calls where there are none", async () => {
    expect(await world.say("звонки Александры Беловой за сегодня")).toContain("За это время звонков нет.");
    const near = world.buttons().get("Ближайший день со звонками: 18 ноября");
    expect(await world.press(near!)).toContain("🟢 90 — 18 нояб.");
  });

  it("asks for the period where none was named, and answers with it", async () => {
    expect(await world.say("худшие звонки")).toContain("За какой период?");
    const week = world.buttons().get("худшие звонки за неделю");
    expect(await world.press(week!)).toContain("🔴 40");
  });

  it("says what it did not understand, and gives examples that it does", async () => {
    expect(await world.say("абракадабра")).toContain("Не понял, что показать.");
    expect([...world.buttons().keys()]).toContain("сводка за вчера");
    expect(await world.press(world.buttons().get("сводка за вчера")!)).toContain("Сводка за 19 ноября");
    expect(await world.say("звонки вчера кракозябра")).toContain("Не понял слова: кракозябра");
  });

  it("shows all agents with their margins, and says when there are too few calls to compare", async () => {
    const said = await world.say("/agents");
    expect(said).toContain("14–20 ноября, мск");
    expect(said).toMatch(/Александр Руднев — 60,5 \(/);
    expect(said).toContain("Дмитрий Петров — 55 (1 звонок)");
    expect(said).toContain("сравнивать менеджеров рано");
    expect(world.buttons().get("Дмитрий Петров")).toBe("a:petrov");
    expect(await world.press("a:petrov")).toContain("Дмитрий Петров");
  });

  it("sends the digest of the asked days", async () => {
    const said = await world.say("/digest вчера");
    expect(said).toContain("Сводка за 19 ноября, четверг");
    expect(said).toContain("Оценено 3 из 3 звонков");
    expect(await world.press("d:2026-11-18")).toContain("Сводка за 18 ноября, среда");
  });

  it.each([
    [{ why: "retention", keptDays: 1 }, "записи хранятся 1 день.", "расшифровки хранятся 1 день."],
    [{ why: "retention", keptDays: 30 }, "записи хранятся 30 дней.", "расшифровки хранятся 30 дней."],
    [{ why: "retention", keptDays: 0 }, "записи не хранятся, после оценки их удаляют.", null],
    [{ why: "request", keptDays: null }, "Запись этого звонка удалена по просьбе.", "удалена по просьбе."],
  ] as const)("says that what was there is deleted, and why: %o", async (how, ofRecording, ofTranscript) => {
    const removed = { at: "2026-11-20T10:00:00.000Z", ...how };
    await noteRemoved(world.store, "default", low.callId, { recording: removed, texts: removed });
    expect(await world.press(`r:${callRef(low.callId)}`)).toContain(ofRecording);
    const said = await world.press(`x:${callRef(low.callId)}`);
    if (ofTranscript !== null) expect(said).toContain(ofTranscript);
    expect(said).toContain("Расшифровка этого звонка удалена");
  });

  it("sends what was said and the recording as files, or says that there are none", async () => {
    expect(await world.press(`x:${callRef(low.callId)}`)).toContain("Расшифровки этого звонка нет.");
    expect(await world.press(`r:${callRef(low.callId)}`)).toContain("Записи этого звонка нет");
    await world.store.put(`${recordingPrefix("default", low.callId)}mp3`, new Uint8Array([1, 2, 3]));
    await writeJson(world.store, transcriptKey("default", low.callId), {
      callId: low.callId,
      language: "ru",
      durationSec: 80,
      channels: 2,
      source: { name: "scripted", model: null },
      roles: { by: "channel", confidence: 1 },
      turns: [{ n: 0, speaker: "agent", startSec: 74.5, endSec: 76, text: "Алло, <слушаю>" }],
    });
    await world.say(`расшифровка звонка ${low.callId}`);
    await world.press(`r:${callRef(low.callId)}`);
    const [transcript, recording] = world.telegram.files();
    expect(new TextDecoder().decode(transcript?.bytes)).toBe("[1:14] Менеджер: Алло, <слушаю>\n");
    expect(recording).toMatchObject({ name: `${callRef(low.callId)}.mp3`, bytes: new Uint8Array([1, 2, 3]) });
  });

  it("turns the pages of a long list in place, with the days of its first page", async () => {
    await putRows(world, ...Array.from({ length: 20 }, (_, n) => rowOf("2026-11-19", "lebedev", n + 10)));
    const first = await world.say("звонки Лебедева вчера");
    expect(first).toContain("Нашлось 20 звонков, здесь 1–8.");
    const next = world.buttons().get("дальше ›")!;
    world.chat.editable.set("501/77", { html: "", buttons: [] });
    world.clock.advance(86_400);
    expect(await world.press(next, { messageId: "77" })).toBe("");
    const { html, buttons } = world.chat.editable.get("501/77")!;
    expect(html).toContain("здесь 9–16");
    expect(html).toContain("19 ноября");
    expect(buttons.flat().map(({ text }) => text)).toEqual(
      expect.arrayContaining(["№ 9", "№ 16", "‹ назад", "дальше ›"]),
    );
    expect(buttons.flat().every(({ data }) => Buffer.byteLength(data) <= 64)).toBe(true);
    expect(await world.say("звонок № 9")).not.toContain("не нашлось");
  });

  it("compares people and periods, and says when a difference may be chance", async () => {
    expect(await world.say("сравни 19 ноября с 18 ноября")).toMatch(
      /Ниже на \d+(,\d)? балл\S*, но это в пределах погрешности/,
    );
    const said = await world.say("сравни Руднева Александра и Петрова за неделю");
    expect(said).toContain("Александр Руднев — 60,5");
    expect(said).toContain("Дмитрий Петров — 55");
    expect(said).not.toContain("Белова");
  });

  it("counts hours by the wall clock, as they were asked for", async () => {
    const said = await world.say("звонки вчера до обеда");
    expect(said).toContain("19 ноября, 0:00–13:00, мск");
    // 10:35 and 11:35, but not 13:35.
    expect(said).toContain("Нашлось 2 звонка.");
  });

  it("escapes whatever people were called or said", async () => {
    await world.say("лучшие звонки вчера");
    expect(world.last().blocks.join()).toContain("&lt;b&gt;для съёмки&lt;/b&gt;");
  });

  it("explains itself with examples that it understands", async () => {
    expect(await world.say("/help")).toContain("/checklists");
    for (const [text, data] of [...world.buttons()]) {
      const said = await world.press(data);
      expect(said, text).not.toContain("Не понял");
    }
  });
});

it("speaks English to the last word where the company does [report:locale]", async () => {
  const english = botWorld({ settings: { locale: "en" } });
  await putRows(english, {
    ...low,
    agentName: "Ann",
    checklistName: "First sale",
    summary: "A room",
    criteria: [],
    worst: null,
  });
  for (const text of [
    "/help",
    "worst calls yesterday",
    "/agents",
    "/digest yesterday",
    "calls below 50 this week",
    "worst calls",
    "nonsense",
    "/foo",
    "/checklists",
    "why 40 yesterday",
    "calls today",
  ]) {
    expect(await english.say(text), text).not.toMatch(/[а-яё]/i);
    expect([...english.buttons().keys()].join(" "), text).not.toMatch(/[а-яё]/i);
  }
});
