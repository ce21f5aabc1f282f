import type { StageName } from "../../events/pipeline.ts";

/** One row of the table in docs/reliability.md: what is broken, where, and what becomes of the call. */
export interface FaultRow {
  fault: string;
  stage: StageName | "webhook";
  /** As {@link run} must answer it. */
  outcome: string;
  /** Makes the fault happen, mends it and runs on; answers what became of the call, in words made of what was counted. */
  run(): Promise<string>;
}

export interface FaultTable {
  vendor: string;
  rows: FaultRow[];
}

export function row(
  stage: FaultRow["stage"],
  fault: string,
  outcome: string,
  run: () => Promise<string>,
): FaultRow {
  return { fault, stage, outcome, run };
}

/** The rows of one stage. */
export function rowOf(stage: FaultRow["stage"]) {
  return (fault: string, outcome: string, run: () => Promise<string>) => row(stage, fault, outcome, run);
}
