import { describe, expect, it } from "vitest";
import { AlertHour } from "../../../core/alerts.ts";
import { callRef } from "../../../core/call-ref.ts";
import { VendorError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { bundleMessage } from "../../../functions/report/alert-bundle.ts";
import { report } from "../../../functions/report/stage.ts";
import { readBlocks } from "../../fakes/notify.ts";
import { memoryStore } from "../../fakes/store.ts";
import { keysUnder, readObject, run } from "../world.ts";
import { type AlertWorld, alertWorld, low, rude } from "./alert-world.ts";
import { callIdOn, DAY, putScored, readRow } from "./report-world.ts";

// The clock stands at 16:00 of UTC, which is 19:00 in Moscow.
const HOUR = `${DAY}T16`;
const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_value, index) => [from + index] as const);
const isBundle = (text: string) => text.includes("за час");
const bundlesIn = (world: AlertWorld) => world.read().filter(isBundle);
const alertsIn = (world: AlertWorld) => world.read().filter((text) => !isBundle(text));

async function endHour(world: AlertWorld): Promise<void> {
  const sec = 3600 - ((world.clock.now().getTime() / 1000) % 3600);
  world.clock.advance(sec);
  await world.settle();
}

describe("more bad calls in an hour than alerts are sent", () => {
  it("come together at its end, the worst first [alert:bundled]", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 2 } });
    for (const n of [1, 2]) await world.score([n]);
    await world.score([3, { percent: 30 }, { startedAt: "2026-11-20T18:05:00+03:00" }]);
    await world.score([4, rude, { agent: { id: "12", name: "Иван <b>", departments: [] } }]);
    await world.score([5, { percent: 12.5 }, { agent: null, title: "выставка.mp3" }]);
    expect([alertsIn(world).length, bundlesIn(world).length]).toEqual([2, 0]);
    await endHour(world);
    expect(bundlesIn(world)).toEqual([
      [
        "⚠️ Ещё 3 звонка с низкой оценкой за час",
        "20 ноября, с 19:00 до 20:00",
        "",
        "12:55, Иван <b> — 0, критическое нарушение: Грубил клиенту",
        "12:55, файл «выставка.mp3» — 12,5",
        "18:05, Анна Салтыкова-Щедрина — 30",
      ].join("\n"),
    ]);
    expect(world.telegram.sent.at(-1)?.buttons).toEqual([
      [{ text: "12:55 Иван <b> — 0", data: `c:${callRef(callIdOn(DAY, 4))}` }],
      [{ text: "12:55 файл «выставка.mp3» — 12,5", data: `c:${callRef(callIdOn(DAY, 5))}` }],
      [{ text: "18:05 Анна Салтыкова-Щедрина — 30", data: `c:${callRef(callIdOn(DAY, 3))}` }],
    ]);
  });

  it("never exceed the number, however many functions score at once", async () => {
    const world = await alertWorld();
    await world.score(...many(1, 40));
    for (let times = 0; times < 40; times++) {
      world.clock.advance(5);
      await world.settle();
    }
    expect([alertsIn(world).length, bundlesIn(world).length]).toEqual([10, 0]);
    await endHour(world);
    expect(alertsIn(world)).toHaveLength(10);
    expect(bundlesIn(world)).toHaveLength(1);
    expect(bundlesIn(world)[0]).toContain("Ещё 30 звонков");
    const places = await readObject(world.store, `alerts/default/${HOUR}.json`);
    const { alone, bundled } = AlertHour.parse(places);
    expect([...alone, ...bundled].sort()).toEqual(
      many(1, 40)
        .map(([n]) => callIdOn(DAY, n))
        .sort(),
    );
  });

  it("are told of one by one again in the next hour", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 1 } });
    await world.score([1], [2]);
    await endHour(world);
    await world.score([3]);
    expect([alertsIn(world).length, bundlesIn(world).length]).toEqual([2, 1]);
    await endHour(world);
    expect(bundlesIn(world)).toHaveLength(1);
  });

  it("all come together where no single alerts are wanted", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 0 } });
    await world.score([1]);
    expect(world.read()).toEqual([]);
    await endHour(world);
    expect(world.read()[0]).toContain("Ещё 1 звонок с низкой оценкой за час");
  });

  it("put one message on the queue for the end of the hour, and it waits there", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 0 } });
    for (const [n] of many(1, 5)) await world.score([n]);
    const bundled = world.sent.filter(({ event }) => event.type === "alerts.bundled");
    expect(bundled.map(({ event }) => event.notbefore)).toEqual([`${DAY}T17:00:00.000Z`]);
    expect(await run(report, bundled[0]?.body ?? "", world)).toMatchObject([{ outcome: "not-before" }]);
    expect(world.sent.at(-1)?.delaySec).toBe(900);
  });
});

