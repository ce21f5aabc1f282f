import { expect, it } from "vitest";
import { fastClock, setClock, systemClock } from "../../core/clock.ts";

const SET_AT = Date.parse("2026-11-20T10:00:00Z");

it.each([
  ["the system's", systemClock],
  ["one that is set", setClock("2026-01-01T00:00:00Z")],
])("takes a time of the system's clock as it is: %s", (_, clock) => {
  expect(clock.fromSystem(new Date(SET_AT))).toEqual(new Date(SET_AT));
});

it("says what a fast clock showed when an object was written", () => {
  const clock = fastClock(60, SET_AT);
  expect(clock.fromSystem(new Date(SET_AT + 30_000))).toEqual(new Date("2026-11-20T10:30:00Z"));
  expect(clock.realMs(1_800_000)).toBe(30_000);
});

it("lets a fast clock show another day", () => {
  const clock = fastClock(60, SET_AT, Date.parse("2026-11-19T15:30:00Z"));
  expect(clock.fromSystem(new Date(SET_AT + 60_000))).toEqual(new Date("2026-11-19T16:30:00Z"));
  const now = clock.now().getTime();
  expect(Math.abs(now - clock.fromSystem(new Date()).getTime())).toBeLessThan(60_000);
});
