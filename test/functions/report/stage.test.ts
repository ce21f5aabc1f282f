import { describe, expect, it } from "vitest";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { report } from "../../../functions/report/stage.ts";
import { keysUnder, readObject, run, runUntilSettled } from "../world.ts";
import {
  callIdOn,
  DAY,
  digestDue,
  putRow,
  putScored,
  putSkipped,
  reportWorld,
  verdictJson,
  weekDue,
} from "./report-world.ts";

const CALL_ID = callIdOn(DAY, 1);
const ROW = `index/default/${DAY}/${CALL_ID}.json`;
const YESTERDAY = "2026-11-19";

describe("the row of a call", () => {
  it("says who, when, how many points and the worst moment, but no phone", async () => {
    const world = reportWorld();
    const scored = await putScored(world, CALL_ID, {
      percent: 35,
      passed: false,
      verdicts: [
        verdictJson("greeting", "met", "Добрый день!"),
        verdictJson("rude", "not_met", "Сами разбирайтесь."),
      ],
    });
    await run(report, scored, world);
    const row = await readObject(world.store, ROW);
    expect(row).toMatchObject({
      callId: CALL_ID,
      agentName: "Анна Салтыкова-Щедрина",
      status: "scored",
      percent: 35,
      band: "red",
      worst: { criterion: "rude", evidence: { quote: "Сами разбирайтесь.", startSec: 74.5 } },
      best: { criterion: "greeting", evidence: { quote: "Добрый день!" } },
    });
    expect(JSON.stringify(row)).not.toContain("79990000101");
  });

  it("made twice is the same, byte for byte [report:row-twice]", async () => {
    const world = reportWorld();
    const scored = await putScored(world, CALL_ID);
    await run(report, scored, world);
    const first = await readText(world.store, ROW);
    world.clock.advance(3600);
    await run(report, scored, world);
    expect(first).toContain(CALL_ID);
    expect(await readText(world.store, ROW)).toBe(first);
    expect(await keysUnder(world.store, "index/")).toEqual([ROW]);
  });

  it("names the reason of a call without a score, that of its first outcome", async () => {
    const world = reportWorld();
    const skipped = await putSkipped(world, CALL_ID, "call.too_short");
    await run(report, { ...skipped, data: { ...skipped.data, code: "call.missed" } }, world);
    expect(await readObject(world.store, ROW)).toMatchObject({
      status: "skipped",
      code: "call.too_short",
      percent: null,
    });
  });

  it("takes its wording from the checklist, and survives a checklist that is broken by now", async () => {
    const world = reportWorld();
    const scored = await putScored(world, CALL_ID, {
      percent: 85,
      verdicts: [verdictJson("rude", "not_met", "Сами разбирайтесь.")],
    });
    const key = "checklists/default/first-sale/1.json";
    const criteria = [{ id: "rude", text: "Грубил клиенту", check: "semantic" }];
    await writeJson(world.store, key, {
      id: "first-sale",
      version: 1,
      name: "Продажа",
      bands: { green: 90, yellow: 60 },
      criteria,
    });
    await run(report, scored, world);
    expect(await readObject(world.store, ROW)).toMatchObject({
      band: "yellow",
      worst: { criterion: "Грубил клиенту" },
    });
    await world.store.put(key, "{ broken");
    await run(report, scored, world);
    expect(await readObject(world.store, ROW)).toMatchObject({ band: "green", worst: { criterion: "rude" } });
  });

  it("has no band when nothing could be judged", async () => {
    const world = reportWorld();
    await run(report, await putScored(world, CALL_ID, { percent: null, rawPercent: null }), world);
    expect(await readObject(world.store, ROW)).toMatchObject({ percent: null, band: null });
  });
});

