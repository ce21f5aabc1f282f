import { openIngest } from "../deps.ts";
import { onQueue } from "../lambda.ts";
import { ingest } from "./stage.ts";

export const handler = onQueue(ingest, openIngest);
