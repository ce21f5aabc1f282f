import { openScore } from "../deps.ts";
import { onQueue } from "../lambda.ts";
import { score } from "./stage.ts";

export const handler = onQueue(score, openScore);
