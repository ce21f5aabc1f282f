import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallRow } from "../../core/call-row.ts";
import { Report } from "../../core/report.ts";
import { buildReport, type ReportParts } from "../../core/report-build.ts";
import { possibleStrengths, toPractise } from "../../core/report-coaching.ts";
import { noPercents } from "../../core/report-numbers.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { addRow, emptyTally } from "../../core/report-tally.ts";
import { anyRows, judged, notScored, rowOf } from "./report-rows.ts";

const DAY = "2026-11-20";

function tallyOf(rows: readonly CallRow[]) {
  const tally = emptyTally();
  // Newest first, as the index gives them.
  for (const row of rows.toReversed()) addRow(tally, row);
  return tally;
}

function reportOf(rows: readonly CallRow[], differs: Partial<ReportParts> = {}): Report {
  return buildReport({
    tenant: "default",
    period: dayPeriod(DAY),
    madeAt: new Date("2026-11-20T16:00:00Z"),
    tally: tallyOf(rows),
    before: { period: null, all: undefined, agents: [], criteria: [], agentCriteria: [] },
    daysBefore: [],
    coaching: new Map(),
    inProgress: 0,
    late: { callIds: [], percents: noPercents() },
    prices: null,
    ...differs,
  });
}

it("a day without calls is a report too", () => {
  const report = reportOf([]);
  expect(Report.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    totals: { calls: 0, scored: 0, average: { percent: null, of: 0, margin: null, change: null } },
    agents: [],
    comparable: true,
    criteria: [],
    callIds: [],
  });
  expect(report.trend).toHaveLength(14);
});

it("a day is summed up", () => {
  const bad = rowOf({ percent: 30, agentId: "2", agentName: "Иван", needsReview: true });
  const good = rowOf({ percent: 95 });
  const rows = [
    good,
    bad,
    rowOf({ percent: 70.4 }),
    notScored("call.missed"),
    notScored("recording.empty", { status: "failed" }),
  ];
  const report = reportOf(rows, { inProgress: 4 });
  expect(report.totals).toMatchObject({
    calls: 5,
    scored: 3,
    skipped: 1,
    failed: 1,
    inProgress: 4,
    passed: 2,
    needsReview: 1,
    bands: { green: 1, yellow: 1, red: 1 },
    average: { percent: 65.1, of: 3, margin: null },
    durationSec: 300,
  });
  expect(report.agents).toMatchObject([
    { id: "1", name: "Анна", calls: 4, scored: 2, average: { percent: 82.7 } },
    { id: "2", name: "Иван", calls: 1, scored: 1, average: { percent: 30, margin: null } },
  ]);
  expect(report.attention).toEqual([bad]);
  expect(report.best).toEqual([good]);
  expect(report.notScored).toEqual([
    { code: "call.missed", calls: 1 },
    { code: "recording.empty", calls: 1 },
  ]);
});

describe("an average", () => {
  it.each([
    [[50], null],
    [[0, 100, 0, 100], null],
    [[50, 50, 50, 50, 50], 0],
    // s = 10, n = 5: 1.96 · 10 / √5.
    [[40, 40, 50, 60, 60], 8.8],
    [[0, 0, 0, 100, 100], 48],
  ])("of %o has a margin of %s", (percents, margin) => {
    const rows = percents.map((percent) => rowOf({ percent }));
    expect(reportOf(rows).totals.average.margin).toBe(margin);
  });

  it("does not hang on the order of the calls", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (tenths) => {
        const rows = tenths.map((percent) => rowOf({ percent: percent / 10 }));
        expect(reportOf(rows.toReversed()).totals).toEqual(reportOf(rows).totals);
      }),
    );
  });

  it("says by how much it has changed, in the numbers that people see", () => {
    const all = { averagePercent: 70.149999 } as NonNullable<ReportParts["before"]["all"]>;
    const agents = [
      { key: { agent: "1" }, averagePercent: 90 },
    ] as unknown as ReportParts["before"]["agents"];
    const before = { period: dayPeriod("2026-11-19"), all, agents, criteria: [], agentCriteria: [] };
    const report = reportOf([rowOf({ percent: 72.4 })], { before });
    expect(report.totals.average).toMatchObject({ percent: 72.4, change: 2.3 });
    expect(report.agents[0]?.average.change).toBe(-17.6);
    expect(report.previous).toEqual(dayPeriod("2026-11-19"));
  });
});

describe("what needs attention", () => {
  const attention = (rows: CallRow[]) => reportOf(rows).attention.map(({ percent }) => percent);

  it("is at most three calls, the worst first", () => {
    expect(attention([55, 20, 40, 90, 10].map((percent) => rowOf({ percent })))).toEqual([10, 20, 40]);
  });

  it("is a critical violation even where its band is not red", () => {
    expect(attention([rowOf({ percent: 70, autoFailed: true }), rowOf({ percent: 65 })])).toEqual([70]);
  });

  it("is no call that could not be judged", () => {
    expect(attention([rowOf({ percent: null, needsReview: true })])).toEqual([]);
  });

  it("does not hang on the order of the calls", () => {
    const rows = Array.from({ length: 5 }, () => rowOf({ percent: 10 }));
    expect(reportOf(rows.toReversed()).attention).toEqual(reportOf(rows).attention);
  });
});

