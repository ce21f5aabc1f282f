import { openSchedule } from "../deps-schedule.ts";
import { onSchedule } from "../lambda.ts";
import { announceDigests } from "./schedule.ts";

export const handler = onSchedule("schedule", announceDigests, openSchedule);
