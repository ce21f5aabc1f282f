import { openScore } from "../deps-score.ts";
import { onQueue } from "../lambda.ts";
import { score } from "./stage.ts";

export const handler = onQueue(score, openScore);
