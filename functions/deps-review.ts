import type { ReviewPorts } from "../core/review.ts";
import { appealDecided } from "../events/appeal-decided.ts";
import { appealMade } from "../events/appeal-made.ts";
import { scoreChanged } from "../events/score-changed.ts";
import { base } from "./deps-root.ts";
import { send } from "./deps-watched.ts";

export const openReview = async (): Promise<ReviewPorts> => ({
  ...base(),
  announce: (changed) => send(scoreChanged(changed)),
  announceAppeal: (made) => send(appealMade(made)),
  announceDecision: (decided) => send(appealDecided(decided)),
});
