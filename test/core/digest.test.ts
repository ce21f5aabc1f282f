import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallRow } from "../../core/call-row.ts";
import { Digest, summarize } from "../../core/digest.ts";

let calls = 0;
const row = (given: Partial<CallRow> = {}): CallRow => {
  calls += 1;
  const percent = given.percent === undefined ? 90 : given.percent;
  return CallRow.parse({
    callId: `20261120-bitrix24-${String(calls).padStart(4, "0")}`,
    startedAt: "2026-11-20T10:00:00+03:00",
    durationSec: 60,
    direction: "incoming",
    agentId: "1",
    agentName: "Анна",
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 1,
    percent,
    passed: percent !== null && percent >= 60,
    needsReview: false,
    band: percent === null ? null : percent >= 80 ? "green" : percent >= 60 ? "yellow" : "red",
    autoFailed: false,
    worst: null,
    best: null,
    ...given,
  });
};
const skipped = (code: string | null, status: "skipped" | "failed" = "skipped") =>
  row({ status, code, percent: null, passed: null, band: null });
const sum = (rows: CallRow[], late: CallRow[] = []) =>
  summarize("default", "2026-11-20", { rows, late, inProgress: 0 });

it("an empty day is a digest too", () => {
  expect(sum([])).toEqual({
    tenant: "default",
    day: "2026-11-20",
    total: 0,
    scored: 0,
    passed: 0,
    needsReview: 0,
    averagePercent: null,
    bands: { green: 0, yellow: 0, red: 0 },
    agents: [],
    attention: [],
    best: null,
    notScored: [],
    inProgress: 0,
    late: { calls: 0, averagePercent: null },
    callIds: [],
  } satisfies Digest);
});

it("a day is summed up", () => {
  const good = row({ percent: 95 });
  const bad = row({ percent: 30, agentId: "2", agentName: "Иван", needsReview: true });
  const digest = sum([
    good,
    bad,
    row({ percent: 70.4 }),
    skipped("call.missed"),
    skipped("recording.empty", "failed"),
  ]);
  expect(digest).toMatchObject({
    total: 5,
    scored: 3,
    passed: 2,
    needsReview: 1,
    averagePercent: 65.1,
    bands: { green: 1, yellow: 1, red: 1 },
    agents: [
      { id: "1", name: "Анна", scored: 2, averagePercent: 82.7 },
      { id: "2", name: "Иван", scored: 1, averagePercent: 30 },
    ],
    notScored: [
      { code: "call.missed", calls: 1 },
      { code: "recording.empty", calls: 1 },
    ],
  });
  expect(digest.attention).toEqual([bad]);
  expect(digest.best).toEqual(good);
});

it("calls that are not done yet are told apart from the rest", () => {
  expect(summarize("default", "2026-11-20", { rows: [row()], late: [], inProgress: 4 })).toMatchObject({
    total: 1,
    inProgress: 4,
  });
});

describe("what needs attention", () => {
  it("is at most three calls, the worst first", () => {
    const rows = [55, 20, 40, 90, 10].map((percent) => row({ percent }));
    expect(sum(rows).attention.map(({ percent }) => percent)).toEqual([10, 20, 40]);
  });

  it("is a critical violation even where its band is not red", () => {
    expect(sum([row({ percent: 70, autoFailed: true }), row({ percent: 65 })]).attention).toMatchObject([
      { autoFailed: true },
    ]);
  });

  it("is no call that could not be judged", () => {
    expect(sum([row({ percent: null, needsReview: true })]).attention).toEqual([]);
  });

  it("does not hang on the order of the rows", () => {
    const rows = Array.from({ length: 5 }, () => row({ percent: 10 }));
    expect(sum([...rows].reverse()).attention).toEqual(sum(rows).attention);
  });
});

it("the best call is the best green one, or none", () => {
  expect(sum([row({ percent: 81 }), row({ percent: 99 }), row({ percent: 85 })]).best?.percent).toBe(99);
  expect(sum([row({ percent: 79.9 })]).best).toBeNull();
});

