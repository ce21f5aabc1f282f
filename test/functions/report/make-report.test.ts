import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callKey, indexRowKey } from "../../../core/bucket-layout.ts";
import type { CallRow } from "../../../core/call-row.ts";
import { ConfigurationError } from "../../../core/errors.ts";
import { Report, type ReportPeriod } from "../../../core/report.ts";
import { averagePercent, roundPercent } from "../../../core/report-numbers.ts";
import { dayPeriod, monthPeriod, rangePeriod, weekPeriod } from "../../../core/report-period.ts";
import { writeJson } from "../../../core/store-json.ts";
import { makeReport } from "../../../functions/report/make-report.ts";
import { report as reportStage } from "../../../functions/report/stage.ts";
import { anyRows, judged, rowOf } from "../../core/report-rows.ts";
import { run } from "../world.ts";
import {
  callJson,
  DAY,
  indexOf,
  putScored,
  type ReportWorld,
  reportWorld,
  verdictJson,
} from "./report-world.ts";

const reportOf = (world: ReportWorld, period: ReportPeriod = dayPeriod(DAY)) =>
  makeReport({ tenant: "default", period, ports: world });

async function put(world: ReportWorld, ...rows: CallRow[]) {
  for (const row of rows) await writeJson(world.store, indexRowKey("default", row.callId), row);
}

