import { pipeline, type StageName } from "../events/pipeline.ts";

/** Every function of the cloud, as data: what runs, how long, with how much memory. Bundles, benches and the bill read it too. */
export interface FunctionPolicy {
  /** File and export, as SST names it. */
  handler: string;
  /** Longest run, in seconds. */
  timeoutSec: number;
  memoryMb: number;
}

export type FunctionName = "webhook" | StageName | "bot" | "mcp" | "health" | "sweep" | "schedule";

export const functions: Readonly<Record<FunctionName, FunctionPolicy>> = {
  webhook: { handler: "functions/ingest/webhook-handler.handler", timeoutSec: 10, memoryMb: 256 },
  ingest: {
    handler: "functions/ingest/handler.handler",
    timeoutSec: pipeline.ingest.timeoutSec,
    memoryMb: 512,
  },
  transcribe: {
    handler: "functions/transcribe/handler.handler",
    timeoutSec: pipeline.transcribe.timeoutSec,
    memoryMb: 512,
  },
  score: { handler: "functions/score/handler.handler", timeoutSec: pipeline.score.timeoutSec, memoryMb: 512 },
  report: {
    handler: "functions/report/handler.handler",
    timeoutSec: pipeline.report.timeoutSec,
    // The index of a large company's month is read with this.
    memoryMb: 1024,
  },
  bot: { handler: "functions/bot/handler.handler", timeoutSec: 30, memoryMb: 1024 },
  mcp: { handler: "functions/mcp/handler.handler", timeoutSec: 30, memoryMb: 1024 },
  health: { handler: "functions/health/handler.handler", timeoutSec: 10, memoryMb: 256 },
  sweep: { handler: "functions/ingest/sweep-handler.handler", timeoutSec: 900, memoryMb: 512 },
  schedule: { handler: "functions/report/schedule-handler.handler", timeoutSec: 60, memoryMb: 256 },
};
