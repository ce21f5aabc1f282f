import { afterEach, describe, expect, test } from "vitest";
import { VendorError } from "../../../core/errors.ts";
import { closePortals, found, row, scriptedPortal } from "./scripted-portal.ts";

afterEach(closePortals);

describe("a call of the statistics", () => {
  test("is asked for by its id, with upper-case keys and a plain sort", async () => {
    const { crm, asked } = await scriptedPortal({ "voximplant.statistic.get": { result: [] } });
    await crm.findCall("A.1.1");
    expect(asked).toEqual([
      {
        method: "voximplant.statistic.get",
        parameters: { FILTER: { CALL_ID: "A.1.1" }, SORT: "ID", ORDER: "ASC", start: 0 },
      },
    ]);
  });

  test("is read whole", async () => {
    expect(await found(row)).toEqual({
      nativeId: "A.1.1",
      startedAt: "2026-11-20T10:15:30+03:00",
      durationSec: 183,
      direction: "incoming",
      kind: "client",
      missed: false,
      agentId: "42",
      clientPhone: "+79990000001",
      line: "reg100500",
      entity: { type: "contact", id: "77" },
      activityId: "901",
      recording: { fileId: "9079" },
    });
  });

  test.each([
    [
      "the numbers are numbers",
      {
        ID: 512,
        CALL_TYPE: 2,
        PORTAL_USER_ID: 42,
        CALL_DURATION: 183,
        CRM_ENTITY_ID: 77,
        CRM_ACTIVITY_ID: 901,
      },
    ],
    ["the file id is text", { RECORD_FILE_ID: "9079" }],
    ["the offset has no colon", { CALL_START_DATE: "2026-11-20T10:15:30+0300" }],
    ["fields are unknown", { NEW_FIELD: { deep: [] }, REDIAL_ATTEMPT: null }],
  ])("is read the same when %s", async (_, oddity) => {
    expect(await found({ ...row, ...oddity })).toEqual(await found(row));
  });

  test("is read the same when the portal writes its keys in lower case", async () => {
    const lower = Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toLowerCase(), value]));
    expect(await found(lower)).toEqual(await found(row));
  });

  test("is read the same from a map, as PHP writes a list with a gap", async () => {
    const { crm } = await scriptedPortal({ "voximplant.statistic.get": { result: { 1: row } } });
    expect(await crm.findCall("A.1.1")).toEqual(await found(row));
  });

  test.each(["", null, "0", 0, [], {}])(
    "has nobody and nothing where the portal says %j",
    async (nothing) => {
      const empty = {
        PORTAL_USER_ID: nothing,
        CRM_ENTITY_ID: nothing,
        CRM_ACTIVITY_ID: nothing,
        RECORD_FILE_ID: nothing,
      };
      expect(await found({ ...row, ...empty })).toMatchObject({
        agentId: null,
        entity: null,
        activityId: null,
        recording: null,
      });
    },
  );

  test("has nothing that its row does not have", async () => {
    const bare = { CALL_ID: row.CALL_ID, CALL_START_DATE: row.CALL_START_DATE };
    expect(await found(bare)).toEqual({
      nativeId: "A.1.1",
      startedAt: row.CALL_START_DATE,
      durationSec: 0,
      direction: "incoming",
      kind: "client",
      missed: false,
      agentId: null,
      clientPhone: null,
      line: null,
      entity: null,
      activityId: null,
      recording: null,
    });
  });

  test.each([
    [{ RECORD_FILE_ID: 9079, CALL_RECORD_URL: "https://pbx.example.com/1.mp3" }, { fileId: "9079" }],
    [
      { RECORD_FILE_ID: null, CALL_RECORD_URL: "https://pbx.example.com/1.mp3" },
      { url: "https://pbx.example.com/1.mp3" },
    ],
    [{ RECORD_FILE_ID: null, CALL_RECORD_URL: "" }, null],
  ])("with %j has the recording %j", async (fields, recording) => {
    expect((await found({ ...row, ...fields }))?.recording).toEqual(recording);
  });

  test.each([
    ["external", "+79990000001", "2", "client"],
    ["external", "101", "2", "client"],
    ["callback", "101", "4", "client"],
    ["internal", "101", "1", "internal"],
    ["INTERNAL", "+79990000001", "1", "internal"],
    [null, "101", "1", "internal"],
    ["", "12345", "1", "internal"],
    [null, "123456", "1", "client"],
    [null, "+7101", "1", "client"],
    [null, "", "2", "client"],
    [null, "anonymous", "2", "client"],
    ["external", "+79990000001", "5", "info"],
  ])("of category %j with %j and type %s is of kind %s", async (category, phone, type, kind) => {
    const fields = { CALL_CATEGORY: category, PHONE_NUMBER: phone, CALL_TYPE: type };
    expect((await found({ ...row, ...fields }))?.kind).toBe(kind);
  });

  test.each([
    ["200", "183", false],
    ["200", "0", true],
    ["304", "30", true],
    ["", "30", false],
    [null, "0", true],
  ])("with code %j and duration %s is missed: %s", async (code, duration, missed) => {
    const call = await found({ ...row, CALL_FAILED_CODE: code, CALL_DURATION: duration });
    expect(call?.missed).toBe(missed);
  });

  test.each(["DEAL", "SMART", null])("is not tied to an entity of type %j", async (type) => {
    expect((await found({ ...row, CRM_ENTITY_TYPE: type }))?.entity).toBeNull();
  });

  test("is not mistaken for another one when the portal drops the filter", async () => {
    const history = Array.from({ length: 50 }, (_, index) => ({ ...row, CALL_ID: `B.${index}.1` }));
    expect(await found(...history)).toBeUndefined();
    expect(await found(...history, row)).toMatchObject({ nativeId: "A.1.1" });
    expect(await found({ ...row, CALL_ID: "a.1.1" })).toBeUndefined();
  });

  test.each([[null], [false], ["oops"], [7], [[null, 7, "x"]]])(
    "is not known when the result is %j",
    async (result) => {
      const { crm } = await scriptedPortal({ "voximplant.statistic.get": { result } });
      expect(await crm.findCall("A.1.1")).toBeUndefined();
    },
  );

  test("without a date that can be trusted is a reply that cannot be read", async () => {
    await expect(found({ ...row, CALL_START_DATE: "20.11.2026 10:15" })).rejects.toThrow(VendorError);
  });
});
