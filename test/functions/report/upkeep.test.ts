import { expect, it } from "vitest";
import type { CallIndexUpkeep } from "../../../core/ports/call-index.ts";
import { report } from "../../../functions/report/stage.ts";
import { run } from "../world.ts";
import { callIdOn, DAY, digestDue, putRow, reportWorld } from "./report-world.ts";

it("brings closed days up to date once the digest is sent, the latest first", async () => {
  const world = reportWorld();
  await putRow(world, callIdOn(DAY, 1));
  const compacted: string[] = [];
  const upkeep: CallIndexUpkeep = {
    dirtyDays: async () => ["2026-11-17", "2026-11-19"],
    compactDay: async (_tenant, day) => {
      expect(world.telegram.sent.length).toBeGreaterThan(0);
      compacted.push(day);
      return day === "2026-11-17" ? { state: "overtaken" } : { state: "compacted", rows: 1 };
    },
  };
  expect(await run(report, digestDue(), { ...world, upkeep: async () => upkeep })).toMatchObject([
    { outcome: "done" },
  ]);
  expect(compacted).toEqual(["2026-11-19", "2026-11-17"]);
});