describe("the digest", () => {
  it("is sent once, however often it is due [report:digest-once]", async () => {
    const world = reportWorld();
    await putRow(world, CALL_ID);
    await run(report, digestDue(), world);
    await run(report, digestDue(), world);
    world.clock.advance(86_400);
    await run(report, digestDue(), world);
    expect(world.telegram.sent).toHaveLength(1);
    expect(await readObject(world.store, `reports/default/${DAY}/published/telegram.json`)).toMatchObject({
      state: "done",
      result: { messageIds: ["message-1"] },
    });
  });

  it("is sent once when two workers get it at the same moment", async () => {
    const world = reportWorld();
    await putRow(world, CALL_ID);
    await Promise.all([1, 2, 3].map(() => run(report, digestDue(), world)));
    expect(world.telegram.sent).toHaveLength(1);
  });

  it.each([
    new RetryLaterError("notify.rate_limited", 3, "too many requests"),
    new VendorError("notify.failed", "Telegram failed"),
    new ConfigurationError("notify.chat_unreachable", "check TELEGRAM_CHAT_ID"),
  ])("comes after Telegram failed with $code and then worked", async (error) => {
    const world = reportWorld();
    await putRow(world, CALL_ID);
    world.telegram.fail(error);
    const { agesSec, last } = await runUntilSettled(report, digestDue(), world);
    expect(agesSec).toHaveLength(2);
    expect(last).toMatchObject({ outcome: "done" });
    expect(world.telegram.sent).toHaveLength(1);
  });

  it("of each period is sent once, whatever comes twice [report:digest-periods]", async () => {
    const world = reportWorld();
    await putRow(world, CALL_ID);
    for (const due of [digestDue(), weekDue(), weekDue(), digestDue()]) await run(report, due, world);
    const titles = world.telegram.texts().map((text) => text.split("\n")[0]);
    expect(titles).toEqual(["Сводка за 20 ноября, пятница", "Сводка за неделю, 16–22 ноября"]);
    expect(await readObject(world.store, "reports/default/2026-W47/digest.json")).toMatchObject({
      period: { kind: "week", from: "2026-11-16", to: "2026-11-22" },
      totals: { calls: 1 },
    });
  });

  it("that was announced by the version before comes as ever", async () => {
    const world = reportWorld();
    await putRow(world, CALL_ID);
    const { data: _data, ...envelope } = digestDue();
    await run(report, { ...envelope, dataversion: 1, data: { day: DAY } }, world);
    await run(report, digestDue(), world);
    expect(world.telegram.texts()).toEqual([expect.stringContaining("Сводка за 20 ноября")]);
  });

  it("is stored for companies without a messenger", async () => {
    const world = reportWorld();
    await putRow(world, CALL_ID);
    await run(report, digestDue(), { ...world, notifier: async () => null });
    expect(await readObject(world.store, `reports/default/${DAY}/digest.json`)).toMatchObject({
      totals: { calls: 1 },
    });
  });

  it("counts what stands in the rows, each number as the rows say [report:digest-counts]", async () => {
    const world = reportWorld();
    await putRow(world, callIdOn(DAY, 1), { percent: 90, band: "green" });
    await putRow(world, callIdOn(DAY, 2), { percent: 50.5, band: "red", passed: false, needsReview: true });
    await putRow(world, callIdOn(DAY, 3), { percent: null, band: null, passed: false, needsReview: true });
    for (const n of [4, 5]) await putRow(world, callIdOn(DAY, n), notScored("skipped", "call.missed"));
    await putRow(world, callIdOn(DAY, 6), notScored("failed", "recording.not_audio"));
    await run(report, digestDue(), world);
    expect(await readObject(world.store, `reports/default/${DAY}/digest.json`)).toMatchObject({
      totals: {
        calls: 6,
        scored: 3,
        passed: 1,
        needsReview: 2,
        average: { percent: 70.3, of: 2 },
        bands: { green: 1, yellow: 0, red: 1 },
      },
      agents: [{ id: "11", name: "Анна", scored: 3, average: { percent: 70.3 } }],
      notScored: [
        { code: "call.missed", calls: 2 },
        { code: "recording.not_audio", calls: 1 },
      ],
      late: { calls: 0 },
    });
    const [text] = world.telegram.texts();
    expect(text).toContain("Оценено 3 из 6 звонков");
    expect(text).toContain("Средний балл — 70,3 из 100");
    expect(text).toContain("не состоялся — 2");
    expect(text).toContain("вместо записи другой файл — 1");
  });

  it("escapes whatever people are named or said [report:html-escaped]", async () => {
    const world = reportWorld();
    const evidence = {
      turn: 0,
      speaker: "client" as const,
      startSec: 74.5,
      endSec: 76,
      quote: "Это <i>дорого</i> & точка",
    };
    await putRow(world, callIdOn(DAY, 1), {
      agentName: "<b>",
      percent: 10,
      band: "red",
      worst: { criterion: "Цена < 100 & > 10", evidence },
    });
    await putRow(world, callIdOn(DAY, 2), {
      agentName: null,
      agentId: null,
      title: "запись <b>.mp3",
      percent: 95,
      band: "green",
      best: { criterion: "x", evidence },
    });
    await run(report, digestDue(), world);
    const html = world.telegram.sent.flatMap(({ blocks }) => blocks).join("\n");
    // Tags are the digest's own, every one of them closed.
    expect(html.match(/<(?!\/?[bi]>)/g)).toBeNull();
    expect(html.match(/<b>/g)?.length).toBe(html.match(/<\/b>/g)?.length);
    const [text] = world.telegram.texts();
    expect(text).toContain("<b> — 10");
    expect(text).toContain("«Это <i>дорого</i> & точка» (1:14)");
    expect(text).toContain("Замечание: Цена < 100 & > 10");
    expect(text).toContain("файл «запись <b>.mp3»");
  });

  it("of a day without calls says so", async () => {
    const world = reportWorld();
    await run(report, digestDue(), world);
    const [text] = world.telegram.texts();
    expect(text).toMatch(/^Сводка за 20 ноября/);
    expect(text).toContain("Звонков за день не было.");
  });

  it("speaks English to those who do [report:locale]", async () => {
    const world = reportWorld({ settings: { locale: "en" } });
    await putRow(world, callIdOn(DAY, 1));
    await putRow(world, callIdOn(DAY, 2), notScored("skipped", "call.too_short"));
    await run(report, digestDue(), world);
    const [text] = world.telegram.texts();
    expect(text).toContain("Scored 1 of 2 calls");
    expect(text).toContain("too short: 1");
    expect(text?.replaceAll("Анна", "")).not.toMatch(/[а-яё]/i);
  });
});

