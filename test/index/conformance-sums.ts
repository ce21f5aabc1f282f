import { describe, expect, it } from "vitest";
import { callIdOn, callRow, putRows, skippedRow, TENANT } from "./call-rows.ts";
import { FIRST, type IndexWorld, PERIOD, TODAY } from "./conformance-world.ts";

export function sumsCallsUp(world: () => IndexWorld): void {
  describe("summing calls up", () => {
    /** Two agents, two days, one skipped call. */
    async function summed() {
      const { store, index, clock } = world();
      await putRows(
        store,
        callRow(callIdOn(FIRST, "a"), { percent: 60, durationSec: 10.1 }),
        callRow(callIdOn(FIRST, "b"), {
          percent: 90,
          band: "green",
          durationSec: 20.2,
          agentName: "Анна Ким",
          startedAt: "2026-11-17T13:00:00+03:00",
        }),
        callRow(callIdOn(TODAY, "c"), {
          percent: 30,
          band: "red",
          passed: false,
          autoFailed: true,
          needsReview: true,
          agentId: "12",
          agentName: "Иван",
          departments: ["Продажи", "Сервис", "Сервис"],
          criteria: [
            { id: "greeting", text: "Здоровается", stage: null, verdict: "not_met", points: 0, weight: 1 },
            { id: "extra", text: "Ещё", stage: null, verdict: "uncertain", points: null, weight: 1 },
          ],
          objections: [
            { category: "price", handling: "ignored", quote: null, startSec: null },
            { category: "price", handling: "handled", quote: "а", startSec: 1 },
            { category: "price", handling: "handled", quote: "б", startSec: 2 },
          ],
        }),
        skippedRow(callIdOn(TODAY, "d"), "call.too_short", {
          agentId: null,
          agentName: null,
          departments: [],
          durationSec: null,
        }),
      );
      await index.compactDay(TENANT, FIRST);
      return { index, store, clock };
    }

    it("gives one group without a dimension", async () => {
      const { index } = await summed();
      expect(await index.aggregate(PERIOD)).toEqual([
        {
          key: {},
          name: {},
          calls: 4,
          scored: 3,
          percents: 3,
          averagePercent: 60,
          percentDeviation: 30,
          passed: 2,
          needsReview: 1,
          autoFailed: 1,
          bands: { green: 1, yellow: 1, red: 1 },
          durationSec: 91.8,
          cost: { speechSec: 369, promptTokens: 5490, completionTokens: 1230 },
        },
      ]);
    });

    it("gives one group of nothing, and no group by any dimension, where there is no call", async () => {
      const { index } = world();
      expect(await index.aggregate(PERIOD)).toMatchObject([
        { key: {}, calls: 0, averagePercent: null, percentDeviation: null, durationSec: 0 },
      ]);
      expect(await index.aggregate({ ...PERIOD, groupBy: ["agent"] })).toEqual([]);
    });

    it("names agents as their last call does, nobody last", async () => {
      const { index } = await summed();
      const groups = await index.aggregate({ ...PERIOD, groupBy: ["agent"] });
      expect(groups.map(({ key, name, calls }) => [key.agent, name.agent, calls])).toEqual([
        ["11", "Анна Ким", 2],
        ["12", "Иван", 1],
        [null, null, 1],
      ]);
      expect(groups[0]).toMatchObject({ averagePercent: 75, percentDeviation: 21.2132, durationSec: 30.3 });
      expect(groups[1]).toMatchObject({ averagePercent: 30, percentDeviation: null });
    });

    it("counts a call once in each of its departments", async () => {
      const { index } = await summed();
      const groups = await index.aggregate({ ...PERIOD, groupBy: ["department"] });
      expect(groups.map(({ key, calls }) => [key.department, calls])).toEqual([
        ["Продажи", 3],
        ["Сервис", 1],
        [null, 1],
      ]);
    });

    it("counts the verdicts of each criterion", async () => {
      const { index } = await summed();
      const groups = await index.aggregate({ ...PERIOD, groupBy: ["criterion"] });
      expect(
        groups.map(({ key, name, calls, verdicts }) => [key.criterion, name.criterion, calls, verdicts]),
      ).toEqual([
        [
          "extra",
          "Ещё",
          1,
          { met: 0, partly: 0, notMet: 0, notApplicable: 0, uncertain: 1, averagePoints: null },
        ],
        [
          "greeting",
          "Здоровается",
          3,
          { met: 2, partly: 0, notMet: 1, notApplicable: 0, uncertain: 0, averagePoints: 0.6667 },
        ],
        [
          "needs",
          "Выяснил задачу",
          2,
          { met: 0, partly: 2, notMet: 0, notApplicable: 0, uncertain: 0, averagePoints: 0.5 },
        ],
      ]);
      expect(groups[1]).toMatchObject({ averagePercent: 60, passed: 2 });
    });

    it("counts a call once for a category of objections, however many it heard of it", async () => {
      const { index } = await summed();
      const byCategory = await index.aggregate({ ...PERIOD, groupBy: ["objectionCategory"] });
      expect(
        byCategory.map(({ key, calls, objections }) => [key.objectionCategory, calls, objections]),
      ).toEqual([["price", 3, 5]]);
      const byBoth = await index.aggregate({
        ...PERIOD,
        groupBy: ["objectionHandling", "objectionCategory"],
      });
      expect(byBoth.map(({ key, calls, objections }) => [Object.values(key), calls, objections])).toEqual([
        [["handled", "price"], 1, 2],
        [["ignored", "price"], 1, 1],
        [["partly", "price"], 2, 2],
      ]);
    });

    it.each([
      ["day", [FIRST, TODAY]],
      ["direction", ["outgoing"]],
      ["line", ["+74950000042"]],
      ["checklist", ["first-sale", null]],
      ["status", ["scored", "skipped"]],
      ["code", ["call.too_short", null]],
      ["band", ["green", "red", "yellow", null]],
      ["callType", ["first-sale", null]],
    ] as const)("groups by %s", async (dimension, expected) => {
      const { index } = await summed();
      const groups = await index.aggregate({ ...PERIOD, groupBy: [dimension] });
      expect(groups.map(({ key }) => key[dimension])).toEqual(expected);
      expect(groups.reduce((sum, { calls }) => sum + calls, 0)).toBe(4);
    });

    it("groups by three dimensions, of which two are lists, only what the filter lets through", async () => {
      const { index } = await summed();
      const groups = await index.aggregate({
        ...PERIOD,
        agentIds: ["12"],
        groupBy: ["criterion", "department", "checklist"],
      });
      expect(groups.map(({ key, calls }) => [...Object.values(key), calls])).toEqual([
        ["extra", "Продажи", "first-sale", 1],
        ["extra", "Сервис", "first-sale", 1],
        ["greeting", "Продажи", "first-sale", 1],
        ["greeting", "Сервис", "first-sale", 1],
      ]);
      expect(groups[0]?.name).toEqual({ checklist: "Первая продажа", criterion: "Ещё" });
    });
  });
}
