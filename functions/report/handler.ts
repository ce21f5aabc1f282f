import { openReport } from "../deps-report.ts";
import { onQueue } from "../lambda.ts";
import { report } from "./stage.ts";

export const handler = onQueue(report, openReport);
