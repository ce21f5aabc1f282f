import { describe, expect, it } from "vitest";
import { checklistKey, publishedKey, scorecardKey } from "../../../core/bucket-layout.ts";
import { callRef } from "../../../core/call-ref.ts";
import { VendorError } from "../../../core/errors.ts";
import { writeJson } from "../../../core/store-json.ts";
import { AlertDue } from "../../../events/alert-due.ts";
import { report } from "../../../functions/report/stage.ts";
import { readObject, run, typesOn } from "../world.ts";
import { type AlertWorld, alertWorld, low, rude } from "./alert-world.ts";
import { callIdOn, DAY, putRow, putScored, readRow, verdictJson } from "./report-world.ts";

const CALL_ID = callIdOn(DAY, 1);

describe("a call with a critical violation", () => {
  it("is told of at once, with the words and their second [alert:at-once]", async () => {
    const world = await alertWorld();
    await world.score([1, rude]);
    expect(world.read()).toEqual([
      [
        "🚨 Критическое нарушение: Анна Салтыкова-Щедрина",
        "20 ноября, 12:55 — 0 из 100, без этого нарушения было бы 62",
        "Чек-лист «Первая продажа»",
        "Нарушение: Грубил клиенту",
        "Менеджер: «Сами <b>разбирайтесь</b>.» (1:14)",
        "Не выполнено: Поздоровался",
      ].join("\n"),
    ]);
    expect(world.telegram.sent[0]?.buttons).toEqual([
      [
        { text: "Звонок", data: `c:${callRef(CALL_ID)}` },
        { text: "Менеджер", data: "a:11" },
      ],
    ]);
  });

  it("is told of once, however often it is announced [alert:once]", async () => {
    const world = await alertWorld();
    for (let times = 0; times < 3; times++) await world.score([1, rude]);
    world.clock.advance(3600);
    await world.score([1, rude]);
    expect(world.read()).toHaveLength(1);
    expect(await readObject(world.store, publishedKey("default", CALL_ID, "alert"))).toMatchObject({
      state: "done",
      result: { messageIds: ["message-1"] },
    });
  });

  it("is told of in English to those who read it", async () => {
    const world = await alertWorld({ settings: { locale: "en" } });
    await world.score([1, { ...rude, needsReview: true }, { agent: null, title: "a.mp3" }]);
    const [text] = world.read();
    expect(text).toContain("Critical violation: ");
    expect(text).toContain("November 20, 12:55 PM: 0 of 100, would be 62 without this violation");
    expect(text).toContain("The score is preliminary");
    expect(world.telegram.sent[0]?.buttons?.flat().map((button) => button.text)).toEqual(["Call"]);
  });
});

describe("a call with a low score", () => {
  it("is told of with what cost the most, the quotes, and that a person has to look", async () => {
    const world = await alertWorld();
    const verdicts = [
      verdictJson("greeting", "not_met"),
      { ...verdictJson("price", "not_met", "Ну, тысяч сто."), weight: 30 },
      { ...verdictJson("needs", "not_met"), weight: 20 },
      { ...verdictJson("next", "not_met", "Как хотите."), weight: 5 },
    ];
    await world.score([1, { ...low, needsReview: true, verdicts }]);
    expect(world.read()).toEqual([
      [
        "⚠️ Низкая оценка: Анна Салтыкова-Щедрина",
        "20 ноября, 12:55 — 25 из 100",
        "Чек-лист «Первая продажа»",
        "Не выполнено: Назвал цену",
        "Менеджер: «Ну, тысяч сто.» (1:14)",
        "Не выполнено: Выяснил задачу",
        "Не выполнено: Поздоровался",
        "Оценка предварительная: часть критериев должен проверить человек.",
      ].join("\n"),
    ]);
  });

  it.each([
    [
      "what failed beside it",
      [
        ...["greeting", "needs", "price"].map((id) => verdictJson(id, "not_met")),
        { ...verdictJson("next", "not_met", "Как хотите."), weight: 5 },
      ],
      [],
      ["Не выполнено: Договорился о следующем шаге", "Менеджер: «Как хотите.» (1:14)"],
    ],
    [
      "what was done by halves",
      [verdictJson("greeting", "not_met"), { ...verdictJson("price", "partly", "Дорого."), points: 0.5 }],
      [],
      ["Выполнено частично: Назвал цену", "Менеджер: «Дорого.» (1:14)"],
    ],
    [
      "an objection that nobody answered",
      [verdictJson("greeting", "not_met")],
      [
        {
          category: "price",
          handling: "ignored",
          evidence: [{ turn: 3, speaker: "client", startSec: 65.2, endSec: 66, quote: "Дорого у вас." }],
        },
      ],
      ["Возражение осталось без ответа:", "Клиент: «Дорого у вас.» (1:05)"],
    ],
  ])("quotes %s where nothing was said about the worst", async (_what, verdicts, objections, lines) => {
    const world = await alertWorld();
    await world.score([1, { ...low, verdicts, objections }]);
    expect(world.read()[0]?.split("\n").slice(-2)).toEqual(lines);
  });

  it("is told of below the checklist's own limit, and not at it", async () => {
    const world = await alertWorld();
    await world.score([1, { percent: 39.9 }], [2, { percent: 40 }], [3, { percent: null }]);
    expect(world.read()).toHaveLength(1);
    const strict = await alertWorld({}, { alertBelowPercent: 90 });
    await strict.score([1, { percent: 89 }]);
    expect(strict.read()).toHaveLength(1);
    const silent = await alertWorld({}, { alertBelowPercent: 0 });
    await silent.score([1, { percent: 0 }]);
    expect(silent.read()).toEqual([]);
  });

  it("is told of although its checklist is broken by now", async () => {
    const world = await alertWorld();
    await world.store.put(checklistKey("default", "first-sale", 1), "{ broken");
    await world.score([1, { ...low, verdicts: [verdictJson("greeting", "not_met")] }]);
    expect(world.read()[0]).toContain("Не выполнено: greeting");
  });
});