describe("agents", () => {
  it("stand by name, unknown ones last", () => {
    const named = (agentId: string | null, agentName: string | null) => row({ agentId, agentName });
    const digest = sum([named(null, null), named("3", "Яна"), named("1", "Анна"), named("2", "Иван")]);
    expect(digest.agents.map(({ name }) => name)).toEqual(["Анна", "Иван", "Яна", null]);
  });

  it("of one name stay apart, and one of two names is one", () => {
    const rows = [row({ agentId: "1", agentName: "Анна" }), row({ agentId: "2", agentName: "Анна" })];
    expect(sum(rows).agents).toHaveLength(2);
    expect(sum([row({ agentName: null }), row({ agentName: "Анна Иванова" })]).agents).toMatchObject([
      { name: "Анна Иванова", scored: 2 },
    ]);
  });

  it("have no average of calls that could not be judged", () => {
    expect(sum([row({ percent: null })]).agents).toMatchObject([{ scored: 1, averagePercent: null }]);
  });
});

it("reasons stand with the most frequent first, then by name", () => {
  const rows = ["call.missed", "recording.absent", "call.too_short", "call.missed"].map((code) =>
    skipped(code),
  );
  expect(sum([...rows, skipped(null)]).notScored).toEqual([
    { code: "call.missed", calls: 2 },
    { code: "call.too_short", calls: 1 },
    { code: "recording.absent", calls: 1 },
    { code: "unknown", calls: 1 },
  ]);
});

it("calls of earlier days are named apart and never counted with the day's", () => {
  const late = [row({ percent: 10 }), row({ percent: 21 }), skipped("recording.absent")];
  const today = row({ percent: 90 });
  const digest = sum([today], late);
  expect(digest).toMatchObject({
    total: 1,
    scored: 1,
    averagePercent: 90,
    bands: { red: 0 },
    attention: [],
    notScored: [],
    late: { calls: 3, averagePercent: 15.5 },
  });
  expect(digest.callIds).toEqual([today, ...late].map(({ callId }) => callId));
});

it("whatever the day was like, the counts add up", () => {
  const percent = fc.option(
    fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10),
    { nil: null },
  );
  const scored = fc
    .record({
      percent,
      agentId: fc.constantFrom("1", "2", null),
      needsReview: fc.boolean(),
      autoFailed: fc.boolean(),
    })
    .map((given) => () => row(given));
  const other = fc
    .tuple(fc.constantFrom("call.missed", "recording.empty", null), fc.constantFrom("skipped", "failed"))
    .map(
      ([code, status]) =>
        () =>
          skipped(code, status as "skipped"),
    );
  const rows = fc.array(fc.oneof(scored, other)).map((makers) => makers.map((make) => make()));
  const total = (list: { scored?: number; calls?: number }[]) =>
    list.reduce((most, { scored = 0, calls = 0 }) => most + scored + calls, 0);
  fc.assert(
    fc.property(rows, rows, (today, late) => {
      const digest = sum(today, late);
      const judged = today.filter((one) => one.percent !== null);
      expect(Digest.parse(digest)).toEqual(digest);
      expect(digest.total).toBe(today.length);
      expect(digest.scored + total(digest.notScored)).toBe(digest.total);
      expect(total(digest.agents)).toBe(digest.scored);
      expect(digest.bands.green + digest.bands.yellow + digest.bands.red).toBe(judged.length);
      expect(digest.passed).toBeLessThanOrEqual(digest.scored);
      expect(digest.needsReview).toBeLessThanOrEqual(digest.scored);
      expect(digest.late.calls).toBe(late.length);
      expect(new Set(digest.callIds).size).toBe(today.length + late.length);
      for (const { averagePercent } of [digest, digest.late, ...digest.agents]) {
        if (averagePercent === null) continue;
        expect(averagePercent).toBeGreaterThanOrEqual(0);
        expect(averagePercent).toBeLessThanOrEqual(100);
      }
    }),
  );
});
