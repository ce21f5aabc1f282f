import { benchDocuments } from "./documents.ts";
import { benchIndex } from "./index-part.ts";
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

export type PartName = "pipeline" | "webhook" | "memory" | "score" | "documents" | "index";

export interface Sizes {
  pipeline: Parameters<typeof benchPipeline>[0];
  webhook: Parameters<typeof benchWebhook>[0];
  memory: Parameters<typeof benchMemory>[0];
  score: Parameters<typeof benchScore>[0];
  documents: Parameters<typeof benchDocuments>[0];
  index: Parameters<typeof benchIndex>[0];
}

/** Measured only when asked for by name: it takes minutes to make up a quarter of a large company. */
export const slowParts: readonly PartName[] = ["index"];

/** Together the others take about a minute on two cores. */
export const usualSizes: Sizes = {
  pipeline: { calls: 60, warmUpRounds: 3, rounds: 7 },
  webhook: { connections: 50, requests: 500, rounds: 7 },
  memory: { smallMb: 2, mediumMb: 50, largeMb: 200, rounds: 2 },
  score: { turns: 1500, criteria: 25, runs: 30 },
  documents: { agents: 50, criteria: 20, days: 50, calls: 18_000, rounds: 5 },
  index: {
    days: 90,
    callsPerDay: 18_000,
    differentDays: 6,
    monthDays: 30,
    periodsDays: [1, 10, 90],
    rounds: 9,
  },
};

/** Enough to see that everything still runs. */
export const tinySizes: Sizes = {
  pipeline: { calls: 2, warmUpRounds: 0, rounds: 1 },
  webhook: { connections: 2, requests: 4, rounds: 1 },
  memory: { smallMb: 0.1, mediumMb: 0.2, largeMb: 0.3, rounds: 1 },
  score: { turns: 40, criteria: 10, runs: 1 },
  documents: { agents: 2, criteria: 2, days: 3, calls: 5, rounds: 1 },
  index: { days: 3, callsPerDay: 300, differentDays: 2, monthDays: 2, periodsDays: [1], rounds: 1 },
};

export const parts: Record<PartName, (sizes: Sizes) => Promise<Measured>> = {
  pipeline: (sizes) => benchPipeline(sizes.pipeline),
  webhook: (sizes) => benchWebhook(sizes.webhook),
  memory: (sizes) => benchMemory(sizes.memory),
  score: (sizes) => benchScore(sizes.score),
  documents: (sizes) => benchDocuments(sizes.documents),
  index: (sizes) => benchIndex(sizes.index),
};