describe("the message at the end of the hour", () => {
  it("comes once, whatever is announced twice", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 0 } });
    for (let times = 0; times < 3; times++) await world.score([1], [2]);
    await endHour(world);
    await world.score([1], [2]);
    await endHour(world);
    expect(bundlesIn(world)).toHaveLength(1);
  });

  it("comes although the run that counted its first call died before it could announce it", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 0 } });
    const deaf: AlertWorld["queue"]["send"] = async () => {
      throw new VendorError("queue.failed", "killed");
    };
    await run(report, await putScored(world, callIdOn(DAY, 1), low), world);
    const [due] = world.sent;
    const killed = { ...world, queue: { ...world.queue, send: deaf } };
    await expect(run(report, due?.body ?? "", killed)).rejects.toThrow("killed");
    await world.settle();
    await endHour(world);
    expect(bundlesIn(world)).toHaveLength(1);
  });

  it("comes although the run died between counting the call and its marker", async () => {
    const store = memoryStore();
    let isBroken = true;
    const flaky: Store = {
      ...store,
      put: async (key, ...given) => {
        if (isBroken && key.endsWith("/published/alert.json"))
          throw new VendorError("store.unreachable", "killed");
        return store.put(key, ...given);
      },
    };
    const world = await alertWorld({ settings: { alertsPerHour: 0 }, store: flaky });
    await world.score([1]);
    expect(await readObject(store, `alerts/default/${HOUR}.json`)).toMatchObject({
      bundled: [callIdOn(DAY, 1)],
    });
    isBroken = false;
    world.clock.advance(60);
    await world.settle();
    await endHour(world);
    expect(bundlesIn(world)).toHaveLength(1);
  });

  it("takes no call in that comes when it is being made: that one belongs to the next hour", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 0 } });
    await world.score([1]);
    // Another function is a little ahead of time.
    const ahead = { ...world.clock, now: () => new Date(`${DAY}T17:00:00.000Z`) };
    const bundled = world.sent.find(({ event }) => event.type === "alerts.bundled");
    await run(report, bundled?.body ?? "", { ...world, clock: ahead });
    await world.score([2]);
    expect(await keysUnder(world.store, "alerts/default/2026")).toEqual([
      `alerts/default/${DAY}T16.json`,
      `alerts/default/${DAY}T17.json`,
    ]);
    await endHour(world);
    await endHour(world);
    expect(bundlesIn(world)).toHaveLength(2);
  });

  it("comes later when Telegram fails", async () => {
    const world = await alertWorld({ settings: { alertsPerHour: 0 } });
    await world.score([1]);
    world.telegram.fail(new VendorError("notify.failed", "down"));
    await endHour(world);
    expect(world.read()).toEqual([]);
    world.clock.advance(60);
    await world.settle();
    expect(bundlesIn(world)).toHaveLength(1);
  });

  it("shows forty calls at most, and says how many it does not show", async () => {
    const world = await alertWorld();
    await world.score([1, rude]);
    const row = await readRow(world, callIdOn(DAY, 1));
    const rows = Array.from({ length: 45 }, (_value, index) => ({ ...row, percent: index }));
    const { blocks, buttons } = bundleMessage(rows, 47, HOUR, world.settings);
    const text = readBlocks(blocks);
    expect(text.match(/12:55/g)).toHaveLength(40);
    expect(text).toContain("…и ещё 7 звонков: все есть в сводке.");
    expect(buttons).toHaveLength(8);
  });
});
