import { describe, expect, test } from "vitest";
import { bitrix24Webhook } from "../../../adapters/crm/bitrix24-webhook.ts";

const TOKEN = "tok-from-the-portal";
const FORM = "application/x-www-form-urlencoded";
const webhook = bitrix24Webhook({ applicationToken: TOKEN });

// As a portal sends it, brackets bare and values encoded.
const SENT =
  "event=ONVOXIMPLANTCALLEND&event_handler_id=17&data[CALL_ID]=ABCD1234.1790000000.555&data[CALL_TYPE]=2" +
  "&data[PHONE_NUMBER]=%2B79990000001&data[PORTAL_NUMBER]=reg100500&data[PORTAL_USER_ID]=42&data[CALL_DURATION]=183" +
  "&data[CALL_START_DATE]=2026-11-20T10%3A15%3A30%2B03%3A00&data[COST]=0.0000&data[COST_CURRENCY]=RUR" +
  "&data[CALL_FAILED_CODE]=200&data[CALL_FAILED_REASON]=Success&data[CRM_ACTIVITY_ID]=901&ts=1790000200" +
  "&auth[domain]=demo.bitrix24.ru&auth[member_id]=0123456789abcdef0123456789abcdef&auth[application_token]=tok-from-the-portal";

const READ = {
  nativeId: "ABCD1234.1790000000.555",
  startedAt: "2026-11-20T10:15:30+03:00",
  sentAt: "2026-09-21T14:16:40.000Z",
  durationSec: 183,
  direction: "incoming",
  kind: null,
  missed: false,
  agentId: "42",
};

function form(fields: Record<string, string>): string {
  return new URLSearchParams({
    event: "ONVOXIMPLANTCALLEND",
    "data[CALL_ID]": "A.1.1",
    "auth[application_token]": TOKEN,
    ...fields,
  }).toString();
}

function noticeOf(body: string, contentType: string | null = FORM) {
  const reading = webhook.read(body, contentType);
  if (reading.kind !== "call-ended") throw new Error(reading.kind);
  return reading.notice;
}