describe("nobody is alerted", () => {
  it("of a call that is older than a day [alert:old-calls]", async () => {
    const world = await alertWorld();
    const startedAt = new Date(world.clock.now().getTime() - 86_401_000).toISOString();
    await world.score([1, rude, { startedAt }]);
    expect(typesOn(world, "report")).toEqual([]);
    expect(world.read()).toEqual([]);
  });

  it("of a call that has become old while Telegram was down", async () => {
    const world = await alertWorld();
    world.telegram.fail(new VendorError("notify.failed", "down"));
    await world.score([1, rude]);
    world.clock.advance(86_400);
    await world.settle();
    expect(world.read()).toEqual([]);
  });

  it("of a call that a person has had scored anew [alert:rescored]", async () => {
    const world = await alertWorld();
    await world.score([1, { percent: 90 }]);
    await writeJson(world.store, scorecardKey("default", CALL_ID, "strict", 1), {});
    await world.score([1, rude]);
    expect(world.read()).toEqual([]);
  });

  it("of a call of which a person has judged something", async () => {
    const world = await alertWorld();
    const call = await putScored(world, CALL_ID, rude);
    await run(report, call, world);
    await putRow(world, CALL_ID, { ...(await readRow(world, CALL_ID)), overridden: 1 });
    await world.settle();
    expect(world.read()).toEqual([]);
  });

  it("of a call whose score is good by the time of the alert, or that is gone", async () => {
    const world = await alertWorld();
    const due = (n: number) =>
      AlertDue.create({
        tenant: "default",
        subject: callIdOn(DAY, n),
        time: world.clock.now(),
        data: { scorecardKey: scorecardKey("default", callIdOn(DAY, n), "first-sale", 1) },
      });
    await world.score([1, { percent: 90 }]);
    expect(await run(report, due(1), world)).toMatchObject([{ code: "alert.not_needed" }]);
    expect(await run(report, due(2), world)).toMatchObject([{ code: "alert.call_gone" }]);
    expect(world.read()).toEqual([]);
  });

  it("where no messenger is used, and the row stands all the same", async () => {
    const world = await alertWorld();
    const silent = { ...world, notifier: async () => null };
    await run(report, await putScored(world, CALL_ID, rude), silent);
    expect(await run(report, world.sent[0]?.body ?? "", silent)).toMatchObject([
      { code: "alert.no_messenger" },
    ]);
    expect(await readObject(world.store, `index/default/${DAY}/${CALL_ID}.json`)).toMatchObject({
      percent: 0,
    });
  });
});

describe("when Telegram fails", () => {
  it("the row is written and the alert comes later, once", async () => {
    const world = await alertWorld();
    world.telegram.fail(new VendorError("notify.failed", "down"), new VendorError("notify.failed", "down"));
    await world.score([1, rude]);
    expect(await readObject(world.store, `index/default/${DAY}/${CALL_ID}.json`)).toBeDefined();
    for (let times = 0; times < 5; times++) {
      world.clock.advance(30);
      await world.settle();
    }
    expect(world.read()).toHaveLength(1);
    expect(await placesOf(world)).toMatchObject({ alone: [CALL_ID] });
  });
});

async function placesOf(world: AlertWorld): Promise<unknown> {
  return readObject(world.store, `alerts/default/${world.clock.now().toISOString().slice(0, 13)}.json`);
}
