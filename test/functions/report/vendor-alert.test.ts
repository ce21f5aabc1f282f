import { describe, expect, it } from "vitest";
import { RetryLaterError } from "../../../core/errors.ts";
import { VendorPaused } from "../../../events/vendor-paused.ts";
import { VendorRecovered } from "../../../events/vendor-recovered.ts";
import { report } from "../../../functions/report/stage.ts";
import { en } from "../../../locales/en.ts";
import { ru } from "../../../locales/ru.ts";
import { run } from "../world.ts";
import { reportWorld } from "./report-world.ts";

const since = "2026-11-20T09:55:00.000Z";
const common = { tenant: "default", subject: "speech", time: new Date(since), distinct: since };
const paused = (code = "speech.no_money") =>
  VendorPaused.create({ ...common, data: { vendor: "speech", code, since } });
const recovered = VendorRecovered.create({ ...common, data: { vendor: "speech", since } });

const texts = (world: ReturnType<typeof reportWorld>) =>
  world.telegram.sent.map(({ blocks }) => blocks.join("\n"));

describe("when a vendor stops serving us", () => {
  it("the supervisor reads what is wrong, since when and what to do, once [vendor:told-once]", async () => {
    const world = reportWorld();
    await run(report, paused(), world);
    await run(report, paused(), world);
    await run(report, recovered, world);
    await run(report, recovered, world);
    expect(texts(world)).toEqual([
      "🔴 <b>SaluteSpeech: не работает с 20 ноября в 12:55</b>\nЗакончились оплаченные минуты: пополните проект SaluteSpeech в кабинете Сбера.\nНи один звонок не потерян: отложенные обработаются сами, когда причина будет устранена.",
      "🟢 <b>SaluteSpeech: снова работает</b>\nОтложенные звонки уже обрабатываются, делать ничего не нужно.",
    ]);
  });

  it("is told in the reader's language, by its code where there are no words for it", async () => {
    const world = reportWorld({ settings: { locale: "en" } });
    await run(report, paused("speech.something_new"), world);
    expect(texts(world)).toEqual([
      "🔴 <b>SaluteSpeech: does not serve us since November 20 at 12:55 PM</b>\nRequests remain without an answer (speech.something_new).\nNo call is lost: what waits goes on by itself once the cause is mended.",
    ]);
  });

  it("waits when Telegram is busy and is told after all", async () => {
    const world = reportWorld();
    world.telegram.fail(new RetryLaterError("notify.rate_limited", 5, "slow down"));
    expect(await run(report, paused(), world)).toMatchObject([{ outcome: "later" }]);
    await run(report, paused(), world);
    expect(texts(world)).toHaveLength(1);
  });

  it("says nothing over Telegram about Telegram, and nothing where no messenger is used", async () => {
    const world = reportWorld();
    const about = VendorPaused.create({
      ...common,
      data: { vendor: "notify", code: "notify.unauthorized", since },
    });
    expect(await run(report, about, world)).toMatchObject([{ outcome: "done" }]);
    expect(await run(report, paused(), { ...world, notifier: async () => null })).toMatchObject([
      { outcome: "done" },
    ]);
    expect(texts(world)).toEqual([]);
  });
});

it("has words in both languages for the same reasons", () => {
  expect(Object.keys(en.vendorAlert.reasons)).toEqual(Object.keys(ru.vendorAlert.reasons));
});

describe("when the CRM takes no scores", () => {
  const about = (code: string) => ({
    paused: VendorPaused.create({ ...common, data: { vendor: "crm-field", code, since } }),
    recovered: VendorRecovered.create({ ...common, data: { vendor: "crm-field", since } }),
  });

  it("the supervisor reads what to do about it, and that it is done", async () => {
    const world = reportWorld();
    const { paused: first, recovered: last } = about("crm.field_missing");
    await run(report, first, world);
    await run(report, last, world);
    expect(texts(world).map((text) => text.split("\n").slice(0, 2))).toEqual([
      [
        "🔴 <b>Битрикс24, оценки в карточках: не работает с 20 ноября в 12:55</b>",
        "В сделках или лидах портала нет поля для оценки: создайте его командой npx cqa crm-setup или уберите field из BITRIX24_WRITE_BACK.",
      ],
      [
        "🟢 <b>Битрикс24, оценки в карточках: снова работает</b>",
        "Отложенные звонки уже обрабатываются, делать ничего не нужно.",
      ],
    ]);
  });

  it("because the whole portal is down, that is told once and not for each thing that is written", async () => {
    const world = reportWorld();
    const { paused: first, recovered: last } = about("crm.unreachable");
    await run(report, first, world);
    await run(report, last, world);
    expect(texts(world)).toEqual([]);
  });
});
