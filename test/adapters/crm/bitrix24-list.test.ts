import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import type { Crm } from "../../../core/ports/crm.ts";
import {
  type Bitrix24Sandbox,
  type SandboxCall,
  startBitrix24Sandbox,
} from "../../../local/sandbox/bitrix24.ts";
import { closePortals, DAY, row, scriptedPortal } from "./scripted-portal.ts";

const open: Bitrix24Sandbox[] = [];
afterEach(() => Promise.all([closePortals(), ...open.splice(0).map((sandbox) => sandbox.close())]));

describe("the list of calls", () => {
  let sandbox: Bitrix24Sandbox;
  let crm: Crm;
  let dropped: number[];
  const manyCalls = (count: number, startMs: number): SandboxCall[] =>
    Array.from({ length: count }, (_, index) => ({
      nativeId: `C.${startMs}.${index}`,
      callType: "2",
      startedAt: new Date(startMs + index * 1000).toISOString(),
      durationSec: 30,
      failedCode: "200",
      agentId: "42",
      phone: "+79990000001",
      line: "reg1",
    }));

  async function start(options: Parameters<typeof startBitrix24Sandbox>[0]) {
    sandbox = await startBitrix24Sandbox(options);
    open.push(sandbox);
    crm = bitrix24({ webhookUrl: sandbox.webhookUrl, onDroppedRows: (count) => dropped.push(count) });
  }
  beforeEach(() => {
    dropped = [];
  });

  test("is read page by page", async () => {
    await start({ calls: manyCalls(120, DAY.from.getTime()) });
    expect(await Array.fromAsync(crm.listCalls(DAY))).toHaveLength(120);
    expect(sandbox.requests.map(({ body }) => JSON.parse(String(body)).start)).toEqual([0, 50, 100]);
    expect(dropped).toEqual([]);
  });

  test("is asked for in whole seconds and ends before the end of the period", async () => {
    await start({});
    const period = { from: new Date("2026-11-20T10:00:00.700Z"), to: new Date("2026-11-20T11:00:00.001Z") };
    await Array.fromAsync(crm.listCalls(period));
    expect(JSON.parse(String(sandbox.requests[0]?.body)).FILTER).toEqual({
      ">=CALL_START_DATE": "2026-11-20T10:00:00+00:00",
      "<CALL_START_DATE": "2026-11-20T11:00:01+00:00",
    });
  });

  test("leaves out, and counts, what a dropped filter brings in", async () => {
    const calls = [...manyCalls(10, DAY.to.getTime()), ...manyCalls(3, DAY.from.getTime())];
    await start({ calls, dropFilters: true });
    expect(await Array.fromAsync(crm.listCalls(DAY))).toHaveLength(3);
    expect(dropped).toEqual([10]);
  });

  test("does not read the whole history when the filter was dropped", async () => {
    await start({ calls: manyCalls(500, Date.parse("2020-01-01T00:00:00Z")), dropFilters: true });
    expect(await Array.fromAsync(crm.listCalls(DAY))).toEqual([]);
    expect(sandbox.requests).toHaveLength(1);
    expect(dropped).toEqual([50]);
  });

  test("ends when the portal sends the same page for ever", async () => {
    const { crm: looping, asked } = await scriptedPortal({
      "voximplant.statistic.get": ({ start: from }) => ({ result: [row], next: Number(from) + 50 }),
    });
    expect(await Array.fromAsync(looping.listCalls(DAY))).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  test.each([0, -50, "x", null])("ends when the next page is said to start at %j", async (next) => {
    const { crm: odd, asked } = await scriptedPortal({ "voximplant.statistic.get": { result: [row], next } });
    expect(await Array.fromAsync(odd.listCalls(DAY))).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });

  test("takes the start of the next page as text, too", async () => {
    const { crm: odd } = await scriptedPortal({
      "voximplant.statistic.get": ({ start: from }) =>
        from === 0 ? { result: [row], next: "50" } : { result: [{ ...row, ID: "513", CALL_ID: "B.1.1" }] },
    });
    expect(await Array.fromAsync(odd.listCalls(DAY))).toHaveLength(2);
  });

  test("leaves out rows without an id or a date", async () => {
    const counts: number[] = [];
    const rows = [
      row,
      { ...row, ID: "513", CALL_ID: null },
      { ...row, ID: "514", CALL_START_DATE: "2026-11-20 10:15:30" },
    ];
    const { crm: odd } = await scriptedPortal(
      { "voximplant.statistic.get": { result: rows } },
      { onDroppedRows: (count) => counts.push(count) },
    );
    expect(await Array.fromAsync(odd.listCalls(DAY))).toHaveLength(1);
    expect(counts).toEqual([2]);
  });
});