describe("the best call", () => {
  it("is the best green one, or none", () => {
    const best = (...percents: number[]) => reportOf(percents.map((percent) => rowOf({ percent }))).best;
    expect(best(81, 99, 85)).toMatchObject([{ percent: 99 }]);
    expect(best(79.9)).toEqual([]);
  });

  it("is of equal ones the one with something to quote that nobody has to look through", () => {
    const evidence = { turn: 0, speaker: "agent" as const, startSec: 1, endSec: 2, quote: "Добрый день" };
    const silent = rowOf({ percent: 99 });
    const open = rowOf({ percent: 99, needsReview: true, best: { criterion: "x", evidence } });
    const quoted = rowOf({ percent: 99, best: { criterion: "x", evidence } });
    expect(reportOf([silent, open, quoted]).best).toEqual([quoted]);
  });
});

describe("agents", () => {
  it("stand by name, unknown ones last", () => {
    const named = (agentId: string | null, agentName: string | null) => rowOf({ agentId, agentName });
    const rows = [
      named(null, null),
      named("3", "Яна"),
      named("1", "Анна"),
      named("4", "Ёлкина"),
      named("2", "Жук"),
    ];
    expect(reportOf(rows).agents.map(({ name }) => name)).toEqual(["Анна", "Ёлкина", "Жук", "Яна", null]);
  });

  it("of one name stay apart, and one of two names goes by the newest", () => {
    const rows = [rowOf({ agentId: "1", agentName: "Анна" }), rowOf({ agentId: "2", agentName: "Анна" })];
    expect(reportOf(rows).agents).toHaveLength(2);
    const renamed = [
      rowOf({ agentName: "Анна" }),
      rowOf({ agentName: null }),
      rowOf({ agentName: "Анна Иванова" }),
    ];
    expect(reportOf(renamed).agents).toMatchObject([{ name: "Анна Иванова", scored: 3 }]);
  });

  it("can be compared when everybody has ten calls", () => {
    const ten = (agentId: string | null) => Array.from({ length: 10 }, () => rowOf({ agentId, percent: 70 }));
    expect(reportOf([...ten("1"), ...ten("2")]).comparable).toBe(true);
    expect(reportOf([...ten("1"), ...ten("2").slice(1)]).comparable).toBe(false);
    // Missed calls and uploads are no people.
    expect(
      reportOf([...ten("1"), rowOf({ agentId: null }), notScored("call.missed", { agentId: "3" })])
        .comparable,
    ).toBe(true);
  });

  it("have a best and a weakest criterion once there are three verdicts on it", () => {
    const call = (greeting: "met" | "not_met", needs: "met" | "not_met" | "not_applicable") =>
      rowOf({ criteria: [judged("greeting", greeting), judged("needs", needs)] });
    const few = [call("met", "not_met"), call("met", "not_met")];
    expect(reportOf(few).agents[0]).toMatchObject({ best: null, weakest: null });
    expect(reportOf([...few, call("not_met", "not_met")]).agents[0]).toMatchObject({
      best: { criterionId: "greeting", share: 0.667 },
      weakest: { criterionId: "needs", share: 0 },
      shares: { greeting: 0.667, needs: 0 },
    });
    const perfect = [1, 2, 3].map(() => call("met", "met"));
    expect(reportOf(perfect).agents[0]).toMatchObject({ best: null, weakest: null });
  });
});

describe("criteria", () => {
  it("stand with the most often missed first, each checklist's own", () => {
    const call = (checklistId: string, verdict: "met" | "not_met" | "partly" | "uncertain") =>
      rowOf({ checklistId, criteria: [judged("greeting", verdict)] });
    const report = reportOf([
      call("support", "met"),
      call("support", "uncertain"),
      call("first-sale", "not_met"),
      call("first-sale", "partly"),
    ]);
    expect(report.criteria).toMatchObject([
      { checklistId: "first-sale", criterionId: "greeting", notMet: 1, partly: 1, share: 0.25, change: null },
      { checklistId: "support", criterionId: "greeting", met: 1, uncertain: 1, share: 1 },
    ]);
  });
});

describe("what was said", () => {
  it("names the objections of the worst calls that nobody answered, and counts the others", () => {
    const objection = (handling: "handled" | "unhandled" | "ignored", quote: string) => ({
      category: "цена",
      handling,
      quote,
      startSec: 5,
    });
    const report = reportOf([
      rowOf({ percent: 80, objections: [objection("unhandled", "второе"), objection("handled", "нет")] }),
      rowOf({ percent: 20, objections: [objection("ignored", "первое")] }),
    ]);
    expect(report.objections).toEqual([
      { category: "цена", total: 3, handled: 1, partly: 0, unhandled: 1, ignored: 1 },
    ]);
    expect(report.unhandled.map(({ quote }) => quote)).toEqual(["первое", "второе"]);
  });

  it("lists what was promised in the order of the calls", () => {
    const step = (text: string | null, agreed = true) => rowOf({ nextStep: { agreed, text } });
    const report = reportOf([step("замер"), step("не решили", false), step(null), step("счёт")]);
    expect(report.nextSteps.map(({ text }) => text)).toEqual(["замер", "счёт"]);
  });
});

