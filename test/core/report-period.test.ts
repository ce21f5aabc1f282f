import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, weekdayOf } from "../../core/ask/calendar.ts";
import {
  dayPeriod,
  monthPeriod,
  periodBefore,
  periodName,
  rangePeriod,
  readPeriodName,
  trendFrom,
  weekPeriod,
} from "../../core/report-period.ts";

const days = fc.integer({ min: 0, max: 20_000 }).map((offset) => addDays("2000-01-01", offset));

describe("a period", () => {
  it.each([
    [weekPeriod("2026-11-20"), "2026-W47", "2026-11-16", "2026-11-22"],
    [weekPeriod("2026-11-16"), "2026-W47", "2026-11-16", "2026-11-22"],
    [weekPeriod("2026-11-22"), "2026-W47", "2026-11-16", "2026-11-22"],
    // ISO 8601: the first week is the one with the first Thursday.
    [weekPeriod("2027-01-01"), "2026-W53", "2026-12-28", "2027-01-03"],
    [weekPeriod("2024-12-31"), "2025-W01", "2024-12-30", "2025-01-05"],
    [monthPeriod("2026-11-20"), "2026-11", "2026-11-01", "2026-11-30"],
    [monthPeriod("2028-02-10"), "2028-02", "2028-02-01", "2028-02-29"],
    [dayPeriod("2026-11-20"), "2026-11-20", "2026-11-20", "2026-11-20"],
    [rangePeriod("2026-11-01", "2026-11-19"), "2026-11-01_2026-11-19", "2026-11-01", "2026-11-19"],
  ])("has a name for its folder and its days: %o", (period, name, from, to) => {
    expect(periodName(period)).toBe(name);
    expect(period).toMatchObject({ from, to });
  });

  it("of a week or a month is found again by its name", () => {
    fc.assert(
      fc.property(days, (day) => {
        for (const period of [weekPeriod(day), monthPeriod(day)]) {
          expect(readPeriodName(periodName(period))).toEqual(period);
          expect(period.from <= day && day <= period.to).toBe(true);
        }
        expect(weekdayOf(weekPeriod(day).from)).toBe(1);
      }),
    );
  });

  it.each(["2026-W54", "2025-W53", "2026-W00", "2026-13", "2026-00", "2026-11-20", "W47", "2026", ""])(
    "that is none has no days: %j",
    (name) => {
      expect(readPeriodName(name)).toBeUndefined();
    },
  );

  it("is written as people write it", () => {
    expect(readPeriodName("2026-w47")).toEqual(weekPeriod("2026-11-20"));
  });

  it.each([
    [dayPeriod("2026-11-01"), dayPeriod("2026-10-31")],
    [weekPeriod("2026-11-20"), weekPeriod("2026-11-15")],
    [monthPeriod("2026-03-15"), monthPeriod("2026-02-01")],
    [rangePeriod("2026-11-11", "2026-11-20"), rangePeriod("2026-11-01", "2026-11-10")],
  ])("is compared with the one right before it: %o", (period, before) => {
    expect(periodBefore(period)).toEqual(before);
  });

  it("is shown with days enough before it to see where it goes", () => {
    expect(trendFrom(dayPeriod("2026-11-20"))).toBe("2026-11-07");
    expect(trendFrom(weekPeriod("2026-11-20"))).toBe("2026-10-26");
    expect(trendFrom(monthPeriod("2026-10-20"))).toBe("2026-10-01");
    expect(trendFrom(rangePeriod("2026-01-01", "2026-11-20"))).toBe("2026-01-01");
  });
});
