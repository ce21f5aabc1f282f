import { describe, expect, it } from "vitest";
import { indexRowKey } from "../../core/bucket-layout.ts";
import { agentButtonData, callButtonData, dayButtonData, readButtonData } from "../../core/button-data.ts";
import { callRef, findCallByRef } from "../../core/call-ref.ts";
import { writeJson } from "../../core/store-json.ts";
import { memoryStore } from "../fakes/store.ts";

const CALL_ID = "20261120-bitrix24-ABCD1234.1790000000.555";
const LONG_ID = `20261120-bitrix24-${"A".repeat(120)}`;

describe("a reference to a call", () => {
  it.each([CALL_ID, LONG_ID])(
    "fits a button, however long the id, and leads back to the call",
    async (callId) => {
      const store = memoryStore();
      for (const id of [CALL_ID, LONG_ID, "20261119-upload-1"])
        await writeJson(store, indexRowKey("default", id), {});
      const data = callButtonData(callId);
      expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(24);
      const meaning = readButtonData(data);
      expect(meaning).toEqual({ about: "call", ref: callRef(callId) });
      expect(await findCallByRef(store, "default", callRef(callId))).toBe(callId);
    },
  );

  it("is the same for ever", () => {
    expect(callRef(CALL_ID)).toBe("20261120-84fe950508d6");
  });

  it("to a call that is gone, of another company, or that is none leads nowhere", async () => {
    const store = memoryStore();
    await writeJson(store, indexRowKey("other", CALL_ID), {});
    for (const ref of [callRef(CALL_ID), "20261120-", "../../settings/x", ""])
      expect(await findCallByRef(store, "default", ref)).toBeUndefined();
  });
});

describe("what a button says", () => {
  it("is understood", () => {
    expect(readButtonData(agentButtonData("7") ?? "")).toEqual({ about: "agent", agentId: "7" });
    expect(readButtonData(agentButtonData("user:a b") ?? "")).toEqual({
      about: "agent",
      agentId: "user:a b",
    });
    expect(readButtonData(dayButtonData("2026-11-20"))).toEqual({ about: "day", day: "2026-11-20" });
  });

  it.each(["", "c:", "c:20261120", "d:2026-02-30", "d:../..", "x:7", "7", `a:${"я".repeat(32)}`])(
    "is not understood when it is %j",
    (data) => {
      expect(readButtonData(data)).toBeUndefined();
    },
  );

  it("of an agent whose id does not fit is nothing", () => {
    expect(agentButtonData("я".repeat(31))).toBeDefined();
    expect(agentButtonData("я".repeat(32))).toBeUndefined();
    expect(agentButtonData("")).toBeUndefined();
  });
});
