import fc from "fast-check";
import { expect, it } from "vitest";
import { retryAfterSec } from "../../core/retry-after.ts";

const now = new Date("2026-11-20T12:00:00Z");

it.each<[string | null, number]>([
  ["5", 5],
  [" 5 ", 5],
  ["1.2", 2],
  ["0", 1],
  ["86400", 3600],
  ["99999999999999999999", 3600],
  ["Fri, 20 Nov 2026 12:00:30 GMT", 30],
  ["Friday, 20-Nov-26 12:01:00 GMT", 60],
  ["Fri, 20 Nov 2026 11:00:00 GMT", 1],
  ["Fri, 20 Nov 2030 12:00:00 GMT", 3600],
  ["2026-11-20T12:00:45Z", 45],
  // Not readable: the fallback, never "at once".
  [null, 7],
  ["", 7],
  ["   ", 7],
  ["soon", 7],
  ["-5", 7],
  ["soon, 5", 7],
  ["5 seconds", 7],
  ["NaN", 7],
  ["Infinity", 7],
  ["1e9", 7],
  ["Fri, 20 Nov 2026", 7],
  ["Fri, 99 Foo 2026 12:00:00 GMT", 7],
])("«%s» is %i seconds", (header, sec) => {
  expect(retryAfterSec(header, now, 7)).toBe(sec);
});

it("the longest wait is the caller's", () => {
  expect(retryAfterSec("900", now, 7, 60)).toBe(60);
});

it("whatever a server writes, the wait is at least a second and never longer than allowed", () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const sec = retryAfterSec(header, now, 7, 60);
      expect(sec).toBeGreaterThanOrEqual(1);
      expect(sec).toBeLessThanOrEqual(60);
    }),
  );
});
