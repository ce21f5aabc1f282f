import { beforeAll, describe, expect, it } from "vitest";
import { countDeployment } from "../bench/cost/deployment.ts";
import { type Counted, play } from "../bench/cost/play.ts";
import { type Price, prices } from "../bench/cost/prices.ts";
import {
  bars,
  describeBills,
  describeIdle,
  describeRequests,
  describeRuns,
  describeVendors,
  dollars,
  sums,
} from "../bench/cost/print.ts";
import { dollarsByService, type MonthlyBill, reckon } from "../bench/cost/reckon.ts";
import { kindOf, sumOf, type Worker } from "../bench/cost/tally.ts";

/** It starts a process for each environment of each function. */
const TIMEOUT_MS = 180_000;
const CALLS = 12;
const CALLS_PER_DAY = 18_000;

describe("the bill", () => {
  let counted: Counted;
  let bill: MonthlyBill;
  const tally = (worker: Worker) => counted.tallies.get(worker)!;

  beforeAll(async () => {
    counted = await play(CALLS, CALLS_PER_DAY, "09:20");
    bill = reckon(counted, { alarms: 7, dashboards: 1 });
  }, TIMEOUT_MS);

  it("counts a notice, a row and, for those that are scored, a recognition and a judgement of each call", () => {
    const scored = counted.day.calls.filter(({ kind }) => kind === "scored").length;
    expect(counted.left.scored).toBe(scored);
    expect(tally("webhook").runs).toBe(CALLS);
    expect(tally("score").runs).toBe(scored);
    expect(tally("score").objects.get("PUT scorecard")).toBe(scored);
    expect(tally("report").objects.get("PUT row of the index")).toBe(CALLS);
    expect(tally("transcribe").objects.get("PUT transcript.json")).toBe(scored);
  });

  it("receives and deletes every message once, and every message was sent by somebody", () => {
    const of = (operation: string) =>
      [...counted.tallies.values()].reduce((sum, { sqs }) => sum + (sqs.get(operation) ?? 0), 0);
    const stages = (["ingest", "transcribe", "score", "report"] as const).map(tally);
    expect(of("ReceiveMessage")).toBe(stages.reduce((sum, { runs }) => sum + runs, 0));
    expect(of("DeleteMessageBatch")).toBe(of("ReceiveMessage"));
    expect(of("SendMessageBatch")).toBeGreaterThanOrEqual(of("ReceiveMessage"));
  });

  it("has the vendors' waiting time in the run that waited, and not that of others", () => {
    expect(tally("score").vendorMs / tally("score").runs).toBeGreaterThan(5000);
    expect(tally("webhook").vendorMs).toBe(0);
    expect(tally("report").vendorMs).toBe(0);
  });

  it("sends every recording on at its length", () => {
    const recorded = counted.left.bytes.get("recording") ?? 0;
    expect(recorded).toBe((counted.left.speechSec / 2) * 4000);
    expect(counted.sentBytes).toBeGreaterThan(recorded);
  });

  it("is the sum of its parts", () => {
    const { call, calls, fixed, total } = sums(bill);
    expect(sumOf(dollarsByService(bill.perCall))).toBeCloseTo(call, 12);
    expect(total).toBeCloseTo(call * calls + fixed, 9);
    expect(bill.fixed.get("alarmMonth")).toBe(7);
    // Four queues, five long polls of 20 s each, for thirty days, and what the sweep asks of them.
    expect(bill.fixed.get("sqsRequest")).toBeGreaterThanOrEqual(4 * 5 * 3 * 60 * 24 * 30);
    const vendors = ["speechMinute", "promptToken", "completionToken"] as const;
    for (const name of vendors) expect(bill.perCall.get(name), name).toBeGreaterThan(0);
  });

  it("is printed without a gap", () => {
    const texts = [
      describeRequests([counted]),
      describeRuns(counted),
      describeBills([bill]),
      describeIdle(bill),
      describeVendors(counted, bill),
    ];
    expect(texts.join("\n")).not.toMatch(/NaN|undefined|Infinity/);
    expect(describeBills([bill])).toContain("18,000");
  });
});

describe("what the bill is made of", () => {
  it("counts the alarms and the dashboard that the deployment makes", () => {
    const { alarms, dashboards } = countDeployment();
    expect(alarms).toBeGreaterThan(4);
    expect(dashboards).toBe(1);
  });

  it("names the page and the date of every price", () => {
    for (const [name, { each, date, page }] of Object.entries<Price>(prices)) {
      expect(each, name).toBeGreaterThan(0);
      expect(date, name).toMatch(/^20\d\d(-\d\d){0,2}$/);
      expect(page, name).toMatch(/^https:\/\/[a-z.]+\//);
    }
  });

  it("tells the kinds of objects by their keys", () => {
    const call = "calls/default/2025-03-13/20250313-bitrix24-X.1";
    expect(kindOf(`${call}/call.json`)).toBe("call.json");
    expect(kindOf(`${call}/recording.mp3`)).toBe("recording");
    expect(kindOf(`${call}/scorecard/first-sale@1.json`)).toBe("scorecard");
    expect(kindOf(`${call}/published/model-0f9a.json`)).toBe("marker of model");
    expect(kindOf("calls/default/2025-03-13/")).toBe("calls of a day");
    expect(kindOf("index/default/2025-03-13/20250313-bitrix24-X.1.json")).toBe("row of the index");
    expect(kindOf("health/default/speech-slots.json")).toBe("health");
  });
});

describe("the print", () => {
  it("shows cents of dollars, and three figures of less", () => {
    expect([2.6, 0.1, 0.000123456, 0].map(dollars)).toEqual(["2.60", "0.100", "0.000123", "0"]);
  });

  it("draws a bar for each amount, and a line for what is too small", () => {
    expect(
      bars([
        ["ours", 0.0004],
        ["theirs", 0.17],
      ]),
    ).toBe(`ours    ▏ $0.000400\ntheirs  ${"█".repeat(50)} $0.170`);
  });
});