describe("the cost", () => {
  const cost = { speechSec: 90, promptTokens: 400_000, completionTokens: 100_000 };

  it("is in minutes and tokens", () => {
    expect(reportOf([rowOf({ cost }), rowOf()]).cost).toEqual({ ...cost, money: null });
  });

  it("is in money where prices are set", () => {
    const prices = { currency: "RUB", speechMinute: 1.2, promptTokens: 100, completionTokens: 400 };
    expect(reportOf([rowOf({ cost })], { prices }).cost.money).toEqual({ amount: 81.8, currency: "RUB" });
  });
});

it("calls of earlier days are named apart and never counted with the day's", () => {
  const today = rowOf({ percent: 90 });
  const late = { callIds: ["20261119-bitrix24-1"], percents: { of: 1, tenths: 155, squaredTenths: 24025 } };
  expect(reportOf([today], { late })).toMatchObject({
    totals: { calls: 1, average: { percent: 90 } },
    late: { calls: 1, averagePercent: 15.5 },
    callIds: [today.callId, "20261119-bitrix24-1"],
  });
});

describe("what an agent could practise", () => {
  const agent = (rows: CallRow[]) => [...tallyOf(rows).agents.values()][0]!;
  const call = (verdicts: Record<string, [CallRow["criteria"][number]["verdict"], number]>, differs = {}) =>
    rowOf({
      criteria: Object.entries(verdicts).map(([id, [verdict, weight]]) => judged(id, verdict, weight)),
      ...differs,
    });

  it("is at most two things, what they cost most by first", () => {
    const rows = [1, 2].map(() =>
      call({ a: ["not_met", 5], b: ["not_met", 20], c: ["not_met", 10], d: ["met", 50] }),
    );
    expect(toPractise(agent(rows)).map(({ criterionId }) => criterionId)).toEqual(["b", "c"]);
  });

  it("is nothing that was missed once, unless it was asked for only once", () => {
    const rows = [call({ a: ["not_met", 5] }), call({ a: ["met", 5], b: ["not_met", 5] })];
    expect(toPractise(agent(rows)).map(({ criterionId }) => criterionId)).toEqual(["b"]);
  });

  it("is a violation that failed a call, however often and whatever its weight", () => {
    const failed = { autoFailed: true, autoFailedBy: "Текст rude" };
    const rows = [
      call({ rude: ["not_met", 0], a: ["not_met", 10] }, failed),
      call({ rude: ["met", 0], a: ["not_met", 10] }),
      call({ rude: ["met", 0] }),
    ];
    expect(toPractise(agent(rows)).map(({ criterionId }) => criterionId)).toEqual(["a", "rude"]);
  });

  it("is not what the agent does well", () => {
    const rows = [1, 2, 3].map((n) =>
      call({ a: ["met", 5], b: ["met", 20], c: [n === 1 ? "met" : "not_met", 90] }),
    );
    expect(possibleStrengths(agent(rows)).map(({ criterionId }) => criterionId)).toEqual(["b", "a"]);
  });

  it("quotes the newest calls", () => {
    const rows = [1, 2, 3, 4].map(() => call({ a: ["not_met", 5] }));
    const [practice] = toPractise(agent(rows));
    expect(practice?.newest.notMet.map(({ callId }) => callId)).toEqual(
      rows
        .slice(1)
        .reverse()
        .map(({ callId }) => callId),
    );
  });
});

it("whatever the day was like, the numbers agree with each other", () => {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  fc.assert(
    fc.property(anyRows([DAY]), (rows) => {
      const report = reportOf(rows);
      const { totals, agents } = report;
      expect(Report.parse(report)).toEqual(report);
      expect(totals.calls).toBe(rows.length);
      expect(totals.scored + totals.skipped + totals.failed).toBe(totals.calls);
      expect(sum(report.notScored.map(({ calls }) => calls))).toBe(totals.skipped + totals.failed);
      for (const field of ["calls", "scored", "passed", "needsReview", "autoFailed"] as const) {
        expect(sum(agents.map((agent) => agent[field]))).toBe(totals[field]);
      }
      expect(sum(agents.map(({ average }) => average.of))).toBe(totals.average.of);
      expect(sum(Object.values(totals.bands))).toBe(totals.average.of);
      expect(report.trend.at(-1)).toMatchObject({
        calls: totals.calls,
        scored: totals.scored,
        averagePercent: totals.average.percent,
      });
      expect(new Set(report.callIds).size).toBe(rows.length);
      for (const { percent } of [totals.average, ...agents.map(({ average }) => average)]) {
        if (percent !== null) expect(percent >= 0 && percent <= 100).toBe(true);
      }
      for (const { total, handled, partly, unhandled, ignored } of report.objections)
        expect(handled + partly + unhandled + ignored).toBe(total);
    }),
  );
});
