import { afterEach, describe, expect, test } from "vitest";
import { closePortals, DAY, found, row, scriptedPortal } from "./scripted-portal.ts";

afterEach(closePortals);

describe("a call with several legs", () => {
  const ringing = {
    ...row,
    ID: "510",
    PORTAL_USER_ID: "41",
    CALL_DURATION: "20",
    RECORD_FILE_ID: null,
    CRM_ENTITY_ID: null,
  };
  const transferred = {
    ...row,
    ID: "511",
    CALL_TYPE: "3",
    CALL_START_DATE: "2026-11-20T10:15:50+03:00",
    CALL_DURATION: "160",
  };

  test("is told by the leg with a recording, and starts with its first leg", async () => {
    expect(await found(transferred, { ...ringing, CALL_DURATION: "900" })).toMatchObject({
      startedAt: row.CALL_START_DATE,
      durationSec: 160,
      agentId: "42",
      recording: { fileId: "9079" },
      direction: "incoming",
    });
  });

  test("is told by the longest of several recordings", async () => {
    const recorded = { ...ringing, RECORD_FILE_ID: 9001 };
    expect(await found(recorded, transferred)).toMatchObject({
      agentId: "42",
      recording: { fileId: "9079" },
    });
  });

  test("is told by the longest leg while there is no recording", async () => {
    expect(await found(ringing, { ...transferred, RECORD_FILE_ID: null })).toMatchObject({
      agentId: "42",
      recording: null,
    });
  });

  test("is told by the first of equals", async () => {
    const equal = { ...ringing, CALL_DURATION: "160", RECORD_FILE_ID: 9001 };
    expect(await found({ ...transferred, CALL_START_DATE: row.CALL_START_DATE }, equal)).toMatchObject({
      agentId: "41",
    });
  });

  test("takes what the chosen leg lacks from the others", async () => {
    const first = { ...ringing, CRM_ENTITY_ID: "77", CRM_ACTIVITY_ID: "900" };
    const last = { ...transferred, CRM_ENTITY_TYPE: null, CRM_ACTIVITY_ID: "0", PHONE_NUMBER: "" };
    expect(await found(first, last)).toMatchObject({
      entity: { type: "contact", id: "77" },
      activityId: "900",
      clientPhone: "+79990000001",
    });
  });

  test("is with a client although a colleague was asked in between", async () => {
    const inner = { ...transferred, CALL_TYPE: "1", CALL_CATEGORY: "internal", PHONE_NUMBER: "101" };
    expect(await found(inner, ringing)).toMatchObject({
      kind: "client",
      agentId: "41",
      direction: "incoming",
    });
  });

  test("was missed only when every leg was", async () => {
    const missed = { ...ringing, CALL_FAILED_CODE: "304" };
    expect(await found(missed, transferred)).toMatchObject({ missed: false });
    expect(await found(missed, { ...missed, ID: "511" })).toMatchObject({ missed: true });
  });

  test("is listed once, although a page ends between its legs", async () => {
    const { crm } = await scriptedPortal({
      "voximplant.statistic.get": ({ start }) =>
        start === 0 ? { result: [ringing], next: 50 } : { result: [transferred] },
    });
    const listed = await Array.fromAsync(crm.listCalls(DAY));
    expect(listed).toEqual([await found(ringing, transferred)]);
  });
});
