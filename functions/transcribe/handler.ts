import { openTranscribe } from "../deps-transcribe.ts";
import { onQueue } from "../lambda.ts";
import { transcribe } from "./stage.ts";

export const handler = onQueue(transcribe, openTranscribe);
