import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sparkline, stretch } from "../bench/load/charts.ts";
import { countRequests } from "../bench/load/count-requests.ts";
import { planDay } from "../bench/load/day.ts";
import { runDay } from "../bench/load/day-run.ts";
import { describeDay } from "../bench/load/print-day.ts";

/** It starts processes of its own and lives through minutes of a day. */
const TIMEOUT_MS = 120_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-load-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the load test", () => {
  it("brings every call of a short day to its end and describes it", { timeout: TIMEOUT_MS }, async () => {
    const seen: number[] = [];
    const record = await runDay({
      calls: 60,
      speed: { least: 120, most: 120 },
      dataDir: join(folder, "data"),
      sampleEveryMs: 100,
      onSample: ({ ended }) => seen.push(ended),
    });
    expect(record.checked.problems).toEqual([]);
    expect([...record.checked.outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(record.checked.outcomes.get("scored")).toBe(record.vendors.recogniser.started.size);
    expect(record.digest.sentMs).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBe(Math.max(...record.samples.map(({ ended }) => ended)));

    const text = describeDay(record);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    for (const heading of ["60 of 60 taken", "from the notice to the scorecard", "all but the recording"]) {
      expect(text).toContain(heading);
    }
  });

  it("counts what a call asks of S3 and SQS on the wire", { timeout: TIMEOUT_MS }, async () => {
    const { s3, sqs } = await countRequests({ calls: 12, speed: 120, dataDir: join(folder, "data") });
    for (const operation of ["GET", "PUT", "LIST"]) expect(s3.get(operation), operation).toBeGreaterThan(12);
    // Each call goes over four queues, and messages can come in batches.
    for (const operation of ["SendMessageBatch", "ReceiveMessage", "DeleteMessageBatch"]) {
      expect(sqs.get(operation), operation).toBeGreaterThan(12);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a planned day", () => {
  it("is the same every time, busiest at eleven and at three, with a few calls that are not scored", () => {
    const day = planDay(18_000, 4);
    expect(planDay(18_000, 4)).toEqual(day);
    const byHour = Map.groupBy(day.calls, ({ endsAtSec }) => 9 + Math.floor(endsAtSec / 3600));
    const busiest = [...byHour].sort(([, one], [, other]) => other.length - one.length).slice(0, 2);
    expect(busiest.map(([hour]) => hour).sort()).toEqual([11, 15]);
    const scored = day.calls.filter(({ kind }) => kind === "scored");
    expect(scored.length / day.calls.length).toBeCloseTo(0.915, 2);
    expect(new Set(day.calls.map(({ callId }) => callId)).size).toBe(18_000);
    for (const { recordingAfterSec } of scored) expect(recordingAfterSec).toBeGreaterThanOrEqual(20);
  });

  it("with fewer calls is shorter and as busy", () => {
    expect(planDay(500, 4)).toMatchObject({ lengthSec: 1000 });
  });
});

describe("the charts", () => {
  it("draw from zero to the greatest value", () => {
    expect(sparkline([0, 1, 4, 8])).toBe(" ▂▅█");
    expect(sparkline([0, 0])).toBe("  ");
  });

  it("say stretches of time as people do", () => {
    expect([0.123, 9, 45, 600, 10_800].map(stretch)).toEqual([
      "0.12 s",
      "9.0 s",
      "45 s",
      "10.0 min",
      "3.0 h",
    ]);
  });
});
