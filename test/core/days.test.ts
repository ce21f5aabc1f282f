import { expect, it } from "vitest";
import { dayIn } from "../../core/call.ts";
import { dayAfter, daysBetween, startOfDay } from "../../core/days.ts";

it("counts days over the end of February and of a year", () => {
  expect(daysBetween("2028-02-27", "2028-03-01")).toEqual([
    "2028-02-27",
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
  ]);
  expect(daysBetween("2026-12-31", "2027-01-01")).toEqual(["2026-12-31", "2027-01-01"]);
  expect(daysBetween("2026-11-20", "2026-11-20")).toEqual(["2026-11-20"]);
  expect(daysBetween("2026-11-20", "2026-11-19")).toEqual([]);
  expect(dayAfter("2026-12-31")).toBe("2027-01-01");
});

it.each([
  ["Europe/Moscow", "2026-11-20", "2026-11-19T21:00:00.000Z"],
  ["UTC", "2026-11-20", "2026-11-20T00:00:00.000Z"],
  ["Asia/Kamchatka", "2026-11-20", "2026-11-19T12:00:00.000Z"],
  ["Pacific/Kiritimati", "2026-11-20", "2026-11-19T10:00:00.000Z"],
  ["Pacific/Pago_Pago", "2026-11-20", "2026-11-20T11:00:00.000Z"],
  ["Asia/Kathmandu", "2026-11-20", "2026-11-19T18:15:00.000Z"],
  // The clocks go forward at night, and back.
  ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
  ["Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000Z"],
  // The clocks go forward at midnight: the day begins at one o'clock.
  ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00.000Z"],
])("knows when a day begins in %s: %s", (timeZone, day, start) => {
  const found = startOfDay(timeZone, day);
  expect(found.toISOString()).toBe(start);
  expect(dayIn(timeZone, found)).toBe(day);
  expect(dayIn(timeZone, new Date(found.getTime() - 1))).not.toBe(day);
});
