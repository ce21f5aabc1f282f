import { openIngest } from "../deps-ingest.ts";
import { onQueue } from "../lambda.ts";
import { ingest } from "./stage.ts";

export const handler = onQueue(ingest, openIngest);
