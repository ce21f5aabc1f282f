import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startChild } from "./child.ts";
import type { RoundCost } from "./rounds.ts";
import { median, ratioOf } from "./statistics.ts";
import { figure, type Row } from "./table.ts";
import { inTemporaryFolder } from "./temporary.ts";
import type { Trace } from "./trace.ts";

const GOAL_RATIO = 1.5;

export interface PipelineSize {
  /** In each round. */
  calls: number;
  /** The code that runs all day in a service is compiled by then. */
  warmUpRounds: number;
  rounds: number;
}

/** What a call costs in the pipeline beside a floor that repeats its operations on the bucket and the queues and does nothing else. */
export function benchPipeline({ calls, warmUpRounds, rounds }: PipelineSize) {
  return inTemporaryFolder(async (folder): Promise<{ rows: Row[]; notes: string[] }> => {
    const traceFile = join(folder, "trace.json");
    const pipeline = startChild("pipeline-worker.ts");
    await pipeline.ask<RoundCost>({ calls, traceFile });
    const floor = startChild("floor-worker.ts", [traceFile]);
    try {
      const costs: { pipeline: RoundCost[]; floor: RoundCost[] } = { pipeline: [], floor: [] };
      for (let round = 0; round < warmUpRounds + rounds; round += 1) {
        const cost = {
          pipeline: await pipeline.ask<RoundCost>({ calls }),
          floor: await floor.ask<RoundCost>({}),
        };
        if (round < warmUpRounds) continue;
        costs.pipeline.push(cost.pipeline);
        costs.floor.push(cost.floor);
      }
      const trace: Trace = JSON.parse(await readFile(traceFile, "utf8"));
      return { rows: rowsOf(costs, calls), notes: [operationsNote(trace, costs, calls)] };
    } finally {
      await Promise.all([pipeline.end(), floor.end()]);
    }
  });
}

function rowsOf(costs: { pipeline: RoundCost[]; floor: RoundCost[] }, calls: number): Row[] {
  const row = (what: string, of: (cost: RoundCost) => number, cost = of, hasGoal = true): Row => {
    const ratio = ratioOf(costs.pipeline.map(cost), costs.floor.map(cost));
    return {
      part: "pipeline",
      what,
      measured: figure(median(costs.pipeline.map(of))),
      floor: figure(median(costs.floor.map(of))),
      ratio,
      goal: hasGoal ? { text: `≤ ${GOAL_RATIO} × floor`, met: ratio.median <= GOAL_RATIO } : null,
    };
  };
  return [
    // Its ratio is that of the time, as in the other lines: more is dearer.
    row(
      "calls per second",
      ({ wallMs }) => (calls * 1000) / wallMs,
      ({ wallMs }) => wallMs,
    ),
    row("CPU ms per call", ({ cpuMs }) => cpuMs / calls),
    row("peak RSS, MB", ({ peakRssBytes }) => peakRssBytes / 1e6, undefined, false),
  ];
}

/** Shows that both sides did the same. */
function operationsNote(
  { handled }: Trace,
  costs: { pipeline: RoundCost[]; floor: RoundCost[] },
  calls: number,
): string {
  const operations = handled.flatMap(([, list]) => list);
  const perCall = (kind: string) =>
    figure(operations.filter((operation) => operation.kind === kind).length / calls);
  const batches = (list: RoundCost[], of: (cost: RoundCost) => number) =>
    figure(median(list.map(of)) / calls);
  return (
    `pipeline: a call is ${perCall("put")} puts, ${perCall("get")} gets, ${perCall("list")} lists, ${perCall("send")} sends in both; ` +
    `receives ${batches(costs.pipeline, (cost) => cost.receives)} (floor ${batches(costs.floor, (cost) => cost.receives)}), ` +
    `deletes ${batches(costs.pipeline, (cost) => cost.deletes)} (floor ${batches(costs.floor, (cost) => cost.deletes)})`
  );
}
