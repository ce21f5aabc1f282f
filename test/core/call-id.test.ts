import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callPrefix } from "../../core/bucket-layout.ts";
import { CallId, callIdOf, dayIn, dayOfCall } from "../../core/call.ts";
import { assertSafeKey } from "../../core/ports/store.ts";

const noon = new Date("2026-11-20T09:00:00Z");
const idOf = (nativeId: string, at = noon, zone = "Europe/Moscow") =>
  callIdOf("bitrix24", nativeId, at, zone);

it("is the day, the source and the portal's own id", () => {
  expect(idOf("ABCD1234.1790000000.555")).toBe("20261120-bitrix24-ABCD1234.1790000000.555");
});

describe("the day is the tenant's", () => {
  it.each([
    ["2026-11-20T20:59:59.999Z", "Europe/Moscow", "20261120"],
    ["2026-11-20T21:00:00Z", "Europe/Moscow", "20261121"],
    ["2026-11-20T21:00:00Z", "Europe/Kaliningrad", "20261120"],
    ["2026-11-20T22:00:00Z", "Europe/Kaliningrad", "20261121"],
    ["2026-11-20T14:00:00Z", "Asia/Vladivostok", "20261121"],
    ["2026-11-20T12:00:00Z", "Asia/Kamchatka", "20261121"],
    ["2026-12-31T21:00:00Z", "Europe/Moscow", "20270101"],
    ["2028-02-29T12:00:00Z", "Europe/Moscow", "20280229"],
    ["2026-11-20T23:59:59Z", "UTC", "20261120"],
    // A call that the portal dates with its own offset.
    ["2026-11-21T00:30:00+03:00", "Europe/Moscow", "20261121"],
    ["2026-11-21T00:30:00+03:00", "Asia/Yekaterinburg", "20261121"],
    ["2026-11-21T00:30:00+03:00", "UTC", "20261120"],
    ["2026-11-20T04:30:00Z", "America/New_York", "20261119"],
  ])("%s in %s is %s", (moment, zone, day) => {
    expect(idOf("1", new Date(moment), zone)).toBe(`${day}-bitrix24-1`);
    expect(dayIn(zone, new Date(moment)).replaceAll("-", "")).toBe(day);
  });

  it("and the id alone tells it", () => {
    expect(dayOfCall(idOf("x-2026", new Date("2026-11-20T21:00:00Z")))).toBe("2026-11-21");
  });
});

it("webhook and sweep arrive at the same id, whatever offset they write", () => {
  expect(idOf("1", new Date("2026-11-20T23:30:00+03:00"))).toBe(idOf("1", new Date("2026-11-20T20:30:00Z")));
});

describe("an unsafe id", () => {
  it("is made safe", () => {
    expect(idOf("a/../b c")).toMatch(/^20261120-bitrix24-a_.._b_c-[0-9a-f]{12}$/);
    expect(idOf("Звонок №5.mp3")).toMatch(/^20261120-bitrix24-_{8,}5\.mp3-[0-9a-f]{12}$/);
  });

  it.each([
    ["a/b", "a_b"],
    ["a/b", "a?b"],
    ["звонок", "запись"],
    ["а", "a"],
    [`${"x".repeat(200)}1`, `${"x".repeat(200)}2`],
    ["x".repeat(121), "x".repeat(120)],
    ["a ", "a"],
    ["е\u0308", "ё"],
  ])("keeps apart: «%s» and «%s»", (one, other) => {
    expect(idOf(one)).not.toBe(idOf(other));
  });

  it("is the same id every time", () => {
    expect(idOf("a/b")).toBe(idOf("a/b"));
  });

  it("whatever it is, makes an id that is a folder of the bucket", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 300 }), (nativeId) => {
        const id = idOf(nativeId);
        expect(CallId.safeParse(id).success).toBe(true);
        assertSafeKey(`${callPrefix("default", id)}call.json`);
      }),
    );
  });

  it("whatever they are, two native ids never share a call", () => {
    const nativeId = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom("a", "_", "/", " ", "-", "я"),
    });
    fc.assert(
      fc.property(nativeId, nativeId, (one, other) => (one === other) === (idOf(one) === idOf(other))),
      { numRuns: 1000 },
    );
  });
});

it("two sources with one native id are two calls", () => {
  expect(callIdOf("upload", "1", noon, "UTC")).not.toBe(callIdOf("bitrix24", "1", noon, "UTC"));
});