describe("the body of a webhook", () => {
  test("is a form with bare brackets", () => expect(noticeOf(SENT)).toEqual(READ));

  test("is a form with encoded brackets", () => {
    expect(noticeOf(SENT.replaceAll("[", "%5B").replaceAll("]", "%5D"))).toEqual(READ);
  });

  test.each([null, "text/plain", "application/x-www-form-urlencoded; charset=UTF-8"])(
    "may come as %j",
    (type) => {
      expect(noticeOf(SENT, type)).toEqual(READ);
    },
  );

  test.each(["application/json", "application/json; charset=utf-8", null])(
    "is JSON of the same shape as %j",
    (type) => {
      const json = {
        event: "ONVOXIMPLANTCALLEND",
        ts: 1790000200,
        data: {
          CALL_ID: "ABCD1234.1790000000.555",
          CALL_TYPE: 2,
          PORTAL_USER_ID: 42,
          CALL_DURATION: 183,
          CALL_START_DATE: "2026-11-20T10:15:30+03:00",
          CALL_FAILED_CODE: "200",
        },
        auth: { application_token: TOKEN },
      };
      expect(noticeOf(JSON.stringify(json), type)).toEqual(READ);
    },
  );

  test("has its spaces as plus signs", () => {
    expect(noticeOf(`${form({})}&data[CALL_START_DATE]=+2026-11-20T10:15:30%2B03:00+`).startedAt).toBe(
      READ.startedAt,
    );
  });

  test("counts the last of two values, as PHP does", () => {
    expect(noticeOf(`${form({})}&data[CALL_ID]=B.2.2`).nativeId).toBe("B.2.2");
  });

  test("may have keys with a broken percent encoding", () => {
    expect(noticeOf(`%E0%A4%A=1&%=2&data%5=3&${SENT}`)).toEqual(READ);
  });

  test("with ten thousand keys is read in one pass", () => {
    const keys = Array.from(
      { length: 10_000 },
      (_, index) => `data[X${index}][Y][${"[".repeat(20)}=${index}`,
    );
    const started = performance.now();
    expect(noticeOf(`${keys.join("&")}&${SENT}`)).toEqual(READ);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test.each([
    `__proto__[polluted]=1&${SENT}`,
    `data[__proto__][polluted]=1&constructor[prototype][polluted]=1&${SENT}`,
    `{"__proto__":{"polluted":1},"event":"ONVOXIMPLANTCALLEND","data":{"CALL_ID":"A","__proto__":{"polluted":1}},"auth":{"application_token":"${TOKEN}"}}`,
  ])("cannot reach a prototype (%#)", (body) => {
    expect(webhook.read(body, null).kind).toBe("call-ended");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("does not take what JSON inherits for a token", () => {
    const body = `{"event":"ONVOXIMPLANTCALLEND","auth":{"__proto__":{"application_token":"${TOKEN}"}}}`;
    expect(webhook.read(body, "application/json")).toEqual({ kind: "unauthorized" });
  });

  test.each([
    ["data[CALL_ID][]=A.1.1", "unreadable"],
    ["data[CALL_ID][x]=A.1.1", "unreadable"],
    ["data=A.1.1", "unreadable"],
  ])("with %s in place of the id is %s", (fields, kind) => {
    const body = `event=ONVOXIMPLANTCALLEND&${fields}&auth[application_token]=${TOKEN}`;
    expect(webhook.read(body, FORM).kind).toBe(kind);
  });

  test.each([
    [{ event: ["ONVOXIMPLANTCALLEND"], auth: { application_token: [TOKEN] } }, "unreadable"],
    [{ event: "ONVOXIMPLANTCALLEND", auth: { application_token: [TOKEN] } }, "unauthorized"],
    [{ event: "ONVOXIMPLANTCALLEND", auth: [TOKEN] }, "unauthorized"],
    [{ event: "ONVOXIMPLANTCALLEND", auth: { application_token: TOKEN }, data: ["A"] }, "unreadable"],
    [
      { event: "ONVOXIMPLANTCALLEND", auth: { application_token: TOKEN }, data: { CALL_ID: {} } },
      "unreadable",
    ],
    [{ event: "ONVOXIMPLANTCALLEND", auth: { application_token: TOKEN }, data: null }, "unreadable"],
    [{ auth: { application_token: TOKEN } }, "unreadable"],
  ])("of the shape %j is %s", (body, kind) => {
    expect(webhook.read(JSON.stringify(body), "application/json").kind).toBe(kind);
  });

  test("of JSON that nests without end is not read", () => {
    expect(webhook.read("[".repeat(200_000), "application/json").kind).toBe("unreadable");
  });

  test("is not let in by a token that is only nearly right", () => {
    for (const token of [` ${TOKEN}`, TOKEN.toUpperCase(), `${TOKEN}x`, ""]) {
      expect(webhook.read(form({ "auth[application_token]": token }), FORM)).toEqual({
        kind: "unauthorized",
      });
    }
  });

  test("names its event in any case", () => {
    expect(noticeOf(form({ event: "OnVoximplantCallEnd" })).nativeId).toBe("A.1.1");
  });
});

describe("a field of a webhook", () => {
  test.each([
    ["1", "outgoing", null],
    ["2", "incoming", null],
    ["3", "incoming", null],
    ["4", "outgoing", null],
    ["5", "outgoing", "info"],
    ["6", null, null],
    ["", null, null],
  ])("CALL_TYPE %j is %j and of kind %j", (type, direction, kind) => {
    expect(noticeOf(form({ "data[CALL_TYPE]": type }))).toMatchObject({ direction, kind });
  });

  test.each([
    ["200", "183", false],
    ["200", "0", true],
    ["304", "12", true],
    ["603-S", "", true],
    ["OTHER", "5", true],
    ["", "5", null],
    ["", "0", true],
    ["", "", null],
  ])("CALL_FAILED_CODE %j with CALL_DURATION %j is missed: %j", (code, duration, missed) => {
    const fields = { "data[CALL_FAILED_CODE]": code, "data[CALL_DURATION]": duration };
    expect(noticeOf(form(fields)).missed).toBe(missed);
  });

  test.each([
    ["0", null],
    ["", null],
    ["42", "42"],
    // It goes over a queue, which carries no names and not every character.
    ["Иван Петров", null],
    ["\ufffe", null],
    ["7".repeat(5000), null],
  ])("PORTAL_USER_ID %j is agent %j", (id, agentId) => {
    expect(noticeOf(form({ "data[PORTAL_USER_ID]": id })).agentId).toBe(agentId);
  });

  test.each([
    ["2026-11-20T10:15:30+03:00", "2026-11-20T10:15:30+03:00"],
    ["2026-11-20T10:15:30+0300", "2026-11-20T10:15:30+03:00"],
    ["2026-11-20T07:15:30Z", "2026-11-20T07:15:30Z"],
    ["2026-11-20T10:15:30", null],
    ["2026-11-20 10:15:30", null],
    ["20.11.2026 10:15:30", null],
    ["2026-13-45T10:15:30+03:00", null],
    ["2026-11-20T10:15:30+03", null],
    // No day of eight digits can be made of these.
    ["0001-01-01T00:00:00+03:00", null],
    ["9999-12-31T23:59:59-12:00", null],
    [`2026-11-20T10:15:30.${"1".repeat(5000)}+03:00`, null],
    ["{}", null],
    ["", null],
  ])("CALL_START_DATE %j is %j", (date, startedAt) => {
    expect(noticeOf(form({ "data[CALL_START_DATE]": date })).startedAt).toBe(startedAt);
  });

  test.each(["-5", "1e3", "abc", "NaN", "0x10", "99999999999999999999"])(
    "CALL_DURATION %j is unknown",
    (duration) => {
      expect(noticeOf(form({ "data[CALL_DURATION]": duration })).durationSec).toBeNull();
    },
  );

  test.each(["0", "17", "now", "999999999999", "99999999999999999", ""])("ts %j is no time", (ts) => {
    expect(noticeOf(form({ ts })).sentAt).toBeNull();
  });

  test.each([" ", "A B", "A\nB", "запись", "x".repeat(256)])("CALL_ID %j is no id", (id) => {
    expect(webhook.read(form({ "data[CALL_ID]": id }), FORM).kind).toBe("unreadable");
  });

  test.each(["externalCall.d41d8cd98f00b204e9800998ecf8427e.1790000000", "x".repeat(255)])(
    "CALL_ID %j is one",
    (id) => {
      expect(noticeOf(form({ "data[CALL_ID]": id })).nativeId).toBe(id);
    },
  );
});
