import { openSweep } from "../deps-sweep.ts";
import { onSchedule } from "../lambda.ts";
import { sweep } from "./sweep.ts";

export const handler = onSchedule("sweep", sweep, openSweep);
