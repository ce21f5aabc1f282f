import { benchMemory } from "./memory.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchScore } from "./score.ts";
import type { Row } from "./table.ts";
import { benchWebhook } from "./webhook.ts";

export interface Measured {
  rows: Row[];
  /** What has to be known to read the rows. */
  notes: string[];
}

export type PartName = "pipeline" | "webhook" | "memory" | "score";

export interface Sizes {
  pipeline: Parameters<typeof benchPipeline>[0];
  webhook: Parameters<typeof benchWebhook>[0];
  memory: Parameters<typeof benchMemory>[0];
  score: Parameters<typeof benchScore>[0];
}

/** Together they take about a minute on two cores. */
export const usualSizes: Sizes = {
  pipeline: { calls: 60, warmUpRounds: 3, rounds: 7 },
  webhook: { connections: 50, requests: 500, rounds: 7 },
  memory: { smallMb: 2, mediumMb: 50, largeMb: 200, rounds: 2 },
  score: { turns: 1500, criteria: 25, runs: 30 },
};

/** Enough to see that everything still runs. */
export const tinySizes: Sizes = {
  pipeline: { calls: 2, warmUpRounds: 0, rounds: 1 },
  webhook: { connections: 2, requests: 4, rounds: 1 },
  memory: { smallMb: 0.1, mediumMb: 0.2, largeMb: 0.3, rounds: 1 },
  score: { turns: 40, criteria: 10, runs: 1 },
};

export const parts: Record<PartName, (sizes: Sizes) => Promise<Measured>> = {
  pipeline: (sizes) => benchPipeline(sizes.pipeline),
  webhook: (sizes) => benchWebhook(sizes.webhook),
  memory: (sizes) => benchMemory(sizes.memory),
  score: (sizes) => benchScore(sizes.score),
};
