import { openReport } from "../deps.ts";
import { onQueue } from "../lambda.ts";
import { report } from "./stage.ts";

export const handler = onQueue(report, openReport);
