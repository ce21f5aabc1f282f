import { describe, expect, it } from "vitest";
import { digestsDue, nextDigestAt } from "../../core/digest-schedule.ts";
import { periodName } from "../../core/report-period.ts";
import { defaultSettings, type Settings } from "../../core/settings.ts";

const due = (after: string, until: string, changed: Partial<Settings> = {}) =>
  digestsDue({ ...defaultSettings, ...changed }, new Date(after), new Date(until)).map(
    ({ at, period }) => `${at.toISOString().slice(0, 16)} ${periodName(period)}`,
  );
const all: Settings["digests"] = ["day", "week", "month"];

describe("digests are due", () => {
  it("at the end of the day about the day, and on Monday about the week that has ended", () => {
    // 2026-11-23 is a Monday.
    expect(due("2026-11-22T00:00:00Z", "2026-11-24T23:00:00Z")).toEqual([
      "2026-11-22T16:00 2026-11-22",
      "2026-11-23T16:00 2026-11-23",
      "2026-11-23T16:00 2026-W47",
      "2026-11-24T16:00 2026-11-24",
    ]);
  });

  it("on the 1st about the month that has ended, where that is wanted", () => {
    expect(due("2026-11-30T20:00:00Z", "2026-12-01T20:00:00Z", { digests: all })).toEqual([
      "2026-12-01T16:00 2026-12-01",
      "2026-12-01T16:00 2026-11",
    ]);
    expect(due("2026-11-30T20:00:00Z", "2026-12-01T20:00:00Z")).toEqual(["2026-12-01T16:00 2026-12-01"]);
    expect(due("2026-12-31T20:00:00Z", "2027-01-01T20:00:00Z", { digests: ["month"] })).toEqual([
      "2027-01-01T16:00 2026-12",
    ]);
  });

  it.each([
    ["08:30", "2026-11-19"],
    ["00:00", "2026-11-19"],
    ["11:59", "2026-11-19"],
    ["12:00", "2026-11-20"],
    ["23:59", "2026-11-20"],
  ])("at %s about %s: the morning's is about the day before", (digestAt, day) => {
    expect(due("2026-11-19T20:59:59Z", "2026-11-20T20:59:59Z", { digestAt })).toEqual([
      expect.stringContaining(` ${day}`),
    ]);
  });

  it("on a Monday morning about Sunday and the week, each once", () => {
    expect(due("2026-11-22T21:00:00Z", "2026-11-23T20:00:00Z", { digestAt: "09:00", digests: all })).toEqual([
      "2026-11-23T06:00 2026-11-22",
      "2026-11-23T06:00 2026-W47",
    ]);
  });

  it("in the company's own time zone, on its own days", () => {
    const changed = { timeZone: "Asia/Vladivostok", digestAt: "12:00" };
    expect(due("2026-11-22T10:00:00Z", "2026-11-23T10:00:00Z", changed)).toEqual([
      "2026-11-23T02:00 2026-11-23",
      "2026-11-23T02:00 2026-W47",
    ]);
  });

  it("once a day where the clock jumps over their time or shows it twice", () => {
    const changed = { timeZone: "Europe/Berlin", digestAt: "02:30" };
    expect(due("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", changed)).toHaveLength(1);
    expect(due("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", changed)).toHaveLength(1);
  });

  it("at the moment itself, and then not again", () => {
    expect(due("2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z")).toHaveLength(1);
    expect(due("2026-11-20T16:00:00Z", "2026-11-20T17:00:00Z")).toEqual([]);
  });

  it("never, where none is wanted", () => {
    const settings = { ...defaultSettings, digests: [] };
    expect(due("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", settings)).toEqual([]);
    expect(nextDigestAt(settings, new Date("2026-11-20T00:00:00Z"))).toBeNull();
  });
});

it.each<[Settings["digests"], string]>([
  [["day"], "2026-11-20T16:00:00.000Z"],
  [["week"], "2026-11-23T16:00:00.000Z"],
  [["month"], "2026-12-01T16:00:00.000Z"],
])("the next digest of %o is at %s", (digests, at) => {
  const next = nextDigestAt({ ...defaultSettings, digests }, new Date("2026-11-20T12:00:00Z"));
  expect(next?.toISOString()).toBe(at);
});