describe("calls that were finished after their day's digest", () => {
  it("are counted by the next digest, once [report:late-calls]", async () => {
    const world = reportWorld();
    await putRow(world, callIdOn(YESTERDAY, 1));
    await run(report, digestDue(YESTERDAY), world);
    await putRow(world, callIdOn(YESTERDAY, 2), { percent: 40 });
    await putRow(world, CALL_ID);
    await run(report, digestDue(), world);
    expect(await readObject(world.store, `reports/default/${DAY}/digest.json`)).toMatchObject({
      totals: { calls: 1 },
      late: { calls: 1, averagePercent: 40 },
      callIds: [CALL_ID, callIdOn(YESTERDAY, 2)],
    });
    expect(world.telegram.texts().at(-1)).toContain("За прошлые дни досчитано: 1 звонок, средний балл — 40");
    await run(report, digestDue("2026-11-21"), world);
    expect(await readObject(world.store, "reports/default/2026-11-21/digest.json")).toMatchObject({
      late: { calls: 0 },
    });
  });

  it("are told by a digest of the version before as well", async () => {
    const world = reportWorld();
    await putRow(world, callIdOn(YESTERDAY, 1));
    await putRow(world, callIdOn(YESTERDAY, 2));
    // What else stood in it is read no more.
    await writeJson(world.store, `reports/default/${YESTERDAY}/digest.json`, {
      total: 1,
      day: YESTERDAY,
      callIds: [callIdOn(YESTERDAY, 1)],
    });
    await run(report, digestDue(), world);
    expect(await readObject(world.store, `reports/default/${DAY}/digest.json`)).toMatchObject({
      late: { calls: 1 },
    });
  });

  it("are none of a week, which is made when all is in", async () => {
    const world = reportWorld();
    await putRow(world, callIdOn("2026-11-15", 1));
    await run(report, digestDue("2026-11-15"), world);
    await putRow(world, callIdOn("2026-11-15", 2));
    await run(report, weekDue(), world);
    expect(await readObject(world.store, "reports/default/2026-W47/digest.json")).toMatchObject({
      late: { calls: 0 },
    });
  });

  it("are not those of a day that never had a digest", async () => {
    const world = reportWorld();
    await putRow(world, callIdOn(YESTERDAY, 1));
    await run(report, digestDue(), world);
    expect(await readObject(world.store, `reports/default/${DAY}/digest.json`)).toMatchObject({
      late: { calls: 0 },
    });
  });

  it("stay counted when the sending has to be repeated", async () => {
    const world = reportWorld();
    await putRow(world, callIdOn(YESTERDAY, 1));
    await run(report, digestDue(YESTERDAY), world);
    await putRow(world, callIdOn(YESTERDAY, 2));
    world.telegram.fail(new VendorError("notify.failed", "Telegram failed"));
    await runUntilSettled(report, digestDue(), world);
    expect(world.telegram.texts().at(-1)).toContain("За прошлые дни досчитано: 1 звонок");
  });
});

function notScored(status: "skipped" | "failed", code: string) {
  return { status, code, percent: null, passed: null, band: null, checklistId: null, checklistVersion: null };
}
