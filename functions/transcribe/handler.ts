import { openTranscribe } from "../deps.ts";
import { onQueue } from "../lambda.ts";
import { transcribe } from "./stage.ts";

export const handler = onQueue(transcribe, openTranscribe);