describe("a report", () => {
  it("is of its own days alone", async () => {
    const world = reportWorld();
    for (const day of ["2026-11-15", "2026-11-16", "2026-11-22", "2026-11-23"])
      await put(world, rowOf({ day }));
    const report = await reportOf(world, weekPeriod(DAY));
    expect(report.totals.calls).toBe(2);
    expect(report.callIds).toEqual([]);
    expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it("reads every call of more than a page, once", async () => {
    const world = reportWorld();
    await put(world, ...Array.from({ length: 1203 }, () => rowOf({ percent: 70 })));
    const report = await reportOf(world);
    expect(report.totals).toMatchObject({ calls: 1203, average: { percent: 70, of: 1203, margin: 0 } });
    expect(new Set(report.callIds).size).toBe(1203);
  });

  it("counts calls that have a folder and no end yet", async () => {
    const world = reportWorld();
    const ended = rowOf();
    await put(world, ended);
    for (const callId of [ended.callId, "20261120-bitrix24-open", "20261119-bitrix24-other"])
      await writeJson(world.store, callKey("default", callId), callJson(callId));
    await world.store.put(`calls/default/${DAY}/notes.txt`, "from a person");
    expect((await reportOf(world)).totals).toMatchObject({ calls: 1, inProgress: 1 });
  });

  it("says what it cost in the company's money", async () => {
    const prices = { currency: "RUB", speechMinute: 1.5, promptTokens: 0, completionTokens: 0 };
    const world = reportWorld({ settings: { prices } });
    await put(world, rowOf({ cost: { speechSec: 120, promptTokens: null, completionTokens: null } }));
    expect((await reportOf(world)).cost.money).toEqual({ amount: 3, currency: "RUB" });
  });
});

describe("a report is compared", () => {
  it.each([
    [dayPeriod(DAY), "2026-11-19"],
    [weekPeriod(DAY), "2026-11-12"],
    [monthPeriod(DAY), "2026-10-31"],
    [rangePeriod("2026-11-18", "2026-11-20"), "2026-11-15"],
  ])("with the period before: %o", async (period, before) => {
    const world = reportWorld();
    await put(world, rowOf({ percent: 80 }), rowOf({ day: before, percent: 70.5, agentId: "2" }));
    const { totals, agents, previous } = await reportOf(world, period);
    expect(totals.average.change).toBe(9.5);
    expect(agents[0]?.average.change).toBeNull();
    expect(previous && previous.from <= before && before <= previous.to).toBe(true);
  });

  it("a Monday with the Friday before it, since nobody works on Sundays", async () => {
    const world = reportWorld();
    await put(world, rowOf({ day: "2026-11-23", percent: 80 }), rowOf({ day: "2026-11-20", percent: 90 }));
    await put(
      world,
      rowOf({ day: "2026-11-22", status: "skipped", code: "call.missed", percent: null, band: null }),
    );
    expect(await reportOf(world, dayPeriod("2026-11-23"))).toMatchObject({
      previous: { from: "2026-11-20" },
      totals: { average: { change: -10 } },
    });
  });

  it("with nothing when there was nothing", async () => {
    const world = reportWorld();
    await put(world, rowOf(), rowOf({ day: "2026-11-01" }));
    expect(await reportOf(world)).toMatchObject({ previous: null, totals: { average: { change: null } } });
  });

  it("criterion by criterion, of everybody and of each agent", async () => {
    const world = reportWorld();
    const call = (day: string, verdict: "met" | "not_met") =>
      rowOf({ day, criteria: [judged("greeting", verdict), judged("needs", "met")] });
    await put(world, call("2026-11-19", "met"));
    await put(world, ...[1, 2, 3].map((n) => call(DAY, n === 1 ? "met" : "not_met")));
    const { criteria, agents } = await reportOf(world);
    expect(criteria[0]).toMatchObject({ criterionId: "greeting", share: 0.333, change: -0.667 });
    expect(agents[0]?.weakest).toMatchObject({ criterionId: "greeting", change: -0.667 });
  });
});

describe("what is quoted", () => {
  const said = "Сами разбирайтесь.";
  const verdicts = [
    { ...verdictJson("rude", "not_met", said), advice: "«Давайте разберёмся вместе.»" },
    verdictJson("greeting", "met", "Добрый день!"),
    verdictJson("needs", "not_met"),
  ];

  async function twoCalls() {
    const world = reportWorld();
    for (const n of [1, 2]) {
      const callId = `20261120-bitrix24-Q.${n}`;
      const call = { startedAt: `2026-11-20T12:0${n}:00+03:00` };
      const objections = [
        {
          category: "цена",
          handling: "ignored",
          evidence: [{ turn: 1, speaker: "client", startSec: 5, endSec: 6, quote: "Дорого." }],
        },
      ];
      const scorecard = { percent: 10 * n, passed: false, verdicts, objections };
      await run(reportStage, await putScored(world, callId, scorecard, call), world);
    }
    return world;
  }

  it("is what the agent does well, and what to practise, of the newest call [report:coaching]", async () => {
    const [agent] = (await reportOf(await twoCalls())).agents;
    expect(agent?.strengths).toMatchObject([
      {
        criterionId: "greeting",
        quote: { callId: "20261120-bitrix24-Q.2", evidence: { quote: "Добрый день!" } },
      },
    ]);
    expect(agent?.practise).toMatchObject([
      { criterionId: "needs", missed: 2, of: 2, advice: null, quote: null },
      {
        criterionId: "rude",
        missed: 2,
        of: 2,
        advice: "«Давайте разберёмся вместе.»",
        quote: { callId: "20261120-bitrix24-Q.2", evidence: { quote: said } },
      },
    ]);
  });

  it("is of a call that needs attention what the client objected, where what was missed has no words", async () => {
    const world = reportWorld();
    const objections = [
      {
        category: "цена",
        handling: "unhandled",
        evidence: [{ turn: 1, speaker: "client", startSec: 5, endSec: 6, quote: "Дорого." }],
      },
    ];
    const scorecard = { percent: 10, passed: false, verdicts: [verdictJson("needs", "not_met")], objections };
    await run(reportStage, await putScored(world, "20261120-bitrix24-Q.1", scorecard), world);
    expect((await reportOf(world)).attention).toMatchObject([
      { worst: { criterion: "needs", evidence: { quote: "Дорого.", speaker: "client" } } },
    ]);
  });

  it("is nothing of a scorecard that was removed or broken since", async () => {
    const world = await twoCalls();
    await world.store.delete("calls/default/2026-11-20/20261120-bitrix24-Q.2/scorecard/first-sale@1.json");
    expect((await reportOf(world)).agents[0]?.practise[1]?.quote).toMatchObject({
      callId: "20261120-bitrix24-Q.1",
    });
    await world.store.put(
      "calls/default/2026-11-20/20261120-bitrix24-Q.1/scorecard/first-sale@1.json",
      "{ broken",
    );
    expect((await reportOf(world)).agents[0]).toMatchObject({
      strengths: [],
      practise: [{ quote: null }, { quote: null }],
    });
  });
});

it("a bucket that does not answer costs the digest its time, not its quotes", async () => {
  const world = reportWorld();
  const failing = {
    ...world,
    store: {
      ...world.store,
      get: async (key: string) => {
        if (key.includes("/scorecard/"))
          throw new ConfigurationError("store.refused", "check AWS_ACCESS_KEY_ID");
        return world.store.get(key);
      },
    },
  };
  await put(world, rowOf({ criteria: [judged("greeting", "not_met")] }));
  await expect(reportOf(failing)).rejects.toThrow("AWS_ACCESS_KEY_ID");
});

it("the numbers are those of the index, asked in another way [report:same-numbers]", async () => {
  const days = ["2026-11-16", "2026-11-18", "2026-11-20"];
  await fc.assert(
    fc.asyncProperty(anyRows(days), async (rows) => {
      const world = reportWorld();
      await put(world, ...rows);
      const report = await reportOf(world, weekPeriod(DAY));
      const index = indexOf(world);
      const asked = { tenant: "default", from: "2026-11-16", to: "2026-11-22" };
      const [all] = await index.aggregate(asked);
      const { totals } = report;
      expect(totals).toMatchObject({
        calls: all?.calls,
        scored: all?.scored,
        passed: all?.passed,
        needsReview: all?.needsReview,
        autoFailed: all?.autoFailed,
        bands: all?.bands,
        durationSec: all?.durationSec,
      });
      expect(totals.average.percent).toBe(rounded(all?.averagePercent));
      expect(report.cost).toMatchObject({
        promptTokens: all?.cost.promptTokens,
        completionTokens: all?.cost.completionTokens,
      });
      expect(report.cost.speechSec).toBeCloseTo(all?.cost.speechSec ?? 0, 2);
      const agents = await index.aggregate({ ...asked, groupBy: ["agent"] });
      for (const { key, calls, averagePercent: percent } of agents) {
        const agent = report.agents.find(({ id }) => id === (key.agent ?? null));
        expect(agent).toMatchObject({ calls, average: { percent: rounded(percent) } });
      }
      expect(report.agents).toHaveLength(agents.length);
      for (const { key, verdicts } of await index.aggregate({
        ...asked,
        groupBy: ["checklist", "criterion"],
      })) {
        const { averagePoints, ...counts } = verdicts ?? {};
        const result = report.criteria.find(
          ({ checklistId, criterionId }) => checklistId === key.checklist && criterionId === key.criterion,
        );
        expect(result).toMatchObject(counts);
        if (averagePoints !== null) expect(result?.share).toBeCloseTo(averagePoints ?? -1, 3);
      }
      for (const { key, objections } of await index.aggregate({ ...asked, groupBy: ["objectionCategory"] }))
        expect(report.objections.find(({ category }) => category === key.objectionCategory)?.total).toBe(
          objections,
        );
      const byDay = await index.aggregate({ ...asked, groupBy: ["day"] });
      for (const { key, calls, averagePercent: percent } of byDay)
        expect(report.trend).toContainEqual(
          expect.objectContaining({ day: key.day, calls, averagePercent: rounded(percent) }),
        );
    }),
    { numRuns: 60 },
  );
});

const rounded = (percent: number | null | undefined) =>
  percent === null || percent === undefined ? null : roundPercent(percent);

it("an average is the same however it is summed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), (tenths) => {
      const sum = tenths.reduce((total, number) => total + number, 0);
      const ofIndex = Math.round((sum / 10 / tenths.length) * 1e6) / 1e6;
      expect(averagePercent({ of: tenths.length, tenths: sum, squaredTenths: 0 })).toBe(
        roundPercent(ofIndex),
      );
    }),
  );
});
