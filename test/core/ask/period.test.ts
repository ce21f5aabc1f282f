import { describe, expect, it } from "vitest";
import { isInPeriod } from "../../../core/ask/period.ts";
import { findPeriod } from "../../../core/ask/periods.ts";
import { now, timeZone } from "../../ask/company.ts";

describe("whether a call belongs to a period", () => {
  const within = (text: string, moment: string) => {
    const found = findPeriod(text, { now, timeZone });
    if (!found) throw new Error(`no period in «${text}»`);
    return isInPeriod(found.period, new Date(moment));
  };

  it.each([
    ["вчера", "2026-11-19T20:59:00Z", true],
    ["вчера", "2026-11-19T21:00:00Z", false],
    ["вчера с 14 до 18", "2026-11-19T11:00:00Z", true],
    ["вчера с 14 до 18", "2026-11-19T15:00:00Z", false],
    ["вчера с 14 до 18 по екб", "2026-11-19T09:00:00Z", true],
    ["вчера с 14 до 18 по екб", "2026-11-19T13:30:00Z", false],
    ["вчера ночью", "2026-11-19T00:30:00Z", true],
    ["вчера ночью", "2026-11-19T12:00:00Z", false],
    ["за сутки", "2026-11-19T12:01:00Z", true],
    ["за сутки", "2026-11-19T11:59:00Z", false],
    ["за август и октябрь", "2026-09-10T12:00:00Z", false],
    ["за октябрь по будням", "2026-10-10T12:00:00Z", false],
    ["за октябрь по будням", "2026-10-09T12:00:00Z", true],
    ["за всё время", "1999-01-01T00:00:00Z", true],
  ])("%s, a call at %s: %s", (text, moment, expected) => expect(within(text, moment)).toBe(expected));
});
