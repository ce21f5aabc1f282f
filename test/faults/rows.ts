import { recordingFaults } from "./bitrix24-recording.ts";
import { restFaults } from "./bitrix24-rest.ts";
import { answerFaults } from "./model-answer.ts";
import { serviceFaults } from "./model-service.ts";
import { processFaults } from "./process.ts";
import { queueFaults } from "./queues.ts";
import type { FaultTable } from "./row.ts";
import { ingestFaults } from "./s3-ingest.ts";
import { markerFaults } from "./s3-markers.ts";
import { startFaults } from "./salutespeech-start.ts";
import { taskFaults } from "./salutespeech-task.ts";
import { settingsFaults } from "./settings.ts";
import { telegramFaults } from "./telegram.ts";
import { webhookFaults } from "./webhook.ts";

/** Every fault that is tried, in the order of docs/reliability.md. */
export const faultTables: readonly FaultTable[] = [
  webhookFaults,
  { vendor: "Bitrix24", rows: [...restFaults, ...recordingFaults] },
  { vendor: "SaluteSpeech", rows: [...startFaults, ...taskFaults] },
  { vendor: "The language model", rows: [...serviceFaults, ...answerFaults] },
  telegramFaults,
  { vendor: "The bucket (S3)", rows: [...ingestFaults, ...markerFaults] },
  queueFaults,
  settingsFaults,
  processFaults,
];
